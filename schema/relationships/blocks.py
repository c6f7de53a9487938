"""Customers in blocks, each with about as much work as the others: what is done a block at a time needs the same room for any number."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from schema.relationships.shared_purchases import BOUGHT, PAIRS

FETCHED = 10_000  # rows that are in memory at once


@dataclass(frozen=True)
class Block:
    """The customers with numbers from `first` to `last`."""

    first: int
    last: int
    customers: int

    @property
    def bounds(self) -> tuple[int, int]:
        return self.first, self.last


def cut(work: Iterable[tuple[int, int]], most: int) -> list[Block]:
    """`work`: customers by number, ascending, with the work of each. A block has at most so much, or a single customer.

    >>> [block.bounds for block in cut([(1, 3), (4, 3), (5, 9), (7, 0)], 6)]
    [(1, 4), (5, 5), (7, 7)]
    """
    blocks, first, last, customers, size = list[Block](), 0, 0, 0, 0
    for customer, more in work:
        if customers and size + more > most:
            blocks.append(Block(first, last, customers))
            customers = size = 0
        first, last = (customer, customer) if not customers else (first, customer)
        customers, size = customers + 1, size + more
    return [*blocks, Block(first, last, customers)] if customers else blocks


def by_meetings(connection: Connection, most: int) -> list[Block]:
    """By how often a customer meets others with higher numbers in a product."""
    later = func.row_number().over(partition_by=BOUGHT.c.product_id, order_by=BOUGHT.c.customer_id.desc()) - 1
    met = select(BOUGHT.c.customer_id, later.label("later")).subquery()
    query = select(met.c.customer_id, func.sum(met.c.later)).group_by(met.c.customer_id).order_by(met.c.customer_id)
    return cut(((customer, int(meetings)) for customer, meetings in connection.execute(query.execution_options(yield_per=FETCHED))), most)


def by_pairs(connection: Connection, most: int) -> list[Block]:
    query = select(PAIRS.c.from_id, func.count()).group_by(PAIRS.c.from_id).order_by(PAIRS.c.from_id)
    return cut(((customer, pairs) for customer, pairs in connection.execute(query.execution_options(yield_per=FETCHED))), most)
