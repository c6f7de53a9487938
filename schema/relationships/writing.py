"""One relationship is made, changed or ended."""

from typing import Any

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults
from schema.customers.models import CustomerRow
from schema.errors import ErrorCode
from schema.relationships import references
from schema.relationships.checks import check_ends, check_period, check_single, check_values
from schema.relationships.inputs import RelationshipCreateInput, RelationshipEndInput, RelationshipUpdateInput, given
from schema.relationships.models import ProvenanceOrigin, RelationshipEndRow, RelationshipKindRow, RelationshipRow, ends_of
from schema.rows import utc_now


def create(work: Change, wanted: RelationshipCreateInput) -> dict[str, Any]:
    session, faults = work.session, Faults()
    kind = references.kind(session, faults, wanted.kind)
    ends = references.customers(session, faults, {"fromId": wanted.from_id, "toId": wanted.to_id})
    begin, end, confidence = given(wanted.valid_from), given(wanted.valid_to), given(wanted.confidence)
    check_values(faults, wanted.weight, confidence)
    check_period(faults, begin, end, "validTo")
    from_, to = ends.get("fromId"), ends.get("toId")
    if from_ and from_ is to:
        faults.at("toId").add(ErrorCode.INVALID, "relationship_self")
    if kind and from_ and to:
        check_ends(faults, kind, from_, to)
        from_, to = (from_, to) if kind.directed or from_.id < to.id else (to, from_)
        check_single(session, faults, kind, from_.id, to.id, begin)
    faults.refuse()
    assert kind
    assert from_
    assert to
    row = RelationshipRow(from_id=from_.id, to_id=to.id, kind_id=kind.id, directed=kind.directed, weight=wanted.weight,
                          sign=given(wanted.sign) or kind.default_sign, valid_from=begin, valid_to=end, confidence=confidence,
                          origin=ProvenanceOrigin.MANUAL, recorded_at=utc_now(), staff_id=work.caller.staff_id)
    session.add(row)
    session.flush()
    row.ends = [RelationshipEndRow(customer_id=customer, other_id=other, direction=direction)
                for customer, _, other, direction in ends_of(row.id, row.from_id, row.to_id, row.directed)]
    return {"relationship": row.id}


def update(work: Change, wanted: RelationshipUpdateInput) -> dict[str, Any]:
    session, faults = work.session, Faults()
    row = references.relationship(session, faults, wanted.id, given(wanted.expected_revision))
    kind = session.get_one(RelationshipKindRow, row.kind_id)
    weight, confidence = kept(wanted.weight, row.weight, cleared=1.0), kept(wanted.confidence, row.confidence)
    sign = kept(wanted.sign, row.sign, cleared=kind.default_sign)
    begin, end = kept(wanted.valid_from, row.valid_from), kept(wanted.valid_to, row.valid_to)
    check_values(faults, weight, confidence)
    if (begin, end) != (row.valid_from, row.valid_to):
        check_period(faults, begin, end, "validTo" if wanted.valid_to else "validFrom")
        if end is None:
            lock_ends(session, row)
            check_single(session, faults, kind, row.from_id, row.to_id, begin, ignoring=row.id)
    faults.refuse()
    row.weight, row.sign, row.valid_from, row.valid_to, row.confidence = weight, sign, begin, end, confidence
    return {"relationship": row.id}


def end(work: Change, wanted: RelationshipEndInput) -> dict[str, Any]:
    """Ending twice at the same moment is once; moving an end that has passed is no ending, and refused."""
    faults = Faults()
    row = references.relationship(work.session, faults, wanted.id, given(wanted.expected_revision))
    at = given(wanted.at) or utc_now()
    if row.valid_to is not None and row.valid_to < at:
        faults.at("id").add(ErrorCode.CONFLICT, "relationship_ended", ended=references.moment(row.valid_to))
    else:
        check_period(faults, row.valid_from, at, "at")
    faults.refuse()
    row.valid_to = at
    return {"relationship": row.id}


def kept(wanted: strawberry.Some[Any] | None, stored: Any, *, cleared: Any = None) -> Any:
    """What is stored if nothing was sent, `cleared` for null."""
    if wanted is None:
        return stored
    return cleared if wanted.value is None else wanted.value


def lock_ends(session: Session, row: RelationshipRow) -> None:
    ends = select(CustomerRow.id).where(CustomerRow.id.in_([row.from_id, row.to_id])).order_by(CustomerRow.id)
    session.execute(ends.with_for_update(key_share=True))
