"""The blend of methods, and the best of it for each customer: some customers at a time, so that memory is bounded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.neighbours import foremost, minus, parts
from plugins.recommend.pathways import Pathway
from plugins.recommend.purchases import Floats, Numbers


@dataclass(frozen=True)
class Lists:
    """What each customer is recommended, by customer and then by position. `customer`, `item`: int64[k]; `position`: int32[k], 1 for
    the highest score; `score`: float64[k]; `method`: int64[k], which pathway, by its place, adds most to the score."""

    customer: Numbers
    item: Numbers
    position: Any
    score: Floats
    method: Numbers


def recommended(pathways: Sequence[Pathway], weights: Mapping[str, float], known: csr_array | None, most: int,
                progress: Callable[[int, int], None] = lambda *_: None, chosen: Any = None) -> Lists:
    """The `most` items of the highest score for each customer, of equals those of the lowest number.

    A method's scores are divided by the highest that it gives the customer, so that each method has one voice, multiplied by its
    weight, and added up. `known`: csr_array[n, m] with an entry for whatever is not to be recommended. `chosen`: bool[n], only they.
    """
    voices = [(place, one) for place, one in enumerate(pathways) if weights[one.method] > 0]
    rows = np.flatnonzero(np.ones(pathways[0].steps.near.shape[0], bool) if chosen is None else chosen)
    found = []
    for part in parts(np.sum([entries(one) for _, one in voices], axis=0)[rows]):
        found.append(of_rows(voices, weights, known, most, rows[part]))
        progress(part.stop, len(rows))
    return joined(found)


def entries(one: Pathway) -> Any:
    """How many entries the scores of each customer have at most: float64[n]."""
    near = csr_array((np.ones(one.steps.near.nnz), one.steps.near.indices, one.steps.near.indptr), shape=one.steps.near.shape)
    return np.minimum(near @ np.diff(one.steps.far.indptr).astype(np.float64), one.steps.far.shape[1])


def of_rows(voices: Sequence[tuple[int, Pathway]], weights: Mapping[str, float], known: csr_array | None, most: int,
            rows: Numbers) -> Lists:
    each = [voice(one, weights[one.method], known, rows) for _, one in voices]
    total = each[0]
    for other in each[1:]:
        total = total + other
    best = foremost(total.tocsr(), most)
    row = np.repeat(np.arange(len(rows)), np.diff(best.indptr))
    order = np.lexsort((best.indices, -best.data, row))
    row, item, score = row[order], best.indices[order].astype(np.int64), best.data[order]
    shares = np.array([values(one, row, item) for one in each])
    method = np.array([place for place, _ in voices])[shares.argmax(axis=0)] if len(row) else np.zeros(0, np.int64)
    return Lists(rows[row], item, places(row), score, method)


def voice(one: Pathway, weight: float, known: csr_array | None, rows: Numbers) -> csr_array:
    """The scores of one method for these customers, from 0 to its weight."""
    scores = one.scores(rows)
    if known is not None:
        scores = minus(scores, known[rows])
        scores.eliminate_zeros()
    highest = np.maximum.reduceat(np.append(scores.data, 0.0), scores.indptr[:-1]) if len(rows) else np.zeros(0)
    sizes = np.diff(scores.indptr)
    scores.data = scores.data / np.repeat(highest, sizes) * weight
    scores.sort_indices()
    return scores


def values(matrix: csr_array, row: Numbers, column: Numbers) -> Floats:
    """The entries at these places, 0 where there is none."""
    if not len(row):
        return np.zeros(0)
    found: Floats = np.asarray(matrix[row, column]).ravel()
    return found


def places(groups: Numbers) -> Any:
    """Where each element stands among the consecutive equal ones: int32[k], from 1."""
    start = np.flatnonzero(np.diff(groups, prepend=-1))
    return (np.arange(len(groups)) - np.repeat(start, np.diff(start, append=len(groups))) + 1).astype(np.int32)


def joined(found: Sequence[Lists]) -> Lists:
    none = Lists(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.int64))
    return Lists(*[np.concatenate([getattr(one, name) for one in (none, *found)]) for name in Lists.__dataclass_fields__])
