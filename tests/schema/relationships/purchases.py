"""Purchases to derive relationships from, and what is to come out of them, worked out with Python's sets."""

import csv
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

from schema.changes.change import Change
from schema.commerce.models import ProductRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.customers.models import CustomerKind, CustomerRow

EXCERPT = Path(__file__).parents[2] / "data" / "online_retail_excerpt.csv"
Moment = datetime.datetime


@dataclass(frozen=True)
class Line:
    """A line of an invoice. `customer` and `product` are numbers of rows."""

    invoice: str
    customer: int | None
    product: int
    quantity: int
    at: Moment


def excerpt() -> list[Line]:
    """Real invoices. Customers and products are numbered from 1 in the order of their first lines."""
    customers: dict[str, int] = {}
    products: dict[str, int] = {}
    with EXCERPT.open(encoding="utf-8", newline="") as file:
        return [Line(row["InvoiceNo"], customers.setdefault(row["CustomerID"], len(customers) + 1),
                     products.setdefault(row["StockCode"], len(products) + 1), int(row["Quantity"]),
                     datetime.datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=datetime.UTC)) for row in csv.DictReader(file)]


def store(lines: Iterable[Line], kinds: Mapping[int, CustomerKind] | None = None) -> Callable[[Change], dict[str, Any]]:
    """Perform this in a change: the lines with their customers and products, all under the numbers they have."""
    lines = list(lines)

    def perform(work: Change) -> dict[str, Any]:
        work.session.add_all(CustomerRow(id=number, name=f"Customer {number}", search_name=f"customer {number}",
                                         kind=(kinds or {}).get(number, CustomerKind.PERSON))
                             for number in sorted({line.customer for line in lines if line.customer is not None}))
        products = sorted({line.product for line in lines})
        work.session.add_all(ProductRow(id=number, sku=f"P{number}", name=f"Product {number}") for number in products)
        work.session.flush()
        invoices: dict[tuple[str, Moment], list[Line]] = defaultdict(list)
        for line in lines:
            invoices[line.invoice, line.at].append(line)
        work.session.add_all(transaction(name, at, rows) for (name, at), rows in invoices.items())
        return {}

    return perform


def transaction(name: str, at: Moment, lines: list[Line]) -> TransactionRow:
    kind = TransactionKind.CANCELLATION if name.startswith("C") else TransactionKind.PURCHASE
    rows = [TransactionLineRow(position=position, product_id=line.product, quantity=Decimal(line.quantity), price_amount=Decimal(1),
                               amount=Decimal(line.quantity)) for position, line in enumerate(lines)]
    return TransactionRow(kind=kind, customer_id=lines[0].customer, occurred_at=at, total_amount=sum(row.amount for row in rows),
                          total_currency="GBP", source="shop", external_id=f"{name}/{at.isoformat()}", lines=rows)


@dataclass(frozen=True)
class Pair:
    """What two customers share: the weight by weighting, and when both had bought the first thing they share."""

    count: float
    jaccard: float
    recency: float
    since: Moment


def expected(lines: Iterable[Line], minimum: int, *, begin: Moment | None = None, end: Moment | None = None,
             most: int | None = None) -> dict[tuple[int, int], Pair]:
    """By the two customers' numbers, the smaller first."""
    lines = [line for line in lines if line.customer is not None and (begin is None or line.at >= begin) and (end is None or line.at < end)]
    upto = end or max((line.at for line in lines if not line.invoice.startswith("C")), default=None)
    said: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.customer is not None:
            said[line.customer, line.product].append(line)
    bought: dict[int, dict[int, list[Moment]]] = defaultdict(dict)  # customer -> product -> when
    for (customer, product), of in said.items():
        if sum(line.quantity for line in of) > 0:
            bought[customer][product] = [line.at for line in of if line.quantity > 0]
    if most is not None:
        common = {p for p in {line.product for line in lines} if sum(p in basket for basket in bought.values()) > most}
        bought = defaultdict(dict, {c: {p: at for p, at in basket.items() if p not in common} for c, basket in bought.items()})
    found = {}
    for one, other in combinations(sorted(bought), 2):
        shared = bought[one].keys() & bought[other].keys()
        if len(shared) >= minimum:
            assert upto
            ages = [upto - min(max(bought[one][p]), max(bought[other][p])) for p in shared]
            found[one, other] = Pair(
                len(shared), len(shared) / len(bought[one].keys() | bought[other].keys()),
                sum(0.5 ** (age / datetime.timedelta(180)) for age in ages),
                min(max(min(bought[one][p]), min(bought[other][p])) for p in shared))
    return found
