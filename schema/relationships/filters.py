"""How lists of relationships are filtered and narrowed."""

import datetime
from typing import Any

from sqlalchemy import FromClause, and_, or_, select
from sqlalchemy.sql import ColumnElement

from schema.ids import OpaqueId
from schema.querying.declare import Narrowing
from schema.querying.entities import Filter
from schema.querying.inputs import IdFilter, Operand, StringFilter
from schema.relationships.models import EdgeDirection, ProvenanceOrigin, RelationshipKindRow
from schema.relationships.types import Relationship

CUSTOMER = OpaqueId("c", "Customer")


def held(relationship: FromClause, moment: Any) -> ColumnElement[bool]:
    """It had begun and had not ended. A relationship without a beginning has always been."""
    begin, end = relationship.c.valid_from, relationship.c.valid_to
    return and_(or_(begin.is_(None), begin <= moment), or_(end.is_(None), end > moment))


def valid_at(_: FromClause, relationship: FromClause, operand: Operand) -> ColumnElement[bool]:
    return held(relationship, operand.parameter(type_=relationship.c.valid_from.type))


def looks(end: FromClause, _: FromClause, operand: Operand) -> ColumnElement[bool]:
    """IN and OUT include what has no direction: it can be walked either way."""
    if operand.value is EdgeDirection.ALL:
        return end.c.direction.is_not(None)
    return or_(end.c.direction == operand.value, end.c.direction == EdgeDirection.ALL)


AS_OF = Narrowing(datetime.datetime, valid_at, "Only relationships that held at this moment.")
NARROWINGS = {"direction": Narrowing(EdgeDirection, looks,
                                     "How it looks from this customer; relationships without a direction always count.",
                                     default=EdgeDirection.ALL), "asOf": AS_OF}


def by_kind(relationship: FromClause, operand: Operand) -> ColumnElement[bool]:
    return relationship.c.kind_id.in_(select(RelationshipKindRow.id).where(operand.holds(RelationshipKindRow.key)))


def by_end(relationship: FromClause, operand: Operand) -> ColumnElement[bool]:
    return or_(operand.holds(relationship.c.from_id, CUSTOMER), operand.holds(relationship.c.to_id, CUSTOMER))


FILTERS = (
    Filter(Relationship, "kind", StringFilter, by_kind, "By the key of the kind."),
    Filter(Relationship, "origin", ProvenanceOrigin, lambda row, operand: operand.holds(row.c.origin), "By where it comes from."),
    Filter(Relationship, "otherId", IdFilter, by_end, "With one of these customers at either end.", ("customers.read",)),
)
