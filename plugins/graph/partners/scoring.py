"""How likely unlinked customers are to come together, judged by their common contacts, and the likeliest partners of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.graph.partners.contacts import Contacts, Floats, Numbers, common, fewer, parts

JACCARD, PREFERENTIAL_ATTACHMENT = "JACCARD", "PREFERENTIAL_ATTACHMENT"
MOST_VIA = 3
FAR = 2.0**40  # more than all common contacts can be worth


@dataclass(frozen=True)
class Proposals:
    """Pairs, by first node and then by position: `node`, `partner`: int64[k]; `position`: int32[k], 1 for the highest score;
    `score`: float64[k]; `common`: int32[k], how many contacts who count they share. Through whom: `pair`: int64[v], ascending,
    the pair's place; `via`: int64[v]; `via_position`: int32[v]."""

    node: Numbers
    partner: Numbers
    position: Any
    score: Floats
    common: Any
    pair: Numbers
    via: Numbers
    via_position: Any


def score(method: str, of: Contacts, u: Any, v: Any, total: Floats) -> Floats:
    """The score of each pair: float64[k]. `total` is what their common contacts are worth together; pairs without any score 0.

    COMMON_NEIGHBOURS: how many. ADAMIC_ADAR: each counts 1 / ln(degree). JACCARD: how many, divided by how many contacts either has.
    PREFERENTIAL_ATTACHMENT: the product of their degrees. Nodes that are passed over are nobody's contacts in the first three.

    Liben-Nowell and Kleinberg, "The Link-Prediction Problem for Social Networks", JASIST 58, 2007. Adamic and Adar, "Friends and
    Neighbors on the Web", Social Networks 25, 2003. Barabási and Albert, "Emergence of Scaling in Random Networks", Science 286, 1999.
    """
    if method == JACCARD:
        either = of.reach[u] + of.reach[v] - total
        share: Floats = np.divide(total, either, out=np.zeros(len(total)), where=total > 0)
        return share
    if method == PREFERENTIAL_ATTACHMENT:
        return np.where(total > 0, popularity(of, u, v), 0.0)
    return total


def popularity(of: Contacts, u: Any, v: Any) -> Floats:
    """The product of the degrees of each pair, whether or not they share a contact."""
    found: Floats = of.degree[u].astype(np.float64) * of.degree[v]
    return found


def totals(of: Contacts, u: Numbers, v: Numbers) -> Floats:
    """What the common contacts of each pair are worth together: float64[k]."""
    first, second = fewer(of, u, v)
    found = np.zeros(len(u))
    for part in parts(of.reach[first]):
        pair, contact = common(of, first[part], second[part])
        found[part] = np.bincount(pair, of.worth[contact], minlength=part.stop - part.start)
    return found


def proposals(of: Contacts, known: csr_array, method: str, most: int, progress: Callable[[int, int], None]) -> Proposals:
    """For every node the `most` others of the highest score, of equals those of the lowest number, among nodes two steps away.

    `known`: csr_array[n, n] with an entry for each pair that is not to be proposed, every node with itself included.
    Time in proportion to the sum over counting nodes of the square of their degree; memory bounded but for the result.
    `progress(done, total)` counts nodes.
    """
    n = len(of.degree)
    found = []
    for part in parts(((of.through != 0) @ of.degree).astype(np.int64)):
        found.append(of_rows(of, known, method, most, part))
        progress(part.stop, n)
    return joined([one for one in found if len(one.node)])


def of_rows(of: Contacts, known: csr_array, method: str, most: int, part: slice) -> Proposals:
    product = of.through[part] @ of.matrix - known[part] * FAR
    open_ = product.data > 0
    bounds = np.concatenate([[0], np.cumsum(open_)])[product.indptr]
    u = np.repeat(np.arange(part.start, part.stop), np.diff(bounds))
    v = product.indices[open_].astype(np.int64)
    values = score(method, of, u, v, product.data[open_])
    chosen = best(bounds, v, values, most)
    u, v, values = u[chosen], v[chosen], values[chosen]
    order = np.lexsort((v, -values, u))
    u, v, values = u[order], v[order], values[order]
    return Proposals(u, v, places(u), values, *vias(of, u, v))


def best(bounds: Any, v: Numbers, values: Floats, most: int) -> Numbers:
    """Which pairs to keep: of each row, from `bounds[i]` to `bounds[i + 1]`, the highest values, of equals the lowest `v`."""
    long = np.flatnonzero(np.diff(bounds) > most)
    kept = np.ones(len(v), bool)
    for row in long:
        here = slice(bounds[row], bounds[row + 1])
        kept[here] = highest(v[here], values[here], most)
    return np.flatnonzero(kept)


def highest(v: Numbers, values: Floats, most: int) -> Any:
    least = np.partition(values, len(values) - most)[len(values) - most]
    kept = values > least
    equal = np.flatnonzero(values == least)
    missing = most - int(kept.sum())
    kept[equal[np.argpartition(v[equal], missing - 1)[:missing]]] = True
    return kept


def places(groups: Numbers) -> Any:
    """Where each element stands among the consecutive equal ones: int32[k], from 1."""
    start = np.flatnonzero(np.diff(groups, prepend=-1))
    return (np.arange(len(groups)) - np.repeat(start, np.diff(start, append=len(groups))) + 1).astype(np.int32)


def vias(of: Contacts, u: Numbers, v: Numbers) -> tuple[Any, Numbers, Numbers, Any]:
    """How many common contacts each pair has, and up to three of them: those with the fewest ties, of equals the lowest number."""
    first, second = fewer(of, u, v)
    counts = np.zeros(len(u), np.int32)
    pairs, contacts_, positions = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for part in parts(of.reach[first]):
        pair, contact = common(of, first[part], second[part])
        counts[part] = np.bincount(pair, minlength=part.stop - part.start)
        order = np.lexsort((contact, of.degree[contact], pair))
        position = places(pair)
        shown = position <= MOST_VIA
        pairs.append(pair[order][shown] + part.start)
        contacts_.append(contact[order][shown].astype(np.int64))
        positions.append(position[shown])
    return counts, np.concatenate(pairs), np.concatenate(contacts_), np.concatenate(positions)


def joined(found: list[Proposals]) -> Proposals:
    before = np.cumsum([0, *[len(one.node) for one in found]])
    none, empty = np.zeros(0, np.int64), np.zeros(0, np.int32)

    def all_of(name: str, nothing: Any) -> Any:
        return np.concatenate([nothing, *[getattr(one, name) for one in found]])

    pair = np.concatenate([none, *[one.pair + offset for one, offset in zip(found, before, strict=False)]])
    return Proposals(all_of("node", none), all_of("partner", none), all_of("position", empty), all_of("score", np.zeros(0)),
                     all_of("common", empty), pair, all_of("via", none), all_of("via_position", empty))
