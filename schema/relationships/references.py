"""From what an input names to the rows it means, every problem noted with its place in the input."""

import datetime
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.checking import Faults, checked_id
from schema.customers.models import CustomerRow
from schema.errors import ErrorCode
from schema.relationships.models import RelationshipKindRow, RelationshipRow


def customers(session: Session, faults: Faults, wanted: Mapping[str, str]) -> dict[str, CustomerRow]:
    """The customers that the fields name, by field, locked: of two who join the same two at one moment, one waits for the other."""
    read = {field: checked_id(value, "c", "Customer", faults.at(field)) for field, value in wanted.items()}
    numbers = {field: found for field, found in read.items() if found is not None}
    query = select(CustomerRow).where(CustomerRow.id.in_(numbers.values())).order_by(CustomerRow.id).with_for_update(key_share=True)
    known = {row.id: row for row in session.scalars(query)}
    for field, found in numbers.items():
        if found not in known:
            faults.at(field).add(ErrorCode.NOT_FOUND, "no_customer", id=wanted[field])
    return {field: known[found] for field, found in numbers.items() if found in known}


def kind(session: Session, faults: Faults, key: str, *, alone: bool = False) -> RelationshipKindRow | None:
    """The kind, locked so that its direction stays; with `alone`, nobody else makes relationships of it meanwhile."""
    query = select(RelationshipKindRow).where(RelationshipKindRow.key == key).with_for_update(read=not alone, key_share=alone)
    found = session.scalar(query)
    if found is None:
        known = ", ".join(session.scalars(select(RelationshipKindRow.key).order_by(RelationshipKindRow.key)))
        faults.at("kind").add(ErrorCode.NOT_FOUND, "relationship_kind", key=key[:64], known=known)
    return found


def relationship(session: Session, faults: Faults, id_: str, expected_revision: int | None) -> RelationshipRow:
    """Raises `Refused` when it is unknown or was changed since the caller read it."""
    found = checked_id(id_, "r", "Relationship", faults.at("id"))
    row = None if found is None else session.get(RelationshipRow, found, with_for_update={"key_share": True})
    if found is not None and row is None:
        faults.at("id").add(ErrorCode.NOT_FOUND, "no_relationship", id=id_)
    if row is not None and expected_revision not in (None, row.revision):
        faults.at("expectedRevision").add(ErrorCode.CONFLICT, "revision", actual=row.revision, expected=expected_revision)
    faults.refuse()
    assert row is not None
    return row


def moment(value: datetime.datetime) -> str:
    return value.isoformat(timespec="seconds")
