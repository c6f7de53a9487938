"""From sales one by one to series: sums of each subject in each period, on a calendar without gaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sold:
    """What was sold: `subject`: int64[m], numbers from 0; `period`: int64[m]; `order`: int64[m], the transaction; `amount`, `quantity`:
    float64[m], negative for what came back; `purchase`: bool[m], else a return or a cancellation."""

    subject: Numbers
    period: Numbers
    order: Numbers
    amount: Floats
    quantity: Floats
    purchase: Flags

    def only(self, chosen: Flags) -> "Sold":
        return Sold(*(getattr(self, name)[chosen] for name in ("subject", "period", "order", "amount", "quantity", "purchase")))


@dataclass(frozen=True)
class Series:
    """The values of one subject, from the period `first` on."""

    subject: int
    first: int
    values: Floats


def build(sold: Sold, *, target: str, last: int, gaps: str, returns: str) -> list[Series]:
    """A series for each subject that bought something, from the period of the first purchase to the period `last`: the one with the
    most purchases first, the first by number among equals.

    `target`: AMOUNT and QUANTITY are sums, with returns taken off unless `returns` is IGNORE; ORDERS counts different purchases; PRICE is
    what was paid for purchases divided by their pieces. A period without a sale is 0, or with `gaps` CARRY as the one before. O(m log m).
    """
    bought = sold.only(sold.purchase)
    count = int(sold.subject.max(initial=-1)) + 1
    purchases = np.bincount(unique_orders(bought).subject, minlength=count)
    begun = np.full(count, last + 1)
    np.minimum.at(begun, bought.subject, bought.period)
    chosen = np.argsort(-purchases, kind="stable")
    chosen = chosen[(purchases[chosen] > 0) & (begun[chosen] <= last)]
    used = sold if returns == "SUBTRACT" and target in ("AMOUNT", "QUANTITY") else bought
    used = used.only((used.period <= last) & np.isin(used.subject, chosen) & (used.period >= begun[used.subject]))
    order = np.argsort(used.subject, kind="stable")
    used = used.only(order)  # type: ignore[arg-type]  # places do as well as flags
    starts, ends = (np.searchsorted(used.subject, chosen, side) for side in ("left", "right"))
    return [Series(int(subject), int(begun[subject]), values(used, slice(start, end), int(begun[subject]), last, target, gaps))
            for subject, start, end in zip(chosen.tolist(), starts.tolist(), ends.tolist(), strict=True)]


def unique_orders(sold: Sold) -> Sold:
    """One row for each subject, transaction and period."""
    if not len(sold.order):
        return sold
    order = np.lexsort((sold.order, sold.subject))
    subject, number = sold.subject[order], sold.order[order]
    new = np.concatenate([[True], (subject[1:] != subject[:-1]) | (number[1:] != number[:-1])])
    return sold.only(order[new])


def values(sold: Sold, rows: slice, first: int, last: int, target: str, gaps: str) -> Floats:
    """Of one subject: float64[last - first + 1]."""
    length = last - first + 1
    place = sold.period[rows] - first
    present: Flags = np.bincount(place, minlength=length) > 0
    found: Floats
    if target == "ORDERS":
        found = orders(sold.order[rows], place, length)
    elif target == "PRICE":
        pieces, paid = (added(place, worth[rows], length) for worth in (sold.quantity, sold.amount))
        present = pieces > 0
        found = np.divide(paid, pieces, out=np.zeros(length), where=present)
    else:
        found = added(place, getattr(sold, target.lower())[rows], length)
    return carried(found, present) if gaps == "CARRY" else found


def added(place: Numbers, worth: Floats, length: int) -> Floats:
    return np.bincount(place, worth, minlength=length).astype(np.float64)


def orders(numbers: Numbers, place: Numbers, length: int) -> Floats:
    _, once = np.unique(numbers, return_index=True)
    return np.bincount(place[once], minlength=length).astype(np.float64)


def carried(found: Floats, present: Flags) -> Floats:
    """Each value, or the last one before; what comes before the first one is the first."""
    if not present.any():
        return found
    latest = np.maximum.accumulate(np.where(present, np.arange(len(found)), -1))
    return found[np.where(latest < 0, int(np.argmax(present)), latest)]


