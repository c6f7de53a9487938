"""Segments are made, changed and filled: by hand, or with what an analysis found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, insert, literal, select, update
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults, checked_id, checked_list, checked_text, longest, required_text, said
from schema.context import Context
from schema.customers.models import CustomerRow
from schema.errors import ErrorCode
from schema.marketing.inputs import SegmentCreateInput, SegmentDeleteInput, SegmentMembersInput, SegmentUpdateInput
from schema.marketing.models import SegmentKind, SegmentMemberRow, SegmentRow
from schema.rows import utc_now

MOST_CUSTOMERS = 1000


def create(work: Change, given: SegmentCreateInput) -> dict[str, Any]:
    faults = Faults()
    row = SegmentRow(kind=SegmentKind.STATIC)
    row.name = checked_name(work.session, given.name, faults.at("name"))
    row.description = checked_text(given.description or None, longest(SegmentRow.description), faults.at("description"))
    numbers = customers(work.session, given.customer_ids or (), faults.at("customerIds"))
    faults.refuse()
    work.session.add(row)
    work.session.flush()
    enter(work, row, numbers)
    return {"segment": row.id}


def change(work: Change, given: SegmentUpdateInput) -> dict[str, Any]:
    faults = Faults()
    row = segment(work.session, given.id, given.expected_revision or None, faults)
    if given.name is not None and given.name and row:
        row.name = checked_name(work.session, given.name, faults.at("name"), but=row.id)
    elif given.name == "":
        faults.at("name").add(ErrorCode.INVALID, "blank")
    if given.description and row:
        row.description = checked_text(said(given.description), longest(SegmentRow.description), faults.at("description"))
    faults.refuse()
    assert row
    return {"segment": row.id}


def delete(work: Change, given: SegmentDeleteInput) -> dict[str, Any]:
    faults = Faults()
    row = segment(work.session, given.id, given.expected_revision or None, faults)
    faults.refuse()
    assert row
    work.session.delete(row)
    return {"id": given.id}


def add_members(work: Change, given: SegmentMembersInput) -> dict[str, Any]:
    row, numbers = by_hand(work.session, given)
    return {"segment": row.id, "changed": enter(work, row, numbers)}


def remove_members(work: Change, given: SegmentMembersInput) -> dict[str, Any]:
    row, numbers = by_hand(work.session, given)
    stay = SegmentMemberRow
    leaving = update(stay).where(stay.segment_id == row.id, stay.customer_id.in_(numbers), stay.until.is_(None)).values(until=utc_now())
    changed = work.session.connection().execute(leaving).rowcount
    if changed:
        work.wrote("segment", row.id, ["members"])
    return {"segment": row.id, "changed": changed}


def by_hand(session: Session, given: SegmentMembersInput) -> tuple[SegmentRow, list[int]]:
    """The segment, which no analysis fills, and the customers. Raises `Refused`."""
    faults = Faults()
    row = segment(session, given.id, None, faults)
    if row and row.kind is not SegmentKind.STATIC:
        faults.at("id").add(ErrorCode.CONFLICT, "segment_computed", name=row.name)
    numbers = customers(session, given.customer_ids, faults.at("customerIds"))
    faults.refuse()
    assert row
    return row, numbers


def enter(work: Change, row: SegmentRow, numbers: Sequence[int]) -> int:
    """How many of them were not in it."""
    stay = SegmentMemberRow
    there = set(work.session.scalars(select(stay.customer_id).where(
        stay.segment_id == row.id, stay.customer_id.in_(numbers), stay.until.is_(None)))) if numbers else set()
    coming, now = [number for number in numbers if number not in there], utc_now()
    if coming:
        work.session.connection().execute(insert(SegmentMemberRow.__table__), [  # type: ignore[arg-type]
            {"segment_id": row.id, "customer_id": number, "since": now, "until": None} for number in coming])
        work.wrote("segment", row.id, ["members"])
    return len(coming)


# -- by an analysis --
async def fill_segment(context: Context, action: str, *, name: str, run: int, members: Select[Any]) -> int:
    """Fills the computed segment of this name, which is made when there is none, with the customers whose numbers `members` selects: who
    is in it no longer leaves it now, who is new comes now, who stays stays. Its number. `action` is what the audit log calls this.

    Raises `Refused`, at `name`: for a name that is none, or that of a segment that is filled by hand.
    """
    answer = await context.change(action, lambda work: filled(work, name, run, members))
    number: int = answer["segment"]
    return number


def filled(work: Change, name: str, run: int, members: Select[Any]) -> dict[str, Any]:
    session, faults = work.session, Faults()
    wanted = required_text(name, longest(SegmentRow.name), faults.at("name"))
    row = session.scalar(select(SegmentRow).where(SegmentRow.name == wanted).with_for_update())
    if row and row.kind is not SegmentKind.COMPUTED:
        faults.at("name").add(ErrorCode.CONFLICT, "segment_by_hand", name=wanted)
    faults.refuse()
    row = row or SegmentRow(name=wanted, kind=SegmentKind.COMPUTED)
    row.run_id, row.computed_at = run, utc_now()
    session.add(row)
    session.flush()
    replace_members(work, row, members)
    return {"segment": row.id}


def replace_members(work: Change, row: SegmentRow, members: Select[Any]) -> None:
    stay, now, connection = SegmentMemberRow, utc_now(), work.session.connection()
    found = members.subquery()
    (number,) = found.c
    gone = update(stay).where(stay.segment_id == row.id, stay.until.is_(None), stay.customer_id.not_in(select(number))).values(until=now)
    there = select(stay.customer_id).where(stay.segment_id == row.id, stay.until.is_(None))
    coming = select(literal(row.id), number, literal(now, stay.since.type)).where(number.not_in(there))
    left = connection.execute(gone).rowcount
    came = connection.execute(insert(SegmentMemberRow.__table__).from_select(  # type: ignore[arg-type]
        ["segment_id", "customer_id", "since"], coming)).rowcount
    if left or came:
        work.wrote("segment", row.id, ["members"])


# -- what inputs name --
def segment(session: Session, id_: str, expected: int | None, faults: Faults) -> SegmentRow | None:
    """The segment, which nobody else changes meanwhile."""
    number = checked_id(id_, "sg", "Segment", faults.at("id"))
    row = None if number is None else session.get(SegmentRow, number, with_for_update=True)
    if number is not None and row is None:
        faults.at("id").add(ErrorCode.NOT_FOUND, "no_segment", id=id_)
    if row and expected not in (None, row.revision):
        faults.at("expectedRevision").add(ErrorCode.CONFLICT, "revision", actual=row.revision, expected=expected)
    return row


def checked_name(session: Session, given: str, place: Faults, *, but: int | None = None) -> str:
    name = required_text(given, longest(SegmentRow.name), place)
    other = session.scalar(select(SegmentRow.id).where(SegmentRow.name == name)) if name else None
    if other not in (None, but):
        place.add(ErrorCode.DUPLICATE, "segment_name", name=name)
    return name


def customers(session: Session, given: Sequence[str], place: Faults) -> list[int]:
    """Their numbers, each once."""
    ids = checked_list(given, MOST_CUSTOMERS, place)
    read = {at: checked_id(id_, "c", "Customer", place.at(at)) for at, id_ in enumerate(ids)}
    numbers = {number for number in read.values() if number is not None}
    known = set(session.scalars(select(CustomerRow.id).where(CustomerRow.id.in_(numbers)))) if numbers else set()
    for at, number in read.items():
        if number is not None and number not in known:
            place.at(at).add(ErrorCode.NOT_FOUND, "no_customer", id=ids[at])
    return sorted(known)
