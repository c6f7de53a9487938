"""APRIORI and FP_GROWTH as mlxtend has them, giving the same itemsets as ECLAT.

Agrawal and Srikant, "Fast Algorithms for Mining Association Rules", VLDB 1994. Han, Pei and Yin, "Mining Frequent Patterns without
Candidate Generation", SIGMOD 2000.
"""

from typing import Any

import numpy as np

from plugins.rules.baskets import Baskets
from plugins.rules.itemsets import Itemsets, itemsets, trimmed


def apriori(baskets: Baskets, least: int, longest: int, most: int) -> Itemsets:
    """As `eclat`, but the bound is raised at the end only: what is found must fit into memory."""
    from mlxtend.frequent_patterns import apriori as found_by

    frame, columns = frequent_only(baskets, least)
    return empty(baskets, least) if frame is None else converted(
        found_by(frame, min_support=bound(least, baskets), max_len=longest, low_memory=True), columns, baskets, least).most_frequent(most)


def fp_growth(baskets: Baskets, least: int, longest: int, most: int) -> Itemsets:
    """As `eclat`, but the bound is raised at the end only: what is found must fit into memory."""
    from mlxtend.frequent_patterns import fpgrowth as found_by

    frame, columns = frequent_only(baskets, least)
    return empty(baskets, least) if frame is None else converted(
        found_by(frame, min_support=bound(least, baskets), max_len=longest), columns, baskets, least).most_frequent(most)


def bound(least: int, baskets: Baskets) -> float:
    """A share that `least` baskets reach and one less does not, whichever way the library rounds."""
    return (least - 0.5) / baskets.count


def frequent_only(baskets: Baskets, least: int) -> tuple[Any, Any]:
    """A frame of the items that are frequent alone, and their columns; None when there is none."""
    import pandas as pd

    columns = np.flatnonzero(np.bincount(baskets.matrix.indices, minlength=len(baskets.items)) >= least)
    if not len(columns):
        return None, columns
    return pd.DataFrame.sparse.from_spmatrix(baskets.matrix[:, columns].astype(bool)), columns


def converted(frame: Any, columns: Any, baskets: Baskets, least: int) -> Itemsets:
    """From mlxtend's table of `support` and `itemsets`."""
    counts = np.rint(frame["support"].to_numpy() * baskets.count).astype(np.int64)
    lengths = np.fromiter(map(len, frame["itemsets"]), np.int64, len(frame))
    rows, counted = [], []
    for length in range(1, int(lengths.max(initial=0)) + 1):
        here = np.flatnonzero(lengths == length)
        rows.append(columns[np.array([list(frame["itemsets"].iloc[place]) for place in here], np.int64).reshape(len(here), length)])
        counted.append(counts[here])
    return itemsets(rows, counted, baskets.count, least)


def empty(baskets: Baskets, least: int) -> Itemsets:
    return trimmed([], [], baskets.count, least)
