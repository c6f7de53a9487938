"""`Customer.potentialPartners`: the proposals of a run for a page of customers."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, and_, bindparam, select

from guanxi import Customer, InvalidParameters, OpaqueId, argument, computed, members, published, question, run_argument
from guanxi.tables import JobRow
from plugins.graph.models import PartnerRow, ViaRow
from plugins.graph.partners.start import MOST_PER_CUSTOMER, NAME, PER_CUSTOMER, SLOT
from plugins.graph.partners.types import READ, PotentialPartner
from plugins.graph.partners.words import reason


@cache
def answering(dialect: str, given: bool) -> Any:
    """The run to answer from, if it is one of this analysis that has succeeded, and its method."""
    wanted = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else published(NAME, SLOT)
    query = select(JobRow.id, JobRow.summary).where(JobRow.id == wanted, JobRow.kind == NAME, JobRow.status == "SUCCEEDED")
    return question(query, dialect)


@cache
def proposed(dialect: str) -> Any:
    """The first proposals of some customers, a row for each contact through whom."""
    pair, via = PartnerRow, ViaRow
    of_pair = and_(via.run_id == pair.run_id, via.partner_row_id == pair.id)
    query = select(pair.customer_id, pair.partner_id, pair.position, pair.score, pair.common, via.via_id).outerjoin(via, of_pair).where(
        pair.run_id == bindparam("run", type_=BigInteger()), pair.customer_id.in_(members("customers", BigInteger(), dialect)),
        pair.position <= bindparam("first", type_=Integer()))
    return question(query.order_by(pair.customer_id, pair.position, via.position), dialect)


async def potential_partners(context: Any, customers: Sequence[int], first: int,
                             runId: str | None = None) -> Mapping[int, list[PotentialPartner]]:  # noqa: N803  arguments come under their GraphQL names
    """Two statements for a page of customers. Without a run to answer from, nobody has an answer."""
    if not 1 <= first <= MOST_PER_CUSTOMER:
        raise InvalidParameters(f"first must be from 1 to {MOST_PER_CUSTOMER}.", "first")
    run = await answering(context.dialect, runId is not None).ask(context, {"run": runId})
    if not run:
        return {}
    (number, summary), = run
    found: dict[int, dict[int, PotentialPartner]] = {customer: {} for customer in customers}
    for customer, partner, position, score, common, via in await proposed(context.dialect).ask(
            context, {"run": number, "customers": customers, "first": first}):
        if partner not in found[customer]:
            found[customer][partner] = PotentialPartner(
                partner_id=partner, via_ids=[], run_id=number, rank=position, score=score, common=common,
                reason=reason(summary["method"], common, score, context.language))
        if via is not None:
            found[customer][partner].via_ids.append(via)
    return {customer: list(partners.values()) for customer, partners in found.items()}


FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {
    "potential_partners": computed(
        potential_partners, "Customers to whom this one is not tied and might be, the likeliest first; null until there is a run to answer "
        "from.", type_=list[PotentialPartner] | None, requires=READ, cost=2, multipliers=["first"],
        arguments=[argument("first", int, "How many at most, from 1 to 50.", PER_CUSTOMER), run_argument()]),
}}
