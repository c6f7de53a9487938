"""What customers did and when, as arrays, out of a snapshot: what counts as buying, looking and reviewing."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import InsufficientData, InvalidParameters, Snapshot
from plugins.propensity.start import PropensityRunStartInput, PropensityTargetInput

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
DAY = 86_400_000_000  # microseconds
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Events:
    """`place`: int64[m], customers by their places in the snapshot; `at`: int64[m], microseconds since 1970. `size`: customers."""

    place: Numbers
    at: Numbers
    size: int

    def since(self, start: int, end: int) -> "Events":
        """From `start` on and before `end`."""
        kept = (self.at >= start) & (self.at < end)
        return Events(self.place[kept], self.at[kept], self.size)

    @property
    def count(self) -> Numbers:
        """int64[size]: how many each customer has."""
        return np.bincount(self.place, minlength=self.size)

    @property
    def first(self) -> Numbers:
        """int64[size]: when each customer's first was, `NEVER` for who has none."""
        found = np.full(self.size, NEVER)
        np.minimum.at(found, self.place, self.at)
        return found

    @property
    def last(self) -> Numbers:
        """int64[size]: when each customer's last was, -NEVER for who has none."""
        found = np.full(self.size, -NEVER)
        np.maximum.at(found, self.place, self.at)
        return found


@dataclass(frozen=True)
class Behaviour:
    """All that customers of a snapshot did which decides whom a run is about and what it is to foretell. `bought`, `looked`, `reviewed`:
    with what is to be bought; None where a run does not read it. `purchases`: of anything. `recorded`: when records were made. `end`:
    just after the last transaction of anybody."""

    ids: Numbers
    recorded: Events
    purchases: Events
    bought: Events
    looked: Events | None
    reviewed: Events | None
    end: int


def behaviour(snapshot: Snapshot, start: PropensityRunStartInput) -> Behaviour:
    """Raises `InsufficientData` when nobody bought anything, and `InvalidParameters` for what nobody sells."""
    needed, customers, transactions = start.tables(), snapshot.table("customers"), snapshot.table("transactions")
    ids = customers["id"].to_numpy()
    recorded = Events(np.arange(len(ids)), moments(customers["created_at"]), len(ids))
    purchases = events(ids, transactions, "occurred_at", of_kind(transactions))
    if not len(purchases.at):
        raise InsufficientData(f"Among the {len(ids):,} customers of this run nobody bought anything: there is nothing to learn from.")
    products = products_of(snapshot, start.wanted) if start.about_something else None
    bought = purchases
    if products is not None:
        lines = snapshot.table("transactionLines")
        bought = events(ids, lines, "occurred_at", of_kind(lines) & np.isin(lines["product_id"].to_numpy(), products))
    looked, reviewed = (of_products(ids, snapshot.table(name), column, products) if name in needed else None
                        for name, column in (("browseEvents", "started_at"), ("reviews", "created_at")))
    return Behaviour(ids, recorded, purchases, bought, looked, reviewed, int(moments(transactions["occurred_at"]).max()) + 1)


def products_of(snapshot: Snapshot, target: PropensityTargetInput) -> Numbers:
    """int64[k]: the numbers of the products that it is about."""
    table = snapshot.table("products")
    numbers: Numbers = table["id"].to_numpy()
    if target.product_id:
        if target.product not in numbers:
            raise InvalidParameters(f"There is no product {target.product_id}.", "target", "productId")
        return np.array([target.product])
    found: Numbers = numbers[np.array([name == target.category for name in table["category"].to_pylist()], bool)]
    if not len(found):
        known = sorted({name for name in table["category"].to_pylist() if name})
        there = f"there are {', '.join(known[:10])}{' and others' if len(known) > 10 else ''}" if known else "no product has a category"
        raise InvalidParameters(f"No product is of the category {target.category}: {there}.", "target", "category")
    return found


def of_products(ids: Numbers, table: Any, column: str, products: Numbers | None) -> Events:
    chosen = np.ones(table.num_rows, bool) if products is None else np.isin(table["product_id"].to_numpy(), products)
    return events(ids, table, column, chosen)


def of_kind(table: Any, kind: str = "PURCHASE") -> Flags:
    """bool[m]: which rows are purchases, and no returns or cancellations."""
    encoded = table["kind"].combine_chunks().dictionary_encode()
    known = encoded.dictionary.to_pylist()
    chosen: Flags = encoded.indices.to_numpy() == (known.index(kind) if kind in known else -1)
    return chosen


def events(ids: Numbers, table: Any, column: str, chosen: Flags) -> Events:
    """Of customers in the snapshot. `ids`: int64[n], ascending."""
    whose = table["customer_id"].to_numpy()
    place = np.searchsorted(ids, whose)
    place[place == len(ids)] = 0
    kept = chosen & (ids[place] == whose) if len(ids) else np.zeros(len(whose), bool)
    return Events(place[kept], moments(table[column])[kept], len(ids))


def moments(column: Any) -> Numbers:
    """int64[m]: microseconds since 1970 of a column of moments, none of which is missing."""
    found: Numbers = column.cast("int64").to_numpy()
    return found


def microseconds(moment: datetime.datetime) -> int:
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def at(moment: int) -> datetime.datetime:
    """Of microseconds since 1970."""
    return EPOCH + datetime.timedelta(microseconds=int(moment))


def day(moment: int) -> str:
    return f"{at(moment):%Y-%m-%d}"
