"""The invoices of a file, gathered from its lines, which need not stand together, before anything is written.

Only whole numbers are kept for a line (40 bytes), so that a million lines fit into little memory.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter, mul
from typing import Any

from schema.errors import ErrorCode, Problem, problem
from schema.quality.importing.goods import NewProduct
from schema.quality.importing.mapping import Batch, Mapping
from schema.quality.importing.people import Newcomer
from schema.quality.importing.plan import Plan
from schema.quality.importing.values import BIGINT
from schema.rows import SCALE

HEADER = ("customer", "occurredAt", "currency", "kind", "quantity")
AGREED = ("customer", "currency", "kind")


@dataclass(slots=True)
class Invoice:
    """`lines` counts its rows; a refused invoice keeps its place, and none of its rows is written."""

    external: str
    customer: str | None
    occurred_at: str
    currency: str
    kind: str
    total: int = 0
    lines: int = 0
    refused: bool = False


def half_even(product: int) -> int:
    """A product of two numbers in ten-thousandths, in ten-thousandths."""
    whole, part = divmod(product, SCALE)
    return whole + (part * 2 > SCALE or (part * 2 == SCALE and whole & 1))


class Ledger:
    """All invoices of a file in the order of their first lines, and their lines as columns of numbers in the order of the file."""

    def __init__(self, mapping: Mapping, plan: Plan):
        self._mapping, self._plan = mapping, plan
        self._by_external: dict[str, int] = {}
        self.invoices: list[Invoice] = []
        self.customers: dict[str, Newcomer] = {}
        self.products: list[NewProduct] = []
        self._product_index: dict[str, int] = {}
        self._described: set[str] = set()  # SKUs of which later lines say nothing new
        self._totals: list[int] = []
        self._counts: list[int] = []
        self._said: dict[str, list[str | None]] = {name: [] for name in AGREED}
        self.invoice, self.product = array("I"), array("I")
        self.quantity, self.price, self.amount = array("q"), array("q"), array("q")
        self.position = array("I")  # in its invoice, from 1
        self.row = array("I")  # the line of the file

    def gather(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            if self._mapping.gives("discount"):
                self._discount(batch)
            self._note_customers(batch)
            self._note_products(batch)
            self._add_lines(batch)
        for invoice, total, count in zip(self.invoices, self._totals, self._counts, strict=True):
            invoice.total, invoice.lines = total, count
        self._refuse_spoiled()
        self._refuse_too_large()

    def rows_of(self, invoices: set[int]) -> Iterator[int]:
        return (row for index, row in zip(self.invoice, self.row, strict=True) if index in invoices)

    def refuse(self, index: int) -> None:
        self.invoices[index].refused = True

    def _discount(self, batch: Batch) -> None:
        batch.values["unitPrice"] = [price if not discount else half_even(price * (SCALE - discount))
                                     for price, discount in batch.rows("unitPrice", "discount")]

    def _note_customers(self, batch: Batch) -> None:
        externals = batch.column("customer")
        if not self.customers.keys() >= set(externals) - {None}:
            for external, *about in batch.rows("customer", "customerName", "customerKind", "customerCountry"):
                if external is not None and external not in self.customers:
                    self.customers[external] = Newcomer(external, *about)

    def _note_products(self, batch: Batch) -> None:
        """Their names and categories are the first that any line gives."""
        open_ = set(batch.column("sku")) - self._described
        for sku, name, category in batch.rows("sku", "productName", "category") if open_ else ():
            if sku in open_:
                index = self._product_index.setdefault(sku, len(self.products))
                old = self.products[index] if index < len(self.products) else NewProduct(sku)
                self.products[index:index + 1] = [NewProduct(sku, old.name or name, old.category or category)]
                if (old.name or name) and (old.category or category or not self._mapping.gives("category")):
                    self._described.add(sku)
                    open_.discard(sku)

    def _add_lines(self, batch: Batch) -> None:
        self._open_invoices(batch)
        indexes = list(map(self._by_external.__getitem__, batch.column("externalId")))
        for name in AGREED:
            self._refuse_contradictions(batch, indexes, name)
        amounts = self._amounts(batch)
        totals, counts, positions = self._totals, self._counts, []
        for index, amount in zip(indexes, amounts, strict=True):
            totals[index] += amount
            counts[index] = position = counts[index] + 1
            positions.append(position)
        self.row.extend(batch.lines)
        self.invoice.extend(indexes)
        self.position.extend(positions)
        self.product.extend(map(self._product_index.__getitem__, batch.column("sku")))
        self.quantity.extend(batch.column("quantity"))
        self.price.extend(batch.column("unitPrice"))
        self.amount.extend(amounts)

    def _open_invoices(self, batch: Batch) -> None:
        """What the first line of an invoice says of all of it holds: 43 invoices of Online Retail carry two times."""
        externals = batch.column("externalId")
        columns = [batch.column(name) for name in HEADER]
        first_rows = dict(zip(reversed(externals), reversed(range(len(externals))), strict=True))
        for external, row in sorted(first_rows.items(), key=itemgetter(1)):
            if external not in self._by_external:
                customer, occurred_at, currency, kind, quantity = (column[row] for column in columns)
                self._by_external[external] = len(self.invoices)
                self.invoices.append(Invoice(external, customer, occurred_at, currency, kind or self._kind(external, quantity)))
                self._totals.append(0)
                self._counts.append(0)
                for name, value in zip(AGREED, (customer, currency, self.invoices[-1].kind), strict=True):
                    self._said[name].append(value)

    def _amounts(self, batch: Batch) -> list[int]:
        products = map(mul, batch.column("quantity"), batch.column("unitPrice"))
        amounts = [half_even(product) if product % SCALE else product // SCALE for product in products]
        if amounts and not -BIGINT <= min(amounts) <= max(amounts) <= BIGINT:
            for row, amount in enumerate(amounts):
                if not -BIGINT <= amount <= BIGINT:
                    self._refuse(batch, row, "unitPrice", problem(ErrorCode.LIMIT_EXCEEDED, "import_range"))
                    amounts[row] = 0
        return amounts

    def _refuse_contradictions(self, batch: Batch, indexes: list[int], name: str) -> None:
        """The lines of one invoice must agree on customer, currency and kind. Only the customer may be missing, from all of them."""
        if name not in self._mapping.columns:
            return
        said, first = batch.column(name), list(map(self._said[name].__getitem__, indexes))
        for row, (here, before) in enumerate(zip(said, first, strict=True)) if said != first else ():
            if here != before and (here is not None or name == "customer"):
                because = problem(ErrorCode.CONFLICT, "import_contradiction", invoice=self.invoices[indexes[row]].external)
                self._refuse(batch, row, name, because, here)

    def _kind(self, external: str, quantity: int) -> str:
        """What an invoice is where no column says it: cancellations by their number, returns (and corrections of stock) by their sign."""
        prefix = self._plan.cancellation_prefix
        if prefix and external.startswith(prefix):
            return "CANCELLATION"
        return "RETURN" if quantity < 0 else "PURCHASE"

    def _refuse(self, batch: Batch, row: int, name: str, wrong: Problem, value: Any = None) -> None:
        self._mapping.refuse(batch.lines[row], name, wrong, value)
        self._mapping.spoiled.setdefault(batch.column("externalId")[row], batch.lines[row])

    def _refuse_spoiled(self) -> None:
        """An invoice is imported whole or not at all: without its refused line, its total would be wrong."""
        lines = {self._by_external[external]: line for external, line in self._mapping.spoiled.items() if external in self._by_external}
        if lines:
            for index, row in zip(self.invoice, self.row, strict=True):
                if index in lines:
                    invoice = self.invoices[index]
                    invoice.refused = True
                    because = problem(ErrorCode.CONFLICT, "import_invoice", invoice=invoice.external, line=lines[index])
                    self._mapping.refuse(row, None, because)

    def _refuse_too_large(self) -> None:
        large = {index for index, invoice in enumerate(self.invoices) if abs(invoice.total) > BIGINT and not invoice.refused}
        for row in self.rows_of(large) if large else ():
            self._mapping.refuse(row, "unitPrice", problem(ErrorCode.LIMIT_EXCEEDED, "import_range"))
        for index in large:
            self.refuse(index)
