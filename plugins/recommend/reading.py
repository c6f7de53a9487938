"""What a snapshot says about purchases, relationships and groups, as arrays."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from guanxi import InsufficientData, Snapshot
from plugins.recommend.groups import Groups, groups
from plugins.recommend.known import Known
from plugins.recommend.limits import Limits
from plugins.recommend.purchases import Floats, Numbers, Purchases, ones, purchases
from plugins.recommend.start import RecommendationRunStartInput
from plugins.recommend.ties import Ties, ties


@dataclass(frozen=True)
class Lines:
    """Lines of transactions. `customers`, `products`: int64, ascending, their ids; `customer`, `product`: numbers among these, -1 for
    any other; `transaction`: int64; `quantity`: float64; `at`: int64, microseconds since 1970."""

    customers: Numbers
    products: Numbers
    customer: Numbers
    product: Numbers
    transaction: Numbers
    quantity: Floats
    at: Numbers

    def purchases(self, chosen: Any = None) -> Purchases:
        """Of all lines, or of those chosen: bool[lines]."""
        lines: Any = slice(None) if chosen is None else chosen
        return purchases(self.customer[lines], self.product[lines], self.transaction[lines], self.quantity[lines],
                         (len(self.customers), len(self.products)))

    def baskets(self, chosen: Any = None) -> csr_array:
        """csr_array[t, m], 1 for each product that was bought in each transaction of all lines, or of those chosen. What was given back
        later counts: it was bought together all the same."""
        bought = (self.customer >= 0) & (self.product >= 0) & (self.quantity > 0)
        if chosen is not None:
            bought &= chosen
        numbers, transaction = np.unique(self.transaction[bought], return_inverse=True)
        entries = csr_array((np.ones(len(transaction)), (transaction, self.product[bought])), shape=(len(numbers), len(self.products)))
        return ones(entries)

    def moments(self) -> Numbers:
        """When each transaction was in which a customer bought something: int64[k]."""
        bought = (self.customer >= 0) & (self.product >= 0) & (self.quantity > 0)
        _, first = np.unique(self.transaction[bought], return_index=True)
        return self.at[bought][first]


def read_lines(snapshot: Snapshot, start: RecommendationRunStartInput) -> Lines:
    table = snapshot.table("transactionLines")
    customers = snapshot.table("customers")["id"].to_numpy()
    goods = snapshot.table("products")
    if start.leave_out_skus:
        goods = goods.filter(pc.invert(pc.is_in(goods["sku"], value_set=pa.array(start.leave_out_skus))))
    products = goods["id"].to_numpy()
    lines = Lines(customers, products, numbers(customers, table["customer_id"].to_numpy()),
                  numbers(products, table["product_id"].to_numpy()),
                  table["transaction_id"].to_numpy(), table["quantity"].to_numpy(), table["occurred_at"].cast(pa.int64()).to_numpy())
    if not lines.purchases().has.nnz:
        raise InsufficientData(f"None of the {len(customers):,} customers of this run bought, and kept, any of {len(products):,} products: "
                               f"of {table.num_rows:,} lines of transactions {int((lines.customer >= 0).sum()):,} are theirs.")
    return lines


def numbers(ids: Numbers, wanted: Numbers) -> Numbers:
    """Places among ascending ids: int64[k], -1 for any other."""
    if not len(ids):
        return np.full(len(wanted), -1)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1)


def read_ties(snapshot: Snapshot, start: RecommendationRunStartInput, at: datetime.datetime | None = None) -> Ties | None:
    """Relationships that hold now, or at another moment; None when they are not to count."""
    if not start.blend.relations:
        return None
    graph = snapshot.graph(kinds=start.tied.kinds or None, directed=False, at=at)
    return ties(len(graph.ids), graph.source, graph.target, graph.weight, graph.sign, use_weights=start.tied.use_weights)


def read_groups(snapshot: Snapshot, start: RecommendationRunStartInput, customers: Numbers, of: Purchases, smallest: int) -> Groups:
    """Groups of customers by their traits; one of everybody when none are asked for."""
    if not (start.blend.popularity and start.grouped_by):
        return groups(len(customers), np.zeros(0, np.int64), [], [], of.bought > 0, smallest=smallest)
    table = snapshot.table("traits")
    table = table.filter(pc.is_in(table["trait"], value_set=pa.array(start.grouped_by)))
    return groups(len(customers), numbers(customers, table["customer_id"].to_numpy()), table["trait"].to_pylist(),
                  table["value"].to_pylist(), of.bought > 0, smallest=smallest)


def known(snapshot: Snapshot, start: RecommendationRunStartInput, lines: Lines, limits: Limits, *, before: int | None = None) -> Known:
    """What methods may know: everything, or what was known before a moment, in microseconds since 1970."""
    chosen = None if before is None else lines.at < before
    of = lines.purchases(chosen)
    baskets = lines.baskets(chosen) if start.blend.rules else None
    at = None if before is None else datetime.datetime.fromtimestamp(before / 1e6, datetime.UTC)
    return Known(of, baskets, read_ties(snapshot, start, at), read_groups(snapshot, start, lines.customers, of, limits.smallest_group),
                 start.similarity.name, start.neighbours, limits)
