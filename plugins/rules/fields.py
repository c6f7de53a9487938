"""`Product.associated` and `Customer.nextProducts`: the rules of a run for a page of products, and of customers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, and_, bindparam, func, select

from guanxi import Customer, InvalidParameters, OpaqueId, Product, Record, argument, computed, members, published, question, run_argument
from guanxi.tables import ConsentRow, JobRow, ProductRow, TransactionLineRow, TransactionRow
from plugins.rules.items import READ
from plugins.rules.models import ItemRow, ItemsetRow, RuleRow
from plugins.rules.start import NAME, SLOT
from plugins.rules.types import AssociationRule

FIRST, MOST = 10, 100
PURPOSE = "analytics"
RUN = bindparam("run", type_=BigInteger())


@cache
def answering(dialect: str, given: bool) -> Any:
    """The run to answer from, if it is one of this analysis that has succeeded, and what its items are."""
    wanted = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else published(NAME, SLOT)
    query = select(JobRow.id, JobRow.summary).where(JobRow.id == wanted, JobRow.kind == NAME, JobRow.status == "SUCCEEDED")
    return question(query, dialect)


async def run_for(context: Any, first: int, run: str | None) -> tuple[int, bool] | None:
    """Its number, and whether its items are categories."""
    if not 1 <= first <= MOST:
        raise InvalidParameters(f"first must be from 1 to {MOST}.", "first")
    found = await answering(context.dialect, run is not None).ask(context, {"run": run})
    return (found[0][0], found[0][1]["byCategory"]) if found else None


# -- products --
@cache
def with_product(dialect: str, by_category: bool) -> Any:
    """The first rules of products that have them, or their category, on the left."""
    asked = select(ProductRow.id.label("owner"), ItemRow.itemset_id).where(
        ItemRow.run_id == RUN, ProductRow.id.in_(members("owners", BigInteger(), dialect)),
        ItemRow.category == ProductRow.category if by_category else ItemRow.product_id == ProductRow.id).subquery("asked")
    order = RuleRow.lift.desc(), RuleRow.confidence.desc(), RuleRow.id
    placed = select(asked.c.owner, RuleRow.id, func.row_number().over(partition_by=asked.c.owner, order_by=order).label("place")).join(
        RuleRow, and_(RuleRow.run_id == RUN, RuleRow.antecedent_id == asked.c.itemset_id)).subquery("placed")
    return first_of(placed, dialect)


def first_of(placed: Any, dialect: str) -> Any:
    query = select(placed.c.owner, placed.c.id).where(placed.c.place <= bindparam("first", type_=Integer()))
    return question(query.order_by(placed.c.owner, placed.c.place), dialect)


async def associated(context: Any, products: Sequence[int], first: int,
                     runId: str | None = None) -> Mapping[int, list[Record]]:  # noqa: N803  arguments come under their GraphQL names
    """Two statements for a page of products. Without a run to answer from, nobody has an answer."""
    run = await run_for(context, first, runId)
    if run is None:
        return {}
    rows = await with_product(context.dialect, run[1]).ask(context, {"run": run[0], "owners": list(products), "first": first})
    return records(products, rows)


def records(owners: Sequence[int], rows: Sequence[tuple[Any, ...]]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {owner: [] for owner in owners}
    for owner, rule in rows:
        found[owner].append(Record(AssociationRule, rule))
    return found


# -- customers --
@cache
def next_for(dialect: str, by_category: bool) -> Any:
    """The first rules of customers whose left side they hold in full and whose right side they hold nothing of. Of several rules with
    one right side the most confident counts."""
    line, sale, item = TransactionLineRow, TransactionRow, ItemRow
    kept = select(sale.customer_id, line.product_id).join(sale, sale.id == line.transaction_id).where(
        sale.customer_id.in_(members("owners", BigInteger(), dialect))).group_by(sale.customer_id, line.product_id).having(
        func.sum(line.quantity) > Decimal(0)).subquery("kept")
    if by_category:
        kept = select(kept.c.customer_id, ProductRow.category).join(ProductRow, ProductRow.id == kept.c.product_id).where(
            ProductRow.category.is_not(None)).distinct().subquery("sorts")
    same = item.category == kept.c.category if by_category else item.product_id == kept.c.product_id
    held = select(kept.c.customer_id, item.itemset_id, func.count().label("there")).join(item, and_(item.run_id == RUN, same)).group_by(
        kept.c.customer_id, item.itemset_id).cte("held")
    right = held.alias("right_side")
    order = RuleRow.confidence.desc(), RuleRow.lift.desc(), RuleRow.id
    best = func.row_number().over(partition_by=[held.c.customer_id, RuleRow.consequent_id], order_by=order)
    open_ = select(held.c.customer_id.label("owner"), RuleRow.id, RuleRow.confidence, RuleRow.lift, best.label("best")).join(
        ItemsetRow, and_(ItemsetRow.run_id == RUN, ItemsetRow.id == held.c.itemset_id, ItemsetRow.size == held.c.there)).join(
        RuleRow, and_(RuleRow.run_id == RUN, RuleRow.antecedent_id == held.c.itemset_id)).outerjoin(
        right, and_(right.c.customer_id == held.c.customer_id, right.c.itemset_id == RuleRow.consequent_id)).where(
        right.c.itemset_id.is_(None), RuleRow.lift > 1).subquery("open")
    place = func.row_number().over(partition_by=open_.c.owner, order_by=(open_.c.confidence.desc(), open_.c.lift.desc(), open_.c.id))
    return first_of(select(open_.c.owner, open_.c.id, place.label("place")).where(open_.c.best == 1).subquery("placed"), dialect)


@cache
def words_on_analytics(dialect: str) -> Any:
    """What customers said of it, the latest last."""
    query = select(ConsentRow.customer_id, ConsentRow.granted).where(
        ConsentRow.purpose == PURPOSE, ConsentRow.channel.is_(None), ConsentRow.customer_id.in_(members("owners", BigInteger(), dialect)))
    return question(query.order_by(ConsentRow.recorded_at, ConsentRow.id), dialect)


async def next_products(context: Any, customers: Sequence[int], first: int,
                        runId: str | None = None) -> Mapping[int, list[Record]]:  # noqa: N803  as above
    """Three statements for a page of customers. Who refused analytics has no answer."""
    run = await run_for(context, first, runId)
    if run is None:
        return {}
    latest = dict(await words_on_analytics(context.dialect).ask(context, {"owners": list(customers)}))
    willing = [customer for customer in customers if latest.get(customer, True)]
    rows = await next_for(context.dialect, run[1]).ask(context, {"run": run[0], "owners": willing, "first": first})
    return records(willing, rows)


def rules_field(load: Any, description: str) -> Any:
    return computed(load, description, type_=list[AssociationRule] | None, requires=READ, cost=2, multipliers=["first"], arguments=[
        argument("first", int, "How many at most, from 1 to 100.", FIRST), run_argument()])


FIELDS: Mapping[type, Mapping[str, Any]] = {
    Product: {"associated": rules_field(associated, (
        "What is bought with it: rules that have the product, or its category, on the left, those of the highest lift first; null until "
        "there is a run to answer from."))},
    Customer: {"next_products": rules_field(next_products, (
        "What to offer the customer next: rules whose left side they have bought and kept in full and whose right side they have "
        "nothing of, the most confident first, one for each right side; null until there is a run to answer from, and for who refused "
        "analytics."))},
}
