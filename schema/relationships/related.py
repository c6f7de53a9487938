"""Customers within so many relationships of one of them, found by the database: the filter key `relatedTo`."""

import datetime
from typing import Any

import strawberry
from sqlalchemy import CTE, Integer, String, and_, bindparam, literal_column, or_, select, union
from sqlalchemy.sql import ColumnElement, FromClause, Select

from schema.errors import RequestError
from schema.querying.databases import Converted
from schema.querying.inputs import Operand
from schema.relationships.filters import CUSTOMER, held
from schema.relationships.models import RelationshipEndRow, RelationshipKindRow, RelationshipRow, RelationshipSign

MOST_HOPS = 4  # whom more lie between is as good as everybody
CONDITIONS = ("kinds", "sign", "asOf")


@strawberry.input(description="Near a customer in the network of relationships, whichever way these point. The customer is not among "
                              "those who are found.")
class RelatedToFilter:
    customer_id: strawberry.ID = strawberry.field(description="The customer from whom to start.")
    max_hops: int = strawberry.field(default=1, description=(
        "How many relationships may lie between: 1 for those who are tied to the customer, at most 4."))
    kinds: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Only by relationships of these kinds, by key.")
    sign: RelationshipSign | None = strawberry.field(default=strawberry.UNSET, description="Only by relationships of this sign.")
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "Only by relationships that held at this moment; left out: ended ones too."))


def related(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    start = operand.parameter("customerId", CUSTOMER)
    return and_(customer.c.id.in_(reached(operand, start)), customer.c.id != start)


def reached(operand: Operand, start: Any) -> Any:
    """Step by step, each customer once a step: a recursive statement keeps databases from choosing anew how to find the neighbours of
    few and of many. A step beyond `maxHops` is not taken."""
    hops = operand.parameter("maxHops", Converted(Integer(), checked_hops))
    steps: list[CTE] = []
    for hop in range(1, MOST_HOPS + 1):
        end = RelationshipEndRow.__table__.alias()
        near = end.c.customer_id.in_(select(steps[-1].c.id)) if steps else end.c.customer_id == start
        here = and_(hops >= literal_column(str(hop)), near) if steps else near
        steps.append(neighbours(end, operand).where(here).cte())
    return union(*[select(step.c.id) for step in steps])


def neighbours(end: FromClause, operand: Operand) -> Select[Any]:
    found = select(end.c.other_id.label("id")).distinct()
    if not any(name in operand.value for name in CONDITIONS):
        return found
    tie = RelationshipRow.__table__.alias()
    return found.join(tie, tie.c.id == end.c.relationship_id).where(*conditions(tie, operand))


def conditions(tie: FromClause, operand: Operand) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if "kinds" in operand.value:
        kind = RelationshipKindRow
        keys = [bindparam(f"{operand.path}__kinds__{at}", type_=String()) for at in range(len(operand.value["kinds"]))]
        found.append(tie.c.kind_id.in_(select(kind.id).where(or_(*[kind.key == key for key in keys]))))
    if "sign" in operand.value:
        found.append(tie.c.sign == operand.value["sign"])
    if "asOf" in operand.value:
        found.append(held(tie, operand.parameter("asOf", tie.c.valid_from.type)))
    return found


def checked_hops(given: int) -> int:
    if not 1 <= given <= MOST_HOPS:
        raise RequestError("BAD_USER_INPUT", "page_size", name="maxHops", least=1, most=MOST_HOPS)
    return given
