"""Why something is recommended: who, or what, speaks for it, and who speaks loudest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.recommend.blending import Lists, places, values
from plugins.recommend.neighbours import parts
from plugins.recommend.pathways import CUSTOMER, GROUP, PRODUCT, Pathway, Steps
from plugins.recommend.purchases import Floats, Numbers

MOST_VIA = 3
NOBODY = -1


@dataclass(frozen=True)
class Grounds:
    """For each recommendation: `support`, int32[k], how many speak for it by its own method; `because`, int64[k], the product, and `group`,
    int64[k], the group that does most, -1 for none. Through whom: `place`: int64[v], ascending, the recommendation's; `via`: int64[v], the
    customer; `position`: int32[v], 1 for who counts most."""

    support: Any
    because: Numbers
    group: Numbers
    place: Numbers
    via: Numbers
    position: Any


@dataclass(frozen=True)
class Voices:
    """Each who speaks for a recommendation: its place (int64[v], ascending), who (int64[v]) and how loudly (float64[v], above 0)."""

    place: Numbers
    who: Numbers
    loud: Floats


def grounds(lists: Lists, pathways: Sequence[Pathway]) -> Grounds:
    """Time in proportion to the recommendations times those who might speak for each."""
    count = len(lists.item)
    support, because, group = np.zeros(count, np.int32), np.full(count, NOBODY), np.full(count, NOBODY)
    for number, one in enumerate(pathways):
        own = np.flatnonzero(lists.method == number)
        found = voices(one.grounds, lists.customer[own], lists.item[own])
        support[own] = np.bincount(found.place, found.loud if one.grounds.through == GROUP else None, minlength=len(own))
        if (loudest := {PRODUCT: because, GROUP: group}.get(one.grounds.through)) is not None:
            first = best(found, 1)
            loudest[own[found.place[first]]] = found.who[first]
    return Grounds(support, because, group, *through_whom(lists, pathways))


def through_whom(lists: Lists, pathways: Sequence[Pathway]) -> tuple[Numbers, Numbers, Any]:
    """The customers who speak for a recommendation: by its own method or, where that is not about customers, by the first that is."""
    about = [number for number, one in enumerate(pathways) if one.grounds.through == CUSTOMER]
    by = np.where(np.isin(lists.method, about), lists.method, about[0] if about else NOBODY)
    shown = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for number in about:
        asked = np.flatnonzero(by == number)
        found = voices(pathways[number].grounds, lists.customer[asked], lists.item[asked])
        first = best(found, MOST_VIA)
        shown.append((asked[found.place[first]], found.who[first]))
    place, via = (np.concatenate([one[part] for one in shown]) for part in (0, 1))
    order = np.argsort(place, kind="stable")
    return place[order], via[order], places(place[order])


def voices(steps: Steps, customer: Numbers, item: Numbers) -> Voices:
    near = steps.near
    counts = np.diff(near.indptr)[customer].astype(np.int64)
    found = [Voices(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for part in parts(counts):
        size = counts[part]
        place = np.repeat(np.arange(part.start, part.stop), size)
        entry = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(near.indptr[customer[part]], size)
        who = near.indices[entry].astype(np.int64)
        loud = near.data[entry] * values(steps.far, who, item[place])
        heard = loud > 0
        found.append(Voices(place[heard], who[heard], loud[heard]))
    return Voices(*[np.concatenate([getattr(one, name) for one in found]) for name in Voices.__dataclass_fields__])


def best(found: Voices, most: int) -> Numbers:
    """Which voices are the loudest of each recommendation, of equals those of the lowest number: by recommendation, the loudest first."""
    order = np.lexsort((found.who, -found.loud, found.place))
    chosen: Numbers = order[places(found.place[order]) <= most]
    return chosen
