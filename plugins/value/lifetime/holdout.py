"""How well the models foretell: fitted to what came before, compared with what happened in days that were hidden from them.

The naive rival takes every customer to go on as before: repeats divided by age, times the days, at what they used to pay.
"""

from dataclasses import dataclass

import numpy as np

from plugins.value.lifetime.histories import WEEK, Histories, by_day, histories
from plugins.value.lifetime.modelling import Model, fit, outlook
from plugins.value.sales import CENTS, DAY, Floats, Sales

SHARE = 0.25  # of the time since the first purchase
MOST_REPEATS = 7  # customers with so many or more are looked at together


@dataclass(frozen=True)
class Guess:
    """float64[k]: days with a purchase, and what was paid, net of returns, of each customer."""

    purchases: Floats
    value: Floats


@dataclass(frozen=True)
class Holdout:
    """`since`: where the hidden days begin, microseconds since 1970. `repeats`: float64[k], before them."""

    since: int
    days: int
    repeats: Floats
    actual: Guess
    model: Guess
    naive: Guess


def usual_days(sold: Sales) -> int:
    """A quarter of the whole days since the first purchase."""
    return int(SHARE * ((sold.as_of - sold.moment[sold.purchase].min()) // DAY))


def compare(sold: Sales, days: int, *, from_first: bool, given: Model | None = None) -> Holdout:
    """Customers who bought before the last `days` days, which are whole ones by UTC. Raises `NoModel` when what came before does not bear
    a model."""
    since = (sold.as_of // DAY - days + 1) * DAY
    before = histories(sold, since - 1)
    ahead = outlook(given or fit(before, from_first=from_first), before, days)
    naive = np.divide(before.repeats, before.age, out=np.zeros(len(before.age)), where=before.age > 0) * days / WEEK
    return Holdout(since, days, before.repeats, happened(sold, before, since), Guess(ahead.purchases, ahead.purchases * ahead.spending),
                   Guess(naive, naive * before.mean_day.clip(0)))


def happened(sold: Sales, before: Histories, since: int) -> Guess:
    n, after = len(sold.ids), sold.moment >= since
    bought = sold.purchase & after
    customer, _, _ = by_day(sold.customer[bought], sold.day[bought], sold.amount[bought])
    counts = np.bincount(customer, minlength=n).astype(np.float64)
    paid = np.bincount(sold.customer[after], sold.amount[after], minlength=n) / CENTS
    return Guess(counts[before.customer], paid[before.customer])


def mean_error(guess: Floats, actual: Floats) -> float:
    return float(np.abs(guess - actual).mean())


def root_mean_square(guess: Floats, actual: Floats) -> float:
    return float(np.sqrt(((guess - actual) ** 2).mean()))


def by_repeats(test: Holdout) -> list[dict[str, float]]:
    """For each number of repeats that somebody has: how many customers, and their means."""
    group = np.minimum(test.repeats, MOST_REPEATS).astype(np.int64)
    return [{"repeats": number, "count": int(has.sum()), "actual": float(test.actual.purchases[has].mean()),
             "expected": float(test.model.purchases[has].mean()), "naive": float(test.naive.purchases[has].mean())}
            for number in range(MOST_REPEATS + 1) if (has := group == number).any()]
