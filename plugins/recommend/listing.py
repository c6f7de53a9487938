"""The lists of a run: products and customers for each customer, with their grounds, and as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi import Progress
from plugins.recommend.blending import Lists, recommended
from plugins.recommend.grounds import NOBODY, Grounds, grounds
from plugins.recommend.groups import EVERYBODY, Groups
from plugins.recommend.known import Known
from plugins.recommend.methods.registry import CUSTOMERS, PRODUCTS, Method
from plugins.recommend.pathways import Pathway
from plugins.recommend.purchases import Numbers
from plugins.recommend.reading import Lines
from plugins.recommend.start import RecommendationRunStartInput


@dataclass(frozen=True)
class Found:
    """`methods`: the names of those that the lists come from, by the numbers in `lists.method`."""

    lists: Lists
    grounds: Grounds
    methods: list[str]


def product_lists(known: Known, start: RecommendationRunStartInput, progress: Progress) -> Found:
    weights = start.blend.by_method()
    ways = pathways(PRODUCTS, known, weights, partial(progress, "looking for products"))
    bought = known.purchases.has if start.leave_out_bought else None
    return found(recommended(ways, weights, bought, start.per_customer, partial(progress, "recommending products")), ways)


def customer_lists(known: Known, start: RecommendationRunStartInput, progress: Progress) -> Found:
    weights = start.blend.by_method()
    ways = pathways(CUSTOMERS, known, weights, partial(progress, "looking for customers"))
    return found(recommended(ways, weights, None, start.per_customer, partial(progress, "recommending customers")), ways)


def pathways(methods: Mapping[str, Method], known: Known, weights: Mapping[str, float], report: Any) -> list[Pathway]:
    """Of the methods that count."""
    return [method(known, report) for name, method in methods.items() if weights[name] > 0]


def found(lists: Lists, ways: Sequence[Pathway]) -> Found:
    return Found(lists, grounds(lists, ways), [one.method for one in ways])


def product_table(lines: Lines, groups: Groups, of: Found, ids: Numbers) -> pa.Table:
    because, group = of.grounds.because, of.grounds.group
    grouped = (group != NOBODY) & (group != EVERYBODY)
    traits, values = (pa.array([name[part] for name in groups.names], pa.string()) for part in (0, 1))
    place = pa.array(np.where(grouped, group, 0), mask=~grouped)
    return pa.table({
        "customer_id": lines.customers[of.lists.customer], "product_id": lines.products[of.lists.item], **ranked(of, ids),
        "because_id": pa.array(lines.products[np.maximum(because, 0)], mask=because == NOBODY),
        "trait": traits.take(place), "value": values.take(place)})


def customer_table(lines: Lines, of: Found, ids: Numbers) -> pa.Table:
    return pa.table({"customer_id": lines.customers[of.lists.customer], "other_id": lines.customers[of.lists.item], **ranked(of, ids)})


def ranked(of: Found, ids: Numbers) -> dict[str, Any]:
    methods = pa.array(of.methods, pa.string()).take(pa.array(of.lists.method))
    return {"id": ids, "position": of.lists.position, "score": of.lists.score, "method": methods, "support": of.grounds.support}


def via_table(lines: Lines, vias: Sequence[tuple[Numbers, Grounds]]) -> pa.Table:
    """`vias`: for each kind the numbers of the recommendations, and who speaks for them."""
    rows, who = np.concatenate([row for row, _ in vias]), np.concatenate([one.via for _, one in vias])
    return pa.table({"recommendation_id": rows, "via_id": lines.customers[who],
                     "position": np.concatenate([one.position for _, one in vias])})
