"""From a snapshot's lines of transactions to baskets: returns taken off, lines put into baskets, products into categories."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from guanxi import InsufficientData, Progress, Snapshot
from plugins.rules.baskets import Baskets, baskets_of, windows
from plugins.rules.returns import left
from plugins.rules.start import BasketUnit, RuleMiningRunStartInput


@dataclass(frozen=True)
class Bought:
    """`categories`: what the items are called when they are categories, else None; `returned`: lines that came back in full."""

    baskets: Baskets
    categories: list[str] | None
    returned: int


@dataclass(frozen=True)
class Lines:
    """Lines of transactions as arrays of one length. `quantity` is negative for what came back; `seconds` since 1970."""

    transaction: Any
    product: Any
    customer: Any
    seconds: Any
    quantity: Any

    def only(self, chosen: Any) -> "Lines":
        return Lines(*[getattr(self, name)[chosen] for name in ("transaction", "product", "customer", "seconds", "quantity")])


def lines_of(snapshot: Snapshot) -> Lines:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = snapshot.table("transactionLines")
    bought = pc.equal(table["kind"], "PURCHASE").to_numpy()
    quantity = table["quantity"].to_numpy()
    return Lines(table["transaction_id"].to_numpy(), table["product_id"].to_numpy(), table["customer_id"].to_numpy(),
                 table["occurred_at"].cast(pa.int64()).to_numpy() // 1_000_000, np.where(bought, quantity, -np.abs(quantity)))


def bought_together(snapshot: Snapshot, start: RuleMiningRunStartInput, progress: Progress) -> Bought:
    """Raises `InsufficientData` when nothing is left to look at."""
    progress("taking off returns")
    lines = lines_of(snapshot)
    kept, unmatched = left(np.where(lines.customer > 0, lines.customer, -lines.transaction), lines.product, lines.seconds, lines.quantity)
    if unmatched:
        progress.warn(f"{unmatched:,} returns are of purchases that are not here, or of buyers whom nobody knows: they took nothing off.")
    returned = int((lines.quantity > 0).sum() - kept.sum())
    lines = lines.only(kept)
    progress("filling baskets")
    if start.unit is BasketUnit.CUSTOMER_WINDOW:
        lines = of_customers(lines, progress)
    items, categories = lines.product, None
    if start.by_category:
        lines, items, categories = by_category(snapshot, lines, progress)
    if not len(items):
        raise InsufficientData("Nothing was bought in what this run is about, or all of it came back: there are no baskets.")
    in_windows = start.unit is BasketUnit.CUSTOMER_WINDOW
    basket = windows(lines.customer, lines.seconds, start.days) if in_windows else lines.transaction
    return Bought(baskets_of(basket, items), categories, returned)


def of_customers(lines: Lines, progress: Progress) -> Lines:
    known = lines.customer > 0
    if not known.all():
        progress.warn(f"{int((~known).sum()):,} lines of buyers whom nobody knows belong to no customer's basket: they were left out.")
    return lines.only(known)


def by_category(snapshot: Snapshot, lines: Lines, progress: Progress) -> tuple[Lines, Any, list[str]]:
    """The lines of products with a category, the category's number for each, and what the numbers stand for."""
    products = snapshot.table("products")
    encoded = products["category"].combine_chunks().dictionary_encode()
    names, number = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    of_line = number[np.searchsorted(products["id"].to_numpy(), lines.product)]
    named = np.array([bool(name) for name in names], bool)[of_line] if names else np.zeros(len(of_line), bool)
    if not named.any():
        raise InsufficientData(f"None of the {len(np.unique(lines.product)):,} products that were bought belongs to a category.")
    if not named.all():
        without = len(np.unique(lines.product[~named]))
        progress.warn(f"{without:,} products belong to no category: what was bought of them was left out.")
    return lines.only(named), of_line[named], names
