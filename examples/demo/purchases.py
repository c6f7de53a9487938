"""Choosing a part of Online Retail: whole customers with all their invoices, and some invoices without a customer."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
CUSTOMERS = 340
LINES = 37_000
MOST_LINES = 900  # of a customer who is chosen by chance
A_COUNTRY = 4
ANONYMOUS_LINES = 400

# Customers with a story: the largest by turnover (14646), the most lines (17841), orders of 74,215 and 80,995 pieces that were cancelled
# within minutes (12346, 16446), two orders with a cancellation in between (13085), two countries (12431), the other side of the world
# (12415), a large one without many lines (18102).
CHOSEN = ("14646", "17841", "12346", "16446", "13085", "12431", "12415", "18102")

Row = dict[str, str]


@dataclass
class Buyer:
    """A customer of Online Retail with every row of theirs, in the order of the file."""

    number: str
    rows: list[Row] = field(default_factory=list)

    @property
    def country(self) -> str:
        return self.rows[-1]["Country"]

    @property
    def bought(self) -> list[Row]:
        """The rows that are purchases of goods."""
        return [row for row in self.rows if int(row["Quantity"]) > 0 and Decimal(row["UnitPrice"]) > 0 and row["StockCode"][:1].isdigit()]

    @property
    def turnover(self) -> Decimal:
        return sum((int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in self.rows), Decimal(0))


def read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def choose(rows: list[Row], chance: Random) -> tuple[list[Row], list[Buyer]]:
    """The rows of the demo in the order of the file, and its customers in the order of their numbers."""
    everyone: dict[str, Buyer] = {}
    for row in rows:
        everyone.setdefault(row["CustomerID"], Buyer(row["CustomerID"])).rows.append(row)
    nobody = everyone.pop("")
    numbers = choose_customers(everyone, chance)
    invoices = choose_invoices(nobody, chance)
    part = [row for row in rows if row["CustomerID"] in numbers or row["InvoiceNo"] in invoices]
    return part, [everyone[number] for number in sorted(numbers)]


def choose_customers(everyone: dict[str, Buyer], chance: Random) -> set[str]:
    """Those with a story, a few of each country, then anybody until the demo is full."""
    countries: defaultdict[str, list[str]] = defaultdict(list)
    for number in sorted(everyone):
        if len(everyone[number].rows) <= MOST_LINES:
            countries[everyone[number].country].append(number)
    few = [number for country in sorted(countries) for number in chance.sample(countries[country], min(A_COUNTRY, len(countries[country])))]
    anybody = sorted(number for numbers in countries.values() for number in numbers)
    chance.shuffle(anybody)
    chosen: set[str] = set()
    lines = 0
    for number in (*CHOSEN, *few, *anybody):
        if number not in chosen and len(chosen) < CUSTOMERS and lines + len(everyone[number].rows) <= LINES:
            chosen.add(number)
            lines += len(everyone[number].rows)
    return chosen


def choose_invoices(nobody: Buyer, chance: Random) -> set[str]:
    """Sales without a customer; the adjustments of bad debt, whose numbers begin with A, stay out."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for row in nobody.rows:
        sizes[row["InvoiceNo"]] += 1
    numbers = sorted(number for number, size in sizes.items() if size <= 60 and not number.startswith("A"))
    chance.shuffle(numbers)
    chosen: set[str] = set()
    while sum(sizes[number] for number in chosen) < ANONYMOUS_LINES:
        chosen.add(numbers.pop())
    return chosen
