"""How well the models tell what happened in days that were hidden from them, beside the simplest guesses."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from guanxi import InsufficientData, Metric
from plugins.forecast.calendar import EPOCH
from plugins.forecast.next_purchase.choosing import LEAST_EXAMPLES, choices
from plugins.forecast.next_purchase.choosing import fit as fit_categories
from plugins.forecast.next_purchase.dating import Dates, cumulative_hazard, fit, reached
from plugins.forecast.next_purchase.examples import LEAST_DAYS, examples, known_at, until_next
from plugins.forecast.next_purchase.start import NextPurchaseRunStartInput
from plugins.forecast.next_purchase.visits import Flags, Floats, Numbers, Visits

SHARE = 0.25  # of the days since the first purchase
LEAST_TO_LEARN, LEAST_TO_TEST = 20, 5  # customers who bought again
COMPARED = 2_000  # customers whose order is looked at
TOP = 3


@dataclass(frozen=True)
class DateTest:
    """Customers who had bought before the hidden days: `days` (float64[k]) until they bought again where `happened` (bool[k]), else until
    the end; what was told, and two plain guesses: `naive` (float64[k]), each at their own pace, and `same`, the usual days of all.
    `length`: how many days were hidden, since `since`."""

    since: float
    length: float
    days: Floats
    happened: Flags
    told: Dates
    naive: Floats
    same: float


@dataclass(frozen=True)
class CategoryTest:
    """First purchases of the hidden days: `category`: int64[k]; `told`, `naive`, `overall`: float64[k, c], the model's probabilities, the
    customer's shares so far, and those of all."""

    category: Numbers
    told: Floats
    naive: Floats
    overall: Floats


def hidden_days(past: Visits, start: NextPurchaseRunStartInput) -> float:
    given = start.test_days
    return float(given) if isinstance(given, int) else max(1.0, float(int(SHARE * (past.end - past.at.min()))))


def date_test(past: Visits, start: NextPurchaseRunStartInput, seed: int) -> DateTest:
    """Raises `InsufficientData` when too few bought again."""
    length = hidden_days(past, start)
    since = past.end - length
    before = past.before(since)
    check(before, past, since)
    rows = examples(before)
    if rows.happened.sum() < LEAST_TO_LEARN:
        raise InsufficientData(said(before, since, int(rows.happened.sum()), LEAST_TO_LEARN, "to learn from"))
    known = known_at(past, since)
    days, happened = until_next(past, known.customer, since)
    if happened.sum() < LEAST_TO_TEST:
        raise InsufficientData(said(past, past.end, int(happened.sum()), LEAST_TO_TEST, f"to test with in the last {length:,.0f} days"))
    told = fit(start.date_model, rows, seed)(known.matrix)
    moments, hazard = cumulative_hazard(rows.days, rows.happened, np.ones(len(rows.days)))
    same = float(reached(moments, hazard, np.array([np.log(2)]))[0])
    return DateTest(since, length, days, happened, told, np.maximum(known.pace - known.since, LEAST_DAYS), same)


def check(before: Visits, past: Visits, since: float) -> None:
    if not len(before.at):
        raise InsufficientData(f"Before {day(since)}, from which on purchases are hidden for the test, nobody bought anything: the first "
                               f"purchase was on {day(float(past.at.min()))}. Fewer testDays may help.")


def said(past: Visits, end: float, found: int, least: int, what: str) -> str:
    return (f"Until {day(end)} there are {len(past.at):,} days of purchases of {len(np.unique(past.customer)):,} customers, and {found:,} "
            f"times somebody bought again {what}; {least} at least are needed.")


def day(moment: float) -> str:
    import datetime

    return f"{EPOCH + datetime.timedelta(days=moment):%Y-%m-%d}"


def date_metrics(test: DateTest) -> list[Metric]:
    """Whoever had not bought when the hidden days ended counts with their length, and so does whatever is told beyond it. Of the two plain
    guesses the better one counts."""
    actual, length = np.minimum(test.days, test.length), test.length
    told, *plain = [float(np.abs(np.minimum(one, length) - actual).mean()) for one in (test.told.middle, test.naive, test.same)]
    found = [Metric("date: mean absolute error in days", told, min(plain)),
             Metric("date: concordance", concordance(test, test.told.middle, test.told.low), concordance(test, test.naive, test.naive))]
    ends_within = test.told.high <= length
    if ends_within.any():
        inside = test.happened & (test.days >= test.told.low) & (test.days <= test.told.high)
        found.append(Metric("date: inside the 80 % interval", float(inside[ends_within].mean())))
    return found


def concordance(test: DateTest, told: Floats, otherwise: Floats) -> float | None:
    """Of two customers of whom it is known who bought first, how often that was told; of equals, half (F. E. Harrell and others, Journal of
    the American Medical Association 247, 1982). Where both are told to be beyond what is known, `otherwise` tells them apart."""
    some = np.random.default_rng(0).permutation(len(told))[:COMPARED]
    value = np.where(np.isfinite(told[some]), told[some], 1e6 + np.where(np.isfinite(otherwise[some]), otherwise[some], 1e6))
    days, happened = test.days[some], test.happened[some]
    earlier = happened[:, None] & ((days[:, None] < days[None, :]) | ((days[:, None] == days[None, :]) & ~happened[None, :]))
    if not earlier.any():
        return None
    right = (value[:, None] < value[None, :]) + 0.5 * (value[:, None] == value[None, :])
    return float(right[earlier].mean())


def category_test(past: Visits, since: float, start: NextPurchaseRunStartInput, seed: int) -> CategoryTest | None:
    """None where too few bought something of a category again, before the hidden days or in them."""
    learned, asked = choices(past.before(since)), choices(past, since)
    if len(learned.category) < LEAST_EXAMPLES or len(asked.category) < LEAST_TO_TEST:
        return None
    size = len(past.categories) + 1
    told = fit_categories(start.category_model, learned, size, seed)(asked.matrix)
    overall = np.bincount(learned.category, minlength=size) / len(learned.category)
    return CategoryTest(asked.category, told, asked.usual, np.tile(overall, (len(asked.category), 1)))


def category_metrics(test: CategoryTest) -> list[Metric]:
    """The naive guess is what a customer bought most so far; of the logarithmic loss, the shares of all."""
    naive = test.naive + 1e-6 * test.overall  # of equals the more frequent one
    return [Metric("category: accuracy", ranked(test, test.told, 1), ranked(test, naive, 1)),
            Metric("category: among the first three", ranked(test, test.told, TOP), ranked(test, naive, TOP)),
            Metric("category: log loss", loss(test, test.told), loss(test, test.overall))]


def ranked(test: CategoryTest, told: Floats, most: int) -> float:
    first = np.argsort(-told, axis=1, kind="stable")[:, :most]
    return float((first == test.category[:, None]).any(1).mean())


def loss(test: CategoryTest, told: Floats) -> float:
    p: Any = told[np.arange(len(test.category)), test.category]
    return float(-np.log(np.maximum(p, 1e-6)).mean())
