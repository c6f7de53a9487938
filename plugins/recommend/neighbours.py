"""The nearest neighbours of each row of a sparse matrix: products of sparse matrices, some rows at a time, so that memory is bounded."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.purchases import Numbers
from plugins.recommend.weighting import finish, vectors

AT_ONCE = 4_000_000  # entries of an intermediate matrix, at most or those of one row
FAR = 2.0**60  # more than any score


def neighbours(often: csr_array, similarity: str, most: int, *, most_common: int, without: csr_array | None = None,
               progress: Callable[[int, int], None] = lambda *_: None) -> csr_array:
    """csr_array[r, r]: for each row of `often` (counts, csr_array[r, c]) its similarities to the `most` other rows that are most alike,
    of equals those of the lowest number; nothing where nothing is shared.

    Columns that more than `most_common` rows have are passed over, as if they were not there: they say little, and take time with
    the square of their entries. `without`: csr_array[r, r] with an entry for each pair that is not to be neighbours.
    Time in proportion to the sum over columns of the square of their entries; memory bounded but for the result.
    """
    telling = rarer(often, most_common)
    rows, sizes = vectors(telling, similarity), np.diff(telling.indptr).astype(np.int64)
    columns = rows.T.tocsr()
    found = []
    for part in parts((rows != 0) @ np.diff(columns.indptr)):
        product = rows[part] @ columns
        finish(product, similarity, sizes[part], sizes)
        if without is not None:
            product = minus(product, without[part])
        found.append(foremost(others(foremost(product, most + 1), part.start), most))
        progress(part.stop, often.shape[0])
    return stacked(found, often.shape[0])


def others(scores: csr_array, first: int) -> csr_array:
    """Without the entries of each row, numbered from `first` on, for itself. Quickest where few are left."""
    row = np.repeat(np.arange(first, first + scores.shape[0]), np.diff(scores.indptr))
    return taken(scores, np.flatnonzero(scores.indices != row))


def rarer(often: csr_array, most_common: int) -> csr_array:
    """Without the columns that too many rows have."""
    kept = np.bincount(often.indices, minlength=often.shape[1])[often.indices] <= most_common
    if kept.all():
        return often
    bounds = np.concatenate([[0], np.cumsum(kept)])[often.indptr]
    return csr_array((often.data[kept], often.indices[kept], bounds), shape=often.shape)


def parts(work: Any) -> Iterator[slice]:
    """Consecutive slices that cover `work` (float64[k], entries that each element needs): as long as fit into `AT_ONCE`, at least one
    element each."""
    ends = np.cumsum(work)
    start = 0
    while start < len(ends):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop


def minus(scores: csr_array, known: csr_array) -> csr_array:
    """The scores but for those at the places of `known`, and whatever is not above 0."""
    left = (scores - known * FAR).tocsr()
    left.data[left.data < 0] = 0
    return left


def foremost(scores: csr_array, most: int) -> csr_array:
    """Of each row the `most` highest entries above 0, of equals those of the lowest column; sorted by column."""
    bounds, sizes = scores.indptr, np.diff(scores.indptr)
    chosen = [spread(bounds[:-1][sizes <= most], sizes[sizes <= most])]
    long = sizes > most
    for start, stop in zip(bounds[:-1][long].tolist(), bounds[1:][long].tolist(), strict=True):
        chosen.append(start + highest(scores.data[start:stop], scores.indices[start:stop], most))
    places = np.sort(np.concatenate(chosen))
    found = taken(scores, places[scores.data[places] > 0])
    found.sort_indices()
    return found


def spread(starts: Any, sizes: Any) -> Numbers:
    """The numbers from each start on, so many of them: int64."""
    found: Numbers = np.arange(int(sizes.sum())) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    return found


def taken(scores: csr_array, places: Numbers) -> csr_array:
    """With these entries only, given by their places, ascending."""
    return csr_array((scores.data[places], scores.indices[places], np.searchsorted(places, scores.indptr)), shape=scores.shape)


def highest(values: Any, columns: Any, most: int) -> Numbers:
    """Where the `most` highest values are, of equals those of the lowest column: ascending."""
    least = np.partition(values, len(values) - most)[len(values) - most]
    found = np.flatnonzero(values >= least)
    if len(found) == most:
        return found
    equal = np.flatnonzero(values[found] == least)
    kept = np.ones(len(found), bool)
    left = len(equal) - (len(found) - most)  # so many of the equal ones stay
    kept[equal[np.argpartition(columns[found[equal]], left - 1)[left:]]] = False
    return found[kept]


def stacked(found: list[csr_array], n: int) -> csr_array:
    """One below the other. Faster than SciPy's own, and right for none at all."""
    if not found:
        return csr_array((n, n))
    indptr: Numbers = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(one.indptr) for one in found]))])
    data, indices = (np.concatenate([getattr(one, name) for one in found]) for name in ("data", "indices"))
    return csr_array((data, indices, indptr), shape=(len(indptr) - 1, found[0].shape[1]))
