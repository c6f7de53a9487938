"""From a snapshot to series, in the words of the API: what cannot be worked with, and what a run warns of."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi import InsufficientData, InvalidParameters, Progress, Snapshot
from plugins.forecast.calendar import DAY, EPOCH, moment
from plugins.forecast.periods import period_of
from plugins.forecast.series import Series, Sold, build
from plugins.forecast.start import ForecastBy, ForecastRunStartInput, ForecastTarget

FEWEST = 8  # periods that a series has at least
MOST_PERIODS = 1_500  # what is longer ago says little of what comes
LATEST = 366  # days after the last transaction, in which nothing was sold
MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Subjects:
    """What series are about. `keys`: ids of customers, products or segments, or names of categories; empty for the total. `names`: what
    products, categories and segments are called."""

    keys: Sequence[Any]
    names: Sequence[str]


@dataclass(frozen=True)
class Past:
    """`series`: the longest-sold first; `short`: how many subjects bought something, but have too few periods; `left`: how many there are
    beyond those that are asked for; `last`: the number of the last period; `currency`: of amounts and prices, else None."""

    series: Sequence[Series]
    subjects: Subjects
    short: int
    left: int
    last: int
    currency: str | None


def read(snapshot: Snapshot, start: ForecastRunStartInput, progress: Progress) -> Past:
    progress("reading purchases")
    table = snapshot.table("transactionLines" if start.of_lines else "transactions")
    if not pc.any(pc.equal(table["kind"], "PURCHASE")).as_py():
        raise InsufficientData(f"There is no purchase among {table.num_rows:,} transactions of this run: there is nothing to go on from.")
    table, currency = in_one_currency(table, start, progress)
    first, last = bounds(moments_of(table), start)
    rows, subject, subjects = subjects_of(table, snapshot, start)
    table = table if rows is None else table.take(pa.array(rows))
    sold = sold_of(table, subject, period_of(moments_of(table), start.grain.name), start)
    sold = sold.only((sold.subject >= 0) & (sold.period >= max(first, last + 1 - MOST_PERIODS)))
    found = build(sold, target=start.target.name, last=last, gaps=start.filling.name, returns=start.returns.name)
    long = [one for one in found if len(one.values) >= FEWEST]
    if not long:
        raise InsufficientData(told_too_short(found, start, first, last))
    return Past(long[:start.most_series], subjects, len(found) - len(long), max(len(long) - start.most_series, 0), last, currency)


def told_too_short(found: Sequence[Series], start: ForecastRunStartInput, first: int, last: int) -> str:
    unit = start.grain.name.lower()
    if not found:
        return (f"No {unit} with a purchase is over: whole {unit}s are counted from {moment(first, start.grain.name):%Y-%m-%d} to before "
                f"{moment(last + 1, start.grain.name):%Y-%m-%d}, and {FEWEST} are needed.")
    longest = max(len(one.values) for one in found)
    return (f"The longest of {len(found):,} series has {longest} whole {unit}s, until {moment(last + 1, start.grain.name):%Y-%m-%d}: "
            f"at least {FEWEST} are needed. A shorter grain has more of them.")


def in_one_currency(table: Any, start: ForecastRunStartInput, progress: Progress) -> tuple[Any, str | None]:
    """Amounts in different currencies do not add up; pieces and orders do."""
    if start.target not in (ForecastTarget.AMOUNT, ForecastTarget.PRICE) and not start.currency:
        return table, None
    counts = {one["values"]: one["counts"]
              for one in pc.value_counts(table.filter(pc.equal(table["kind"], "PURCHASE"))["currency"]).to_pylist()}
    chosen = start.currency or min(counts, key=lambda name: (-counts[name], name))
    if chosen not in counts:
        raise InvalidParameters(f"Nobody paid in {chosen}; there are purchases in {', '.join(sorted(counts))}.", "currency")
    kept = table.filter(pc.equal(table["currency"], chosen))
    if others := table.num_rows - kept.num_rows:
        what = "lines of transactions" if start.of_lines else "transactions"
        progress.warn(f"Left out because they are not in {chosen}: {others:,} {what}. Amounts in different currencies do not add up.")
    return kept, chosen


def subjects_of(table: Any, snapshot: Snapshot, start: ForecastRunStartInput) -> tuple[Any, Any, Subjects]:
    """Which rows count, None for each of them once; and the number of the subject of each, int64, -1 for none."""
    if start.by is ForecastBy.TOTAL:
        return None, np.zeros(table.num_rows, np.int64), Subjects([], [])
    buyers = table["customer_id"].to_numpy()
    if start.by is ForecastBy.CUSTOMER:
        ids = np.unique(buyers[buyers > 0])
        return None, numbers(ids, buyers), Subjects(ids.tolist(), [])
    if start.by is ForecastBy.SEGMENT:
        return segments(snapshot.table("segmentMembers"), buyers)
    goods = snapshot.table("products")
    places = numbers(goods["id"].to_numpy(), table["product_id"].to_numpy())
    if start.by is ForecastBy.PRODUCT:
        return None, places, Subjects(goods["id"].to_pylist(), goods["name"].to_pylist())
    return None, *categories(goods, places)


def segments(members: Any, buyers: Any) -> tuple[Any, Any, Subjects]:
    """A row counts for each segment that its customer is in."""
    if not members.num_rows:
        raise InsufficientData("Nobody who is in this run is in any segment: put customers into segments first.")
    ids, first, segment = np.unique(members["segment_id"].to_numpy(), return_index=True, return_inverse=True)
    names = members["segment"].take(pa.array(first)).to_pylist()
    order = np.argsort(buyers, kind="stable")
    begin, end = (np.searchsorted(buyers[order], members["customer_id"].to_numpy(), side) for side in ("left", "right"))
    count = end - begin
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return order[np.repeat(begin, count) + within], np.repeat(segment, count), Subjects(ids.tolist(), names)


def categories(goods: Any, places: Any) -> tuple[Any, Subjects]:
    """Products without a category belong to none."""
    names = sorted({name for name in goods["category"].to_pylist() if name})
    known = {name: at for at, name in enumerate(names)}
    of_product = np.array([known.get(name, -1) for name in goods["category"].to_pylist()] or [-1], np.int64)
    return np.where(places >= 0, of_product[places], -1), Subjects(names, names)


def numbers(ids: Any, wanted: Any) -> Any:
    """Places among ascending ids: int64, -1 for any other."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1)


def sold_of(table: Any, subject: Any, period: Any, start: ForecastRunStartInput) -> Sold:
    order = table["transaction_id" if start.of_lines else "id"].to_numpy()
    amount = table["amount" if start.of_lines else "total"].to_numpy()
    quantity = table["quantity"].to_numpy() if start.of_lines else np.zeros(table.num_rows)
    return Sold(np.asarray(subject, np.int64), period, order, amount, quantity, pc.equal(table["kind"], "PURCHASE").to_numpy())


def moments_of(table: Any) -> Any:
    """int64[m]: microseconds since 1970."""
    return table["occurred_at"].cast(pa.int64()).to_numpy()


def bounds(moments: Any, start: ForecastRunStartInput) -> tuple[int, int]:
    """The numbers of the first and the last whole period. What is known begins with the day of the first transaction, and ends with that
    of the last one unless `until` says when."""
    grain = start.grain.name
    since, seen = int(moments.min()) // DAY * DAY, (int(moments.max()) // DAY + 1) * DAY
    until = (start.until - EPOCH) // MICROSECOND if start.until else seen
    if until > seen + LATEST * DAY:
        raise InvalidParameters(f"until lies more than {LATEST} days after the last transaction, which was before "
                                f"{EPOCH + seen * MICROSECOND:%Y-%m-%d}.", "until")
    first, last = (int(one) for one in period_of(np.array([since, until]), grain))
    return first + (moment(first, grain) < EPOCH + since * MICROSECOND), last - 1
