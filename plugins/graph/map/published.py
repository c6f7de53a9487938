"""What published runs know of the customers on a map: scores and communities, in a statement each."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, and_, or_, select

from guanxi import members, published, question
from plugins.graph.metrics.scores import SCORES
from plugins.graph.metrics.start import NAME
from plugins.graph.models import CommunityRow, MemberRow, ScoreRow


@cache
def scores_of(dialect: str, metrics: tuple[str, ...]) -> Any:
    score = ScoreRow.__table__
    ours = score.c.customer_id.in_(members("customers", BigInteger(), dialect))
    each = [and_(score.c.run_id == published(NAME, metric), score.c.metric == metric, ours) for metric in metrics]
    return question(select(score.c.customer_id, score.c.metric, score.c.value).where(or_(*each)), dialect)


@cache
def communities_of(dialect: str) -> Any:
    member, community = MemberRow.__table__, CommunityRow.__table__
    query = select(member.c.customer_id, community.c.number, community.c.name).join(
        community, and_(community.c.run_id == member.c.run_id, community.c.id == member.c.community_id))
    ours = member.c.customer_id.in_(members("customers", BigInteger(), dialect))
    return question(query.where(member.c.run_id == published(NAME, "community"), ours), dialect)


async def known_of(context: Any, customers: Sequence[int], metrics: Sequence[str] | None = None) -> dict[str, Any]:
    """`scores`: by name, a value or null for each of the customers; `communities`: a number or null for each; `communityNames`: by number.
    Only these scores, or all; and only those that the caller may see."""
    allowed = context.caller.permissions
    names = tuple(one.name for one in SCORES if (metrics is None or one.name in metrics) and allowed.issuperset(one.requires))
    values: dict[str, dict[int, float]] = {}
    for customer, metric, value in await scores_of(context.dialect, names).ask(context, {"customers": customers}):
        values.setdefault(metric, {})[customer] = value
    rows = await communities_of(context.dialect).ask(context, {"customers": customers})
    numbers = {customer: number for customer, number, _ in rows}
    return {"scores": {name: [of_all.get(one) for one in customers] for name, of_all in sorted(values.items())},
            "communities": [numbers.get(one) for one in customers],
            "communityNames": {str(number): name for _, number, name in rows if name}}
