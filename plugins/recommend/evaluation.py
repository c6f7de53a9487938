"""How well methods guess what customers buy next: they are given what was bought before a moment, and judged by what was bought after."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.blending import Lists, values
from plugins.recommend.purchases import Floats, Numbers


@dataclass(frozen=True)
class Quality:
    """Means over the customers of the test, from 0 to 1: how many found something that they bought among the n recommended (`hit_rate`),
    how much of the n they bought (`precision`), how much of what they bought was among the n (`recall`), and `ndcg`, which counts what
    stands further up for more. `coverage`: how much of all products was recommended to any of them."""

    hit_rate: float
    precision: float
    recall: float
    ndcg: float
    coverage: float


def moment(first: Numbers, share: float) -> int:
    """When to split: about `share` of the purchases, given by when they were (int64[k], at least one), come at that moment or later. More
    where several came at that moment: they stay together."""
    ordered = np.sort(first)
    return int(ordered[min(len(ordered) - 1, int(np.ceil((1 - share) * len(ordered))))])


def next_purchases(before: csr_array, after: csr_array, *, again: bool = False) -> csr_array:
    """1 for each product that a customer bought after the moment, and not before it, unless what is bought again counts too; nothing for
    who had bought nothing before."""
    new = after if again else (after - after.multiply(before)).tocsr()
    new.eliminate_zeros()
    known = np.diff(before.indptr) > 0
    kept = np.repeat(known, np.diff(new.indptr))
    bounds = np.concatenate([[0], np.cumsum(kept)])[new.indptr]
    return csr_array((np.ones(int(kept.sum())), new.indices[kept], bounds), shape=new.shape)


def quality(lists: Lists, wanted: csr_array, n: int, sold: int) -> Quality:
    """`lists`: at most n products for each customer of the test, those with an entry in `wanted`; `sold`: how many products there are to be
    recommended. Who is recommended fewer than n loses nothing by it but what is not found: precision is out of n.

    Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM Transactions on Information Systems 20, 2002.
    """
    bought = np.diff(wanted.indptr)
    tested = np.flatnonzero(bought)
    right = values(wanted, lists.customer, lists.item) > 0
    hits, gain = (added_up(lists.customer[right], amount, len(bought))[tested]
                  for amount in (np.ones(int(right.sum())), discount(lists.position[right])))
    best = np.cumsum(discount(np.arange(1, n + 1)))[np.minimum(bought[tested], n) - 1]
    return Quality(
        hit_rate=float((hits > 0).mean()), precision=float(hits.mean() / n), recall=float((hits / bought[tested]).mean()),
        ndcg=float((gain / best).mean()), coverage=len(np.unique(lists.item)) / sold)


def added_up(customer: Numbers, amount: Floats, n: int) -> Floats:
    return np.bincount(customer, amount, minlength=n).astype(np.float64)


def discount(position: Any) -> Floats:
    """What something at a position, from 1, counts for."""
    found: Floats = 1 / np.log2(np.asarray(position, np.float64) + 1)
    return found
