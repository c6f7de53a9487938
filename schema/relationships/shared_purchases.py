"""Which customers bought the same products, how many of them, and how strong that makes their tie: worked out by the database.

What counts is net: who gave everything back bought nothing. The tables are temporary; whoever makes them drops them.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    SQLColumnExpression,
    Subquery,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
)

from schema.commerce.models import TransactionKind, TransactionLineRow, TransactionRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.relationships.derive_inputs import DeriveWeighting
from schema.relationships.models import RelationshipKindRow
from schema.statistics import analyse

HALF_LIFE = 180 * 24 * 60 * 60  # seconds
SHARES = 1_000_000_000  # recency is added up in whole billionths: a sum of fractions depends on its order, which no database promises

TEMPORARY = MetaData()
BOUGHT = Table(
    "derive_bought", TEMPORARY, Column("product_id", BigInteger, primary_key=True), Column("customer_id", BigInteger, primary_key=True),
    Column("first_at", BigInteger), Column("recency", BigInteger), prefixes=["TEMPORARY"], sqlite_with_rowid=False)
PAIRS = Table(
    "derive_pairs", TEMPORARY, Column("from_id", BigInteger, primary_key=True), Column("to_id", BigInteger, primary_key=True),
    Column("weight", Float), Column("evidence_count", Integer), Column("first_at", BigInteger),
    prefixes=["TEMPORARY"], sqlite_with_rowid=False)
BASKETS = Table("derive_baskets", TEMPORARY, Column("customer_id", BigInteger, primary_key=True), Column("products", Integer),
                prefixes=["TEMPORARY"], sqlite_with_rowid=False)
BASKET, OTHER_BASKET = BASKETS.alias("basket"), BASKETS.alias("other_basket")


@dataclass(frozen=True)
class Question:
    """From when to when (an end may be open), how much, and how weighed. `kind` says who may be tied."""

    begin: datetime.datetime | None
    end: datetime.datetime | None
    minimum_evidence: int
    weighting: DeriveWeighting
    kind: RelationshipKindRow


@contextmanager
def tables(connection: Connection) -> Iterator[None]:
    """When the block fails, the transaction is rolled back, and the tables with it. On MariaDB they stay, and are dropped by the next."""
    advise(connection)
    make_tables(connection)
    yield
    if connection.dialect.name == "mariadb":
        drop_on_mariadb(connection)
    else:
        TEMPORARY.drop_all(connection, checkfirst=False)


def make_tables(connection: Connection) -> None:
    if connection.dialect.name == "mariadb":
        drop_on_mariadb(connection)
    TEMPORARY.create_all(connection, checkfirst=False)


def drop_on_mariadb(connection: Connection) -> None:
    """Without the word TEMPORARY the transaction would be committed."""
    for table in TEMPORARY.sorted_tables:
        connection.execute(text(f"DROP TEMPORARY TABLE IF EXISTS {table.name}"))


def fill_bought(connection: Connection, question: Question) -> None:
    """Who bought what: when first, and what that is worth today, in billionths."""
    line, sale = TransactionLineRow, TransactionRow
    quantity = type_coerce(line.quantity, BigInteger)
    at = case((quantity > 0, sale.occurred_at))
    age = until(connection, question) - seconds(connection, func.max(at))
    recency = cast(func.round(func.power(0.5, age / float(HALF_LIFE)) * float(SHARES)), BigInteger)
    lines = select(line.product_id, sale.customer_id, seconds(connection, func.min(at)), recency).join(sale, sale.id == line.transaction_id)
    bought = within(lines, question).group_by(line.product_id, sale.customer_id).having(func.sum(quantity) > 0)
    connection.execute(insert(BOUGHT).from_select(list(BOUGHT.c), bought))


def within(query: Select[*tuple[Any, ...]], question: Question) -> Select[*tuple[Any, ...]]:
    query = query.where(TransactionRow.customer_id.is_not(None))
    if question.begin is not None:
        query = query.where(TransactionRow.occurred_at >= question.begin)
    return query if question.end is None else query.where(TransactionRow.occurred_at < question.end)


def until(connection: Connection, question: Question) -> int:
    """The moment up to which age is counted."""
    if question.end is not None:
        return int(question.end.timestamp())
    newest = select(seconds(connection, func.max(TransactionRow.occurred_at))).where(TransactionRow.kind == TransactionKind.PURCHASE)
    return connection.scalar(within(newest, question)) or 0


def more_lines_than(connection: Connection, question: Question, most: int) -> bool:
    """Whether more lines would have to be gone through; it looks at no more than these. Without a window, those of anonymous sales count
    too: their transactions need not be looked up."""
    some: Select[*tuple[Any, ...]] = select(TransactionLineRow.id)
    if question.begin is not None or question.end is not None:
        some = within(some.join(TransactionRow, TransactionRow.id == TransactionLineRow.transaction_id), question)
    return (connection.scalar(select(func.count()).select_from(some.limit(most + 1).subquery())) or 0) > most


def crowds(connection: Connection) -> Counter[int]:
    """How many products were bought by how many customers: {customers: products}."""
    each = select(func.count().label("customers")).select_from(BOUGHT).group_by(BOUGHT.c.product_id).subquery()
    found = connection.execute(select(each.c.customers, func.count()).group_by(each.c.customers))
    return Counter({customers: products for customers, products in found})  # noqa: C416  (dict() would not know the types)


def leave_out_crowded(connection: Connection, most: int) -> None:
    crowded = select(BOUGHT.c.product_id).group_by(BOUGHT.c.product_id).having(func.count() > most)
    if connection.dialect.name == "mariadb":  # which would look for them anew for each row
        crowded = select(crowded.subquery("crowded").c.product_id)
    connection.execute(delete(BOUGHT).where(BOUGHT.c.product_id.in_(crowded)))


def bought_is_complete(connection: Connection, question: Question) -> None:
    """Called once, before pairs are filled."""
    analyse(connection, (BOUGHT,))
    if question.weighting is DeriveWeighting.JACCARD:
        each = select(BOUGHT.c.customer_id, func.count()).group_by(BOUGHT.c.customer_id)
        connection.execute(insert(BASKETS).from_select(list(BASKETS.c), each))
        analyse(connection, (BASKETS,))


def fill_pairs(connection: Connection, question: Question, block: tuple[int, int] | None = None) -> int:
    """One row for each two customers who may be tied and share enough; `from_id` is the smaller id. `block`: only from the one to the
    other of these customers. How many rows there are more."""
    shared = shared_products(connection, question.minimum_evidence, block)
    query = select(shared.c.from_id, shared.c.to_id, weight(question.weighting, shared), shared.c.products, shared.c.first_at)
    if question.weighting is DeriveWeighting.JACCARD:
        query = with_baskets(query, shared)
    if not all(allowed(question.kind, end, kind) for end in ("from", "to") for kind in CustomerKind):
        query = where_allowed(query, shared, question.kind)
    return connection.execute(insert(PAIRS).from_select(list(PAIRS.c), query)).rowcount


def shared_products(connection: Connection, minimum: int, block: tuple[int, int] | None) -> Subquery:
    one, other = BOUGHT.alias("one"), BOUGHT.alias("other")
    least, greatest = (func.min, func.max) if connection.dialect.name == "sqlite" else (func.least, func.greatest)
    shared = select(
        one.c.customer_id.label("from_id"), other.c.customer_id.label("to_id"), func.count().label("products"),
        func.sum(least(one.c.recency, other.c.recency)).label("recency"),
        func.min(greatest(one.c.first_at, other.c.first_at)).label("first_at"),
    ).join(other, and_(other.c.product_id == one.c.product_id, other.c.customer_id > one.c.customer_id)).group_by(
        one.c.customer_id, other.c.customer_id).having(func.count() >= minimum)
    return (shared if block is None else shared.where(one.c.customer_id.between(*block))).subquery("shared")


def weight(weighting: DeriveWeighting, shared: Subquery) -> ColumnElement[Any]:
    products = cast(shared.c.products, Float)
    if weighting is DeriveWeighting.JACCARD:
        return products / (BASKET.c.products + OTHER_BASKET.c.products - shared.c.products)
    return products if weighting is DeriveWeighting.COUNT else cast(shared.c.recency, Float) / float(SHARES)


def with_baskets(query: Select[Any], shared: Subquery) -> Select[Any]:
    query = query.join(BASKET, BASKET.c.customer_id == shared.c.from_id)
    return query.join(OTHER_BASKET, OTHER_BASKET.c.customer_id == shared.c.to_id)


def where_allowed(query: Select[Any], shared: Subquery, kind: RelationshipKindRow) -> Select[Any]:
    """Without a direction it is enough that the two fit one way round."""
    one, other = CustomerRow.__table__.alias("one_customer"), CustomerRow.__table__.alias("other_customer")
    starts, leads = ([who for who in CustomerKind if allowed(kind, end, who)] for end in ("from", "to"))
    fits = or_(and_(one.c.kind.in_(starts), other.c.kind.in_(leads)), and_(other.c.kind.in_(starts), one.c.kind.in_(leads)))
    return query.join(one, one.c.id == shared.c.from_id).join(other, other.c.id == shared.c.to_id).where(fits)


def allowed(kind: RelationshipKindRow, end: str, who: CustomerKind) -> bool:
    return bool(getattr(kind, f"{end}_{who.name.lower()}"))


def strongest(connection: Connection, most: int) -> list[tuple[int, int, float, int]]:
    p = PAIRS.c
    order = p.weight.desc(), p.evidence_count.desc(), p.from_id, p.to_id
    query = select(p.from_id, p.to_id, p.weight, p.evidence_count).order_by(*order)
    return [tuple(row) for row in connection.execute(query.limit(most))]


def seconds(connection: Connection, moment: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """Whole seconds since 1970."""
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%s", moment), BigInteger)
    if connection.dialect.name == "mariadb":
        return func.timestampdiff(literal_column("SECOND"), "1970-01-01", func.substr(moment, 1, 19))
    return cast(func.floor(func.extract("epoch", moment)), BigInteger)


def index_by_customer(connection: Connection) -> None:
    """What some customers bought is found without going through what all did."""
    connection.execute(text("CREATE INDEX ix_derive_bought_customer_id ON derive_bought (customer_id, product_id)"))


def advise(connection: Connection) -> None:
    """Until the transaction ends, room for the grouping of all pairs, and no cache for look-ups of which none comes twice. SQLite has
    more for temporary tables, which it keeps in a file, for as long as the connection lasts."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
        connection.execute(text("SET LOCAL enable_memoize = off"))
    elif connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA temp.cache_size = -65536"))  # KiB
