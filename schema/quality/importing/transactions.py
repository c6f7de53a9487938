"""Writing invoices with their lines. An invoice is known by its source and external id, a line by its position in it."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Any

from sqlalchemy import delete, select

from schema.commerce.models import TransactionLineRow, TransactionRow
from schema.numbering import new_ids
from schema.quality.importing import goods, people
from schema.quality.importing.bulk import look_up, portions, raw, table_of, update_rows
from schema.quality.importing.ledger import Invoice, Ledger
from schema.quality.importing.work import Work, moment_text

TRANSACTIONS, LINES = table_of(TransactionRow), table_of(TransactionLineRow)
HEADER = ("kind", "customer_id", "occurred_at", "total_amount", "total_currency")
LINE = ("product_id", "quantity", "price_amount", "amount")
COMPARED = 1_000  # invoices that are compared with the database at a time
WRITTEN = 20_000  # lines between two reports of progress

Line = tuple[int, int, int, int]  # as LINE says


@dataclass(frozen=True, slots=True)
class Stored:
    id: int
    header: tuple[Any, ...]  # as HEADER says


class Writer:
    """Writes what a ledger holds, and refuses what names customers that nobody knows."""

    def __init__(self, work: Work, ledger: Ledger):
        self.work, self.ledger = work, ledger
        self.people = people.known_or_new(work, self._customers())
        self._refuse_unknown()
        self.accepted = [index for index, invoice in enumerate(ledger.invoices) if not invoice.refused]
        self.stored = self._stored()
        self.product_ids = self._products()

    def write(self) -> None:
        new = [index for index in self.accepted if index not in self.stored]
        self._insert(new)
        self._compare([index for index in self.accepted if index in self.stored])

    def _customers(self) -> dict[str, people.Newcomer]:
        return {invoice.customer: self.ledger.customers[invoice.customer]
                for invoice in self.ledger.invoices if invoice.customer is not None and not invoice.refused}

    def _refuse_unknown(self) -> None:
        unknown = {index for index, invoice in enumerate(self.ledger.invoices)
                   if invoice.customer is not None and invoice.customer not in self.people and not invoice.refused}
        if unknown:
            for index, row in zip(self.ledger.invoice, self.ledger.row, strict=True):
                if index in unknown:
                    customer = self.ledger.invoices[index].customer or ""
                    self.work.mapping.refuse(row, "customer", people.unknown_customer(customer), customer)
            for index in unknown:
                self.ledger.refuse(index)

    def _stored(self) -> dict[int, Stored]:
        """The accepted invoices that the database has already, by their index in the ledger."""
        indexes = {self.ledger.invoices[index].external: index for index in self.accepted}
        query = select(TRANSACTIONS.c.external_id, TRANSACTIONS.c.id, *(raw(TRANSACTIONS.c[name]) for name in HEADER)).where(
            TRANSACTIONS.c.source == self.work.plan.source)
        found: dict[int, Stored] = {}
        for external, id_, kind, customer, occurred_at, total, currency in look_up(
                self.work.connection, query, TRANSACTIONS.c.external_id, indexes):
            header = (kind, None if customer is None else int(customer), moment_text(occurred_at), total, currency)
            found[indexes[external]] = Stored(id_, header)
        return found

    def _products(self) -> list[int]:
        """The ids of the ledger's products, by their index. Those that only refused invoices name are not made, and get 0."""
        ledger = self.ledger
        used = set(ledger.product)
        if len(self.accepted) < len(ledger.invoices):
            accepted = set(self.accepted)
            used = {product for product, index in zip(ledger.product, ledger.invoice, strict=True) if index in accepted}
        ids = goods.known_or_new(self.work, {ledger.products[index].sku: ledger.products[index] for index in sorted(used)})
        return [ids.get(product.sku, 0) for product in ledger.products]

    def _header(self, invoice: Invoice) -> tuple[Any, ...]:
        customer = None if invoice.customer is None else self.people[invoice.customer].id
        return invoice.kind, customer, invoice.occurred_at, invoice.total, invoice.currency

    def _insert(self, new: list[int]) -> None:
        ids = dict(zip(new, new_ids(self.work.bulk.connection, TRANSACTIONS, len(new)), strict=True))
        invoices = self.ledger.invoices
        source = self.work.plan.source
        self.work.bulk.insert(TRANSACTIONS, ("id", *HEADER, "source", "external_id"),
                              ((ids[index], *self._header(invoices[index]), source, invoices[index].external) for index in new))
        self._insert_lines(ids)
        self.work.wrote("transaction", len(new))
        self.work.rows["created"] += sum(invoices[index].lines for index in new)

    def _insert_lines(self, ids: dict[int, int]) -> None:
        """The lines of the new invoices, whose ids are given."""
        ledger, total, every = self.ledger, len(self.ledger.invoice), len(ids) == len(self.ledger.invoices)
        numbers = (ledger.position, ledger.product, ledger.quantity, ledger.price, ledger.amount)
        for start in range(0, total, WRITTEN) if ids else ():
            invoices = ledger.invoice[start:start + WRITTEN]
            columns: list[Iterable[int]] = [column[start:start + WRITTEN] for column in numbers]
            if not every:
                mine = [index in ids for index in invoices]
                columns, invoices = [compress(column, mine) for column in columns], array("I", compress(invoices, mine))
            position, product, *rest = columns
            rows = zip(map(ids.__getitem__, invoices), position, map(self.product_ids.__getitem__, product), *rest, strict=True)
            self.work.bulk.insert(LINES, ("transaction_id", "position", *LINE), rows)
            self.work.progress("writing", min(start + WRITTEN, total), total)

    def _compare(self, known: list[int]) -> None:
        """Bring invoices that are there already to what the file says, which for an unchanged file is to do nothing."""
        lines: dict[int, list[int]] = {index: [] for index in known}
        for line, index in enumerate(self.ledger.invoice) if known else ():
            if index in lines:
                lines[index].append(line)
        for portion in portions(lines.items(), COMPARED):
            self._compare_portion(dict(portion))

    def _compare_portion(self, portion: dict[int, list[int]]) -> None:
        stored_lines = self._stored_lines([self.stored[index].id for index in portion])
        changes = LineChanges()
        headers = []
        for index, lines in portion.items():
            invoice, stored = self.ledger.invoices[index], self.stored[index]
            header = self._header(invoice)
            header = header if header[1] is not None else (header[0], stored.header[1], *header[2:])
            wanted = [self._line(line) for line in lines]
            same_lines = changes.note(stored.id, wanted, stored_lines.get(stored.id, []))
            if header != stored.header:
                headers.append({"row_id": stored.id} | dict(zip(HEADER, header, strict=True)))
            changed = header != stored.header or not same_lines
            self.work.rows["updated" if changed else "unchanged"] += len(lines)
            self.work.wrote("transaction", int(changed))
        update_rows(self.work.connection, TRANSACTIONS, HEADER, headers)
        changes.write(self.work)

    def _line(self, line: int) -> Line:
        ledger = self.ledger
        return self.product_ids[ledger.product[line]], ledger.quantity[line], ledger.price[line], ledger.amount[line]

    def _stored_lines(self, ids: list[int]) -> dict[int, list[tuple[int, Line]]]:
        """(id, line) by transaction, in the order of their positions."""
        query = select(LINES.c.transaction_id, LINES.c.id, *(raw(LINES.c[name]) for name in LINE)).order_by(
            LINES.c.transaction_id, LINES.c.position)
        found: dict[int, list[tuple[int, Line]]] = {}
        for transaction, id_, *line in look_up(self.work.connection, query, LINES.c.transaction_id, ids):
            found.setdefault(transaction, []).append((id_, (int(line[0]), line[1], line[2], line[3])))
        return found


class LineChanges:
    """Lines to change, add and take away, so that invoices come to hold what a file says. A line that stays keeps its id."""

    def __init__(self) -> None:
        self._changed: list[dict[str, Any]] = []
        self._added: list[tuple[int, ...]] = []
        self._surplus: list[int] = []

    def note(self, transaction: int, wanted: list[Line], stored: list[tuple[int, Line]]) -> bool:
        """Whether the lines are the same already."""
        if [line for _, line in stored] == wanted:
            return True
        for (id_, old), new in zip(stored, wanted, strict=False):
            if old != new:
                self._changed.append({"row_id": id_} | dict(zip(LINE, new, strict=True)))
        self._added += [(transaction, position, *wanted[position - 1]) for position in range(len(stored) + 1, len(wanted) + 1)]
        self._surplus += [id_ for id_, _ in stored[len(wanted):]]
        return False

    def write(self, work: Work) -> None:
        update_rows(work.connection, LINES, LINE, self._changed)
        work.bulk.insert(LINES, ("transaction_id", "position", *LINE), self._added)
        for portion in portions(self._surplus, 5_000):
            work.connection.execute(delete(LINES).where(LINES.c.id.in_(portion)))
