"""Recency, frequency and amount of each customer, and their scores: plain functions on arrays.

A. M. Hughes, Strategic Database Marketing, 1994; here by quintiles that customers with equal values share.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugins.value.rfm.segments import ORDER, SCORES, TABLE
from plugins.value.sales import DAY, Floats, Numbers, Sales

Scores = NDArray[np.int16]
PLACES = np.array([[ORDER.index(segment) for segment in row] for row in TABLE])


@dataclass(frozen=True)
class Bought:
    """One entry for each customer with a purchase in the window: `customer` int64[k], ascending places in `Sales.ids`; `days` int64[k],
    whole days since the last purchase; `frequency` int64[k], how many purchases; `amount` float64[k], ten-thousandths net of what came
    back in the window."""

    customer: Numbers
    days: Numbers
    frequency: Numbers
    amount: Floats


@dataclass(frozen=True)
class Scored:
    """int16[k] each, from 1 to 5, the best; `segment` int64[k], places in `segments.ORDER`."""

    recency: Scores
    frequency: Scores
    amount: Scores
    segment: Numbers


def bought(sold: Sales, since: int | None) -> Bought:
    """`since`: the moment at which the window begins; None: there is no beginning. O(n + m)."""
    n = len(sold.ids)
    within = np.ones(len(sold.moment), bool) if since is None else sold.moment >= since
    purchases = within & sold.purchase
    frequency = np.bincount(sold.customer[purchases], minlength=n)
    amount: Floats = np.bincount(sold.customer[within], sold.amount[within], minlength=n).astype(np.float64)
    last = np.full(n, np.iinfo(np.int64).min)
    np.maximum.at(last, sold.customer[purchases], sold.moment[purchases])
    customer = np.flatnonzero(frequency)
    return Bought(customer, (sold.as_of - last[customer]) // DAY, frequency[customer], amount[customer])


def scored(found: Bought) -> Scored:
    """O(k log k)."""
    recency, frequency, amount = fifths(-found.days), fifths(found.frequency), fifths(found.amount)
    return Scored(recency, frequency, amount, PLACES[recency - 1, frequency - 1])


def fifths(values: NDArray[np.float64] | Numbers) -> Scores:
    """int16[k] from 1 to 5 for k values: which fifth of all each is in, the highest values in the fifth one.

    Equal values share a score, that of the middle of their places: if six in ten customers bought once, all six have the score of the
    place 30 in 100. So fifths need not be of equal size, and one may be empty.
    """
    ordered = np.sort(values)
    below, up_to = np.searchsorted(ordered, values, side="left"), np.searchsorted(ordered, values, side="right")
    found: Scores = (SCORES * (below + up_to) // (2 * len(values)) + 1).astype(np.int16)
    return found
