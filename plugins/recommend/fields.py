"""`Customer.recommendations`: what a run recommends, for a page of customers."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, and_, bindparam, select

from guanxi import Customer, InvalidParameters, OpaqueId, Product, Record, argument, computed, members, published, question, run_argument
from guanxi.tables import JobRow, ProductRow
from plugins.recommend.models import CustomerRecommendationRow, ProductRecommendationRow, ViaRow
from plugins.recommend.slots import SLOTS
from plugins.recommend.start import MOST_PER_CUSTOMER, NAME, PER_CUSTOMER, RecommendationKind, RecommendationMethod
from plugins.recommend.types import READ, Recommendation
from plugins.recommend.words import customer_reason, product_reason

Found = dict[int, dict[int, Recommendation]]  # by customer, then by what is recommended


@cache
def answering(dialect: str, kind: RecommendationKind, *, given: bool) -> Any:
    """The run to answer from, if it is one of this analysis that has succeeded."""
    wanted = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else published(NAME, SLOTS[kind])
    return question(select(JobRow.id).where(JobRow.id == wanted, JobRow.kind == NAME, JobRow.status == "SUCCEEDED"), dialect)


@cache
def listed(dialect: str, kind: RecommendationKind) -> Any:
    """The first recommendations of some customers, a row for each customer through whom."""
    one: Any = ProductRecommendationRow if kind is RecommendationKind.PRODUCT else CustomerRecommendationRow
    shared = one.customer_id, one.position, one.score, one.method, one.support, ViaRow.via_id
    of_one = and_(ViaRow.run_id == one.run_id, ViaRow.recommendation_id == one.id)
    if kind is RecommendationKind.PRODUCT:
        query = select(*shared, one.product_id, one.because_id, ProductRow.name, one.trait, one.value).outerjoin(ViaRow, of_one).outerjoin(
            ProductRow, ProductRow.id == one.because_id)
    else:
        query = select(*shared, one.other_id).outerjoin(ViaRow, of_one)
    query = query.where(one.run_id == bindparam("run", type_=BigInteger()),
                        one.customer_id.in_(members("customers", BigInteger(), dialect)),
                        one.position <= bindparam("first", type_=Integer()))
    return question(query.order_by(one.customer_id, one.position, ViaRow.position), dialect)


async def recommendations(context: Any, customers: Sequence[int], kind: RecommendationKind, first: int,
                          runId: str | None = None) -> Mapping[int, list[Recommendation]]:  # noqa: N803  arguments come under their GraphQL names
    """Two statements for a page of customers. Without a run to answer from, nobody has an answer."""
    if not 1 <= first <= MOST_PER_CUSTOMER:
        raise InvalidParameters(f"first must be from 1 to {MOST_PER_CUSTOMER}.", "first")
    run = await answering(context.dialect, kind, given=runId is not None).ask(context, {"run": runId})
    if not run:
        return {}
    (number,), = run
    rows = await listed(context.dialect, kind).ask(context, {"run": number, "customers": customers, "first": first})
    found: Found = {customer: {} for customer in customers}
    gather(found, rows, number, kind, context.language)
    return {customer: list(each.values()) for customer, each in found.items()}


def gather(found: Found, rows: Iterable[Any], run: int, kind: RecommendationKind, language: str) -> None:
    for customer, position, score, method, support, via, item, *more in rows:
        if item not in found[customer]:
            because, called, trait, value = more or (None, None, None, None)
            if kind is RecommendationKind.PRODUCT:
                reason = product_reason(method, support, called, (trait, value or "") if trait else None, language)
            else:
                reason = customer_reason(method, support, language)
            named: Any = Record(Product if kind is RecommendationKind.PRODUCT else Customer, item)  # read when it is asked for
            found[customer][item] = Recommendation(
                item=named, because_id=because, via_ids=[], run_id=run,
                rank=position, score=score, method=RecommendationMethod[method], support=support, reason=reason)
        if via is not None:
            found[customer][item].via_ids.append(via)


FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {
    "recommendations": computed(
        recommendations, "Products that the customer might buy, or customers who are like them, the best first; null until there is a run "
        "to answer from.", type_=list[Recommendation] | None, requires=READ, cost=2, multipliers=["first"],
        arguments=[argument("kind", RecommendationKind, "What is recommended.", RecommendationKind.PRODUCT),
                   argument("first", int, "How many at most, from 1 to 50.", PER_CUSTOMER), run_argument()]),
}}
