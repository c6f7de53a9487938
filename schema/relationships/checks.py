"""What must hold of a relationship before it is written."""

import datetime
import math

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema import ids
from schema.checking import Faults
from schema.customers.models import CustomerKind, CustomerRow
from schema.errors import ErrorCode
from schema.relationships.models import RelationshipKindRow, RelationshipRow
from schema.relationships.references import moment
from schema.relationships.types import kinds

Moment = datetime.datetime


def check_values(faults: Faults, weight: float, confidence: float | None) -> None:
    if not math.isfinite(weight) or weight < 0:
        faults.at("weight").add(ErrorCode.INVALID, "relationship_weight")
    if confidence is not None and not 0 <= confidence <= 1:
        faults.at("confidence").add(ErrorCode.INVALID, "relationship_confidence")


def check_period(faults: Faults, begin: Moment | None, end: Moment | None, field: str) -> None:
    if begin is not None and end is not None and end <= begin:
        faults.at(field).add(ErrorCode.INVALID, "relationship_period", begin=moment(begin))


def check_ends(faults: Faults, kind: RelationshipKindRow, from_: CustomerRow, to: CustomerRow) -> None:
    """Without a direction it is enough that the two fit the other way round."""
    if not kind.directed and to.kind in starts(kind) and from_.kind in leads_to(kind):
        return
    for field, customer, allowed in (("fromId", from_, starts(kind)), ("toId", to, leads_to(kind))):
        if customer.kind not in allowed:
            faults.at(field).add(ErrorCode.INVALID, "relationship_end_kind", key=kind.key, found=customer.kind.name,
                                 allowed=", ".join(one.name for one in allowed))


def starts(kind: RelationshipKindRow) -> list[CustomerKind]:
    return kinds(kind.from_person, kind.from_organization)


def leads_to(kind: RelationshipKindRow) -> list[CustomerKind]:
    return kinds(kind.to_person, kind.to_organization)


def check_single(session: Session, faults: Faults, kind: RelationshipKindRow, from_id: int, to_id: int, begin: Moment | None, *,
                 ignoring: int | None = None) -> None:
    """A relationship with the ends, the kind and the beginning of one that has not ended would be the same told twice."""
    r = RelationshipRow
    same = select(r.id).where(r.from_id == from_id, r.to_id == to_id, r.kind_id == kind.id, r.valid_to.is_(None),
                              r.valid_from.is_(None) if begin is None else r.valid_from == begin, r.id.is_distinct_from(ignoring))
    found = session.scalar(same.limit(1))
    if found is not None:
        faults.add(ErrorCode.DUPLICATE, "relationship_open", key=kind.key, id=ids.encode("r", found))
