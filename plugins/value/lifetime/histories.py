"""What the models know of each customer: how often they came back, when last, how long they are known, and what they paid."""

from dataclasses import dataclass

import numpy as np

from plugins.value.sales import CENTS, DAY, Flags, Floats, Numbers, Sales

WEEK = 7.0  # days; the models count time in weeks


@dataclass(frozen=True)
class Histories:
    """One entry for each customer with a purchase: `customer` int64[k], ascending places in `Sales.ids`; `repeats` float64[k], days with a
    purchase after the first such day; `last` and `age` float64[k], weeks from the first purchase to the last one and to the moment of the
    analysis; `spent` float64[k], what a repeated day with purchases came to on average, net of returns, in units of money, 0 without one;
    `net` float64[k], all that was paid, net of returns."""

    customer: Numbers
    repeats: Floats
    last: Floats
    age: Floats
    spent: Floats
    net: Floats

    @property
    def came_back(self) -> Flags:
        return self.repeats > 0

    @property
    def mean_day(self) -> Floats:
        """float64[k]: what any day with purchases came to on average, net of returns."""
        return self.net / (self.repeats + 1)


def histories(sold: Sales, until: int) -> Histories:
    """Of what was bought until a moment. Purchases of one day, by UTC, count as one. What came back makes all of a customer's purchases
    worth less, in proportion, and never less than nothing. O(m log m)."""
    kept = sold.moment <= until
    bought = kept & sold.purchase
    customer, day, amount = by_day(sold.customer[bought], sold.day[bought], sold.amount[bought])
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    ends = np.append(starts, len(customer))[1:] - 1
    days, whom = ends - starts, customer[starts]
    gross = np.add.reduceat(amount, starts) if len(starts) else amount
    net = np.bincount(sold.customer[kept], sold.amount[kept], minlength=len(sold.ids))[whom]
    left = np.divide(net, gross, out=np.zeros(len(whom)), where=gross > 0).clip(0, 1)
    spent = np.divide(gross - amount[starts], days, out=np.zeros(len(whom)), where=days > 0).clip(0) * left
    first = day[starts]
    return Histories(whom, days.astype(np.float64), (day[ends] - first) / WEEK, (until // DAY - first) / WEEK, spent / CENTS, net / CENTS)


def by_day(customer: Numbers, day: Numbers, amount: Floats) -> tuple[Numbers, Numbers, Floats]:
    """Each day of each customer once, in order, with what it came to."""
    order = np.lexsort((day, customer))
    customer, day, amount = customer[order], day[order], amount[order]
    new = (np.diff(customer, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0)
    starts = np.flatnonzero(new)
    return customer[starts], day[starts], np.add.reduceat(amount, starts) if len(starts) else amount
