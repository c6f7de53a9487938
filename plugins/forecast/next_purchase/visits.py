"""The days on which customers bought, in order, with what they paid most for: what next purchases are learned from."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import InsufficientData, Snapshot
from plugins.forecast.calendar import DAY, EPOCH

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_CATEGORIES = 20  # the rarer ones are taken together
NONE = -1


@dataclass(frozen=True)
class Visits:
    """One for each customer and day with a purchase, ordered by both. `customer`: int64[m], places in `ids`; `at`: float64[m], days since
    1970 of the day's first purchase; `paid`: float64[m], that day; `category`: int64[m], the place in `categories` of what most was paid
    for, `len(categories)` for a rarer one, -1 where no product had a category. `end`: the moment that the run looks ahead from."""

    ids: Numbers
    customer: Numbers
    at: Floats
    paid: Floats
    category: Numbers
    categories: list[str]
    end: float

    def before(self, moment: float) -> "Visits":
        kept = self.at < moment
        return Visits(self.ids, self.customer[kept], self.at[kept], self.paid[kept], self.category[kept], self.categories, moment)

    @property
    def first_of_customer(self) -> Flags:
        """bool[m]: whether it is the customer's first."""
        return np.append(True, self.customer[1:] != self.customer[:-1]) if len(self.customer) else np.zeros(0, bool)


def visits(snapshot: Snapshot, as_of: datetime.datetime | None) -> Visits:
    """Raises `InsufficientData` when nobody bought anything before the moment."""
    ids, table = snapshot.table("customers")["id"].to_numpy(), snapshot.table("transactions")
    place, at, bought = rows(ids, table)
    end = (as_of - EPOCH) / datetime.timedelta(days=1) if as_of else float(at.max(initial=0.0)) + 1 / DAY
    kept = bought & (place >= 0) & (at < end)
    if not kept.any():
        later = int((bought & (place >= 0)).sum())
        raise InsufficientData(f"Among the {len(ids):,} customers of this run nobody bought anything before "
                               f"{EPOCH + datetime.timedelta(days=end):%Y-%m-%d}; {later:,} purchases came later.")
    customer, moment, paid = by_day(place[kept], at[kept], np.maximum(table["total"].to_numpy()[kept], 0))
    category, categories = main_categories(snapshot, ids, end, customer, moment)
    return Visits(ids, customer, moment, paid, category, categories, end)


def rows(ids: Numbers, table: Any) -> tuple[Numbers, Floats, Flags]:
    """Of a table of transactions or lines: places of customers, -1 for none of `ids`; days since 1970; whether it is a purchase."""
    whose = table["customer_id"].to_numpy()
    place = np.searchsorted(ids, whose)
    place[place == len(ids)] = 0
    known = ids[place] == whose if len(ids) else np.zeros(len(whose), bool)
    kinds = table["kind"].combine_chunks().dictionary_encode()
    names = kinds.dictionary.to_pylist()
    bought = kinds.indices.to_numpy() == (names.index("PURCHASE") if "PURCHASE" in names else -1)
    return np.where(known, place, -1), table["occurred_at"].cast("int64").to_numpy() / DAY, bought


def by_day(place: Numbers, at: Floats, paid: Floats) -> tuple[Numbers, Floats, Floats]:
    order = np.lexsort((at, place))
    place, at, paid = place[order], at[order], paid[order]
    begins = np.flatnonzero(np.append(True, (place[1:] != place[:-1]) | (np.floor(at[1:]) != np.floor(at[:-1]))))
    return place[begins], at[begins], np.add.reduceat(paid, begins)


def main_categories(snapshot: Snapshot, ids: Numbers, end: float, customer: Numbers, moment: Floats) -> tuple[Numbers, list[str]]:
    """Of each visit what most was paid for; and the categories, those of the most visits first."""
    lines, products = snapshot.table("transactionLines"), snapshot.table("products")
    names = products["category"].combine_chunks().dictionary_encode()
    known = names.dictionary.to_pylist()
    place, at, bought = rows(ids, lines)
    product = np.searchsorted(products["id"].to_numpy(), lines["product_id"].to_numpy())
    of_product = np.append(names.indices.to_numpy(), 0)
    code = np.where(np.array([*(bool(name) for name in known), False])[of_product], of_product, NONE)[product]
    kept = bought & (place >= 0) & (at < end) & (code != NONE)
    found = np.full(len(customer), NONE)
    if not kept.any():
        return found, []
    key, size = place * 10**6 + np.floor(at).astype(np.int64), len(known)
    visit = np.searchsorted(customer * 10**6 + np.floor(moment).astype(np.int64), key[kept])
    paid = np.bincount(visit * size + code[kept], np.maximum(lines["amount"].to_numpy()[kept], 0) + 1e-9, minlength=len(customer) * size)
    table = paid.reshape(len(customer), size)
    has = table.max(1) > 0
    counts = np.bincount(table[has].argmax(1), minlength=size).tolist()
    shown = [one for one in sorted(range(size), key=lambda one: (-counts[one], known[one])) if counts[one]][:MOST_CATEGORIES]
    number = np.full(size, len(shown))
    number[shown] = np.arange(len(shown))
    found[has] = number[table[has].argmax(1)]
    return found, [known[one] for one in shown]
