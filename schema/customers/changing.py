"""One customer is made or changed, or gets and loses a way to be reached."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults, checked_id, said
from schema.customers.drafts import Draft, checked_contact_point, draft_customer, draft_update
from schema.customers.inputs import ContactPointAddInput, ContactPointRemoveInput, CustomerCreateInput, CustomerUpdateInput
from schema.customers.models import ContactPointRow, CustomerRow
from schema.customers.writing import Edit, compare, create, owners, resolve, save
from schema.errors import ErrorCode

Answer = dict[str, Any]


def create_customer(work: Change, given: CustomerCreateInput) -> Answer:
    faults = Faults()
    draft = draft_customer(given, faults)
    resolve(work.session, [draft])
    taken = owners(work.session, draft.external_ids)
    for one in draft.external_ids:
        if (one.source, one.value) in taken:
            one.place.add(ErrorCode.DUPLICATE, "external_id_taken", source=one.source, value=one.value)
    faults.refuse()
    number, = create(work, [draft])
    return {"customer": number}


def update_customer(work: Change, given: CustomerUpdateInput) -> Answer:
    faults = Faults()
    draft = draft_update(given, faults)
    resolve(work.session, [draft])
    row = locked(work.session, given.id, faults.at("id"))
    expected = said(given.expected_revision)
    if row and expected not in (None, row.revision):
        faults.at("expectedRevision").add(ErrorCode.CONFLICT, "revision", actual=row.revision, expected=expected)
    faults.refuse()
    assert row
    edit = compare(row, draft)
    if draft.tags is not None:
        edit.parts.tags_gone = [tag.name for tag in row.tags if tag.name not in draft.tags]
    save(work, [edit])
    return {"customer": row.id}


def add_contact_point(work: Change, given: ContactPointAddInput) -> Answer:
    faults = Faults()
    point = checked_contact_point(given.contact_point, faults.at("contactPoint"))
    row = locked(work.session, given.customer_id, faults.at("customerId"))
    if row and any((one.channel, one.normal_value) == (point.channel, point.normal_value) for one in row.contact_points):
        point.place.add(ErrorCode.DUPLICATE, "contact_point_known")
    faults.refuse()
    assert row
    save(work, [compare(row, Draft(faults, contact_points=[point]))])
    return {"customer": row.id}


def remove_contact_point(work: Change, given: ContactPointRemoveInput) -> Answer:
    faults = Faults()
    number = checked_id(given.id, "cp", "ContactPoint", faults.at("id"))
    faults.refuse()
    assert number is not None
    customer = work.session.scalar(select(ContactPointRow.customer_id).where(ContactPointRow.id == number))
    row = None if customer is None else work.session.get(CustomerRow, customer, with_for_update={"key_share": True})
    point = work.session.get(ContactPointRow, number)  # only now: another may have removed it while we waited for the customer
    if row is None or point is None:
        faults.at("id").add(ErrorCode.NOT_FOUND, "no_contact_point", id=given.id)
    faults.refuse()
    assert row
    assert point
    work.session.delete(point)
    save(work, [Edit(row, also=frozenset({"contactPoints"}))])
    return {"customer": row.id}


def locked(session: Session, id_: str, place: Faults) -> CustomerRow | None:
    """The customer, which nobody else changes before the end of this change."""
    number = checked_id(id_, "c", "Customer", place)
    if number is None:
        return None
    row = session.get(CustomerRow, number, with_for_update={"key_share": True})
    if row is None:
        place.add(ErrorCode.NOT_FOUND, "no_customer", id=id_)
    return row
