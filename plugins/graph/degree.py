"""How many relationships customers have: counted when asked for, in one statement for a page of customers."""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, and_, bindparam, func, or_, select

from guanxi import EdgeDirection, members, question
from guanxi.tables import RelationshipEndRow, RelationshipKindRow, RelationshipRow


@cache
def counted(dialect: str, direction: EdgeDirection, has_kinds: bool, has_moment: bool) -> Any:
    """The question for one form of the arguments. Ends without a direction count for either."""
    end, tie, kind = RelationshipEndRow, RelationshipRow, RelationshipKindRow
    query = select(end.customer_id, func.count()).where(end.customer_id.in_(members("customers", BigInteger(), dialect)))
    if direction is not EdgeDirection.ALL:
        query = query.where(or_(end.direction == direction, end.direction == EdgeDirection.ALL))
    if has_kinds or has_moment:
        query = query.join(tie, tie.id == end.relationship_id)
    if has_kinds:
        query = query.join(kind, kind.id == tie.kind_id).where(kind.key.in_(members("kinds", String(), dialect)))
    if has_moment:
        begun = or_(tie.valid_from.is_(None), tie.valid_from <= bindparam("at", type_=tie.valid_from.type))
        query = query.where(and_(begun, or_(tie.valid_to.is_(None), tie.valid_to > bindparam("at", type_=tie.valid_to.type))))
    return question(query.group_by(end.customer_id), dialect)


async def degree(context: Any, customers: Sequence[int], direction: EdgeDirection, kinds: list[str] | None = None,
                 asOf: datetime.datetime | None = None) -> Mapping[int, int]:  # noqa: N803  arguments come under their GraphQL names
    asked = counted(context.dialect, direction, kinds is not None, asOf is not None)
    found = await asked.ask(context, {"customers": customers, "kinds": kinds, "at": asOf})
    return {**dict.fromkeys(customers, 0), **dict(found)}
