"""What known customers bought and gave back, in one currency until one moment, out of a snapshot's transactions."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CENTS = 10_000  # money is kept in whole ten-thousandths
MOST_MONEY = 9e14  # what they hold
DAY = 86_400_000_000  # microseconds
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class NoSales(Exception):
    """There is nothing to work with. The text says what there is."""


@dataclass(frozen=True)
class Sales:
    """`customer`: int64[m], places in `ids`; `moment`: int64[m], microseconds since 1970, none after `as_of`; `amount`: float64[m], whole
    ten-thousandths, negative for what came back; `purchase`: bool[m], else a return or a cancellation.

    `ever`, `ours`: bool[n], who bought at all, and who bought in `currency`, whenever. `elsewhere`, `later`, `nobodys`: how many
    transactions were left out because of their currency, because they came after `as_of`, or because their customer is not known.
    """

    ids: Numbers
    customer: Numbers
    moment: Numbers
    amount: Floats
    purchase: Flags
    currency: str
    as_of: int
    ever: Flags
    ours: Flags
    elsewhere: int
    later: int
    nobodys: int

    @property
    def day(self) -> Numbers:
        """int64[m]: days since 1970, by UTC."""
        return self.moment // DAY

    @property
    def worthless(self) -> int:
        """How many purchases have a total of zero or less."""
        return int((self.purchase & (self.amount <= 0)).sum())


def sales(ids: Numbers, transactions: Any, *, as_of: datetime.datetime | None = None, currency: str | None = None) -> Sales:
    """`ids`: int64[n], ascending. `transactions`: pyarrow.Table, the table of that name in a snapshot. `as_of`: left out, the last
    transaction of a known customer. `currency`: left out, the one with the most purchases, of equals the first by the alphabet.

    Raises `NoSales`, and ValueError for a currency that nobody paid in. O(n + m).
    """
    buyers = transactions["customer_id"].to_numpy()
    known = buyers != 0
    table = transactions if known.all() else transactions.filter(known)
    customer = np.searchsorted(ids, table["customer_id"].to_numpy())
    kinds, kind = encoded(table["kind"])
    purchase = kind == kinds.index("PURCHASE") if "PURCHASE" in kinds else np.zeros(len(kind), bool)
    if not purchase.any():
        raise NoSales(f"Among the {len(ids):,} customers of this run nobody bought anything; of {len(buyers):,} transactions "
                      f"{int((~known).sum()):,} belong to nobody known.")
    moment, amount = table["occurred_at"].cast("int64").to_numpy(), np.rint(table["total"].to_numpy() * CENTS)
    currencies, used = encoded(table["currency"])
    chosen = chosen_currency(currencies, used[purchase], currency)
    until = int(moment.max()) if as_of is None else (as_of - EPOCH) // datetime.timedelta(microseconds=1)
    ours, early = used == chosen, moment <= until
    kept = ours & early
    found = Sales(
        ids, customer[kept], moment[kept], amount[kept], purchase[kept], currencies[chosen], until,
        of_customers(customer[purchase], len(ids)), of_customers(customer[purchase & ours], len(ids)),
        int((~ours).sum()), int((ours & ~early).sum()), int((~known).sum()))
    check(found, moment[purchase & ours])
    return found


def check(found: Sales, purchased: Numbers) -> None:
    if not found.purchase.any():
        raise NoSales(f"Until {when(found.as_of)} there is no purchase in {found.currency}: the first was at {when(int(purchased.min()))}, "
                      f"the last at {when(int(purchased.max()))}.")
    if not np.abs(found.amount).sum() < MOST_MONEY * CENTS:
        raise NoSales(f"The totals of {len(found.amount):,} transactions come to more than {MOST_MONEY:,.0f} {found.currency}, which is "
                      f"more than money can be counted in here. The largest is {np.abs(found.amount).max() / CENTS:,.2f} {found.currency}.")


def chosen_currency(currencies: list[str], purchased: Numbers, currency: str | None) -> int:
    """Its place among the currencies. `purchased`: that of every purchase."""
    counts = np.bincount(purchased, minlength=len(currencies)).tolist()
    if currency is None:
        return min(range(len(currencies)), key=lambda place: (-counts[place], currencies[place]))
    paid = sorted(name for name, count in zip(currencies, counts, strict=True) if count)
    if currency not in paid:
        raise ValueError(f"Nobody paid in {currency}; there are purchases in {', '.join(paid)}.")
    return currencies.index(currency)


def encoded(column: Any) -> tuple[list[str], Numbers]:
    """The different texts of a column, and for each row which one it is."""
    array = column.combine_chunks().dictionary_encode()
    return array.dictionary.to_pylist(), array.indices.to_numpy().astype(np.int64)


def of_customers(places: Numbers, n: int) -> Flags:
    found = np.zeros(n, bool)
    found[places] = True
    return found


def when(moment: int) -> str:
    return f"{EPOCH + datetime.timedelta(microseconds=moment):%Y-%m-%d %H:%M}"


def cents(amounts: Floats) -> Numbers:
    """Units of money as whole ten-thousandths. Raises `NoSales` for what money cannot be counted in."""
    if len(amounts) and not np.abs(amounts).max() < MOST_MONEY:
        raise NoSales(f"An amount comes to more than {MOST_MONEY:,.0f}: that is more than money can be counted in here.")
    return np.rint(amounts * CENTS).astype(np.int64)
