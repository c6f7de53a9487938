"""Writing customers, as many as there are, with one statement for each table: their rows, their parts and the index of their names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.customers.drafts import ORGANIZATION, PERSON, ContactPoint, Draft, ExternalId
from schema.customers.indexing import reindex
from schema.customers.models import AddressRow, ContactPointRow, CustomerRow, ExternalIdRow, ServiceLevelRow, TagRow
from schema.customers.names import normalise
from schema.errors import ErrorCode
from schema.numbering import new_ids
from schema.rows import Row, utc_now
from schema.staff.models import StaffRow

COLUMNS = ("kind", "name", "search_name", "service_level_id", "owner_id", *PERSON, *ORGANIZATION)
ADDRESS = ("line", "city", "region", "postal_code", "country")


@dataclass
class Parts:
    """What is to be added to one customer, and taken from it."""

    external_ids: Sequence[ExternalId] = ()
    contact_points: Sequence[ContactPoint] = ()
    addresses: Sequence[dict[str, Any]] = ()
    tags: Sequence[str] = ()
    tags_gone: Sequence[str] = ()
    newly_preferred: Sequence[int] = ()  # contact points

    def fields(self) -> set[str]:
        """What the audit log calls the parts that change."""
        changed = {"externalIds": self.external_ids, "contactPoints": (*self.contact_points, *self.newly_preferred),
                   "addresses": self.addresses, "tags": (*self.tags, *self.tags_gone)}
        return {name for name, items in changed.items() if items}


@dataclass
class Edit:
    """What changes about a stored customer. An edit without fields is none."""

    row: CustomerRow
    columns: dict[str, Any] = field(default_factory=dict)  # those whose value becomes another
    parts: Parts = field(default_factory=Parts)
    also: frozenset[str] = frozenset()  # parts that are written elsewhere

    @property
    def fields(self) -> set[str]:
        return set(self.columns) | self.parts.fields() | self.also


def resolve(session: Session, drafts: Sequence[Draft]) -> None:
    """Turn the service levels and members of staff that drafts name into numbers; those that do not exist are faults."""
    keys = {draft.level.value for draft in drafts if draft.level and draft.level.value}
    numbers = {draft.owner.value for draft in drafts if draft.owner and draft.owner.value is not None}
    query = select(ServiceLevelRow.key, ServiceLevelRow.id).where(ServiceLevelRow.key.in_(keys))
    levels = dict(session.execute(query).all()) if keys else {}
    staff = set(session.scalars(select(StaffRow.id).where(StaffRow.id.in_(numbers)))) if numbers else set()
    for draft in drafts:
        if draft.level:
            key = draft.level.value
            draft.columns["service_level_id"] = levels.get(key) if key else None
            if key and key not in levels:
                draft.place.at("serviceLevel").add(ErrorCode.NOT_FOUND, "no_service_level", key=key)
        if draft.owner:
            draft.columns["owner_id"] = number = draft.owner.value
            if number is not None and number not in staff:
                draft.place.at("ownerId").add(ErrorCode.NOT_FOUND, "no_staff")


def owners(session: Session, external_ids: Iterable[ExternalId]) -> dict[tuple[str, str], int]:
    """Whose the external ids are, as far as they are anybody's."""
    wanted = {(one.source, one.value) for one in external_ids}
    row = ExternalIdRow
    query = select(row.source, row.value, row.customer_id).where(tuple_(row.source, row.value).in_(wanted))
    return {(source, value): number for source, value, number in session.execute(query)} if wanted else {}


def compare(row: CustomerRow, draft: Draft) -> Edit:
    """What is to be done so that the customer is as the draft says. Parts are added, never taken away."""
    edit = Edit(row, {name: value for name, value in draft.columns.items() if getattr(row, name) != value})
    if draft.external_ids:
        known = {(one.source, one.value) for one in row.external_ids}
        edit.parts.external_ids = [one for one in draft.external_ids if (one.source, one.value) not in known]
    if draft.contact_points:
        points = {(one.channel, one.normal_value): one for one in row.contact_points}
        edit.parts.contact_points = [one for one in draft.contact_points if (one.channel, one.normal_value) not in points]
        preferred = {(one.channel, one.normal_value) for one in draft.contact_points if one.preferred}
        edit.parts.newly_preferred = [one.id for key, one in points.items() if key in preferred and not one.preferred]
    if draft.addresses:
        places = [tuple(getattr(one, name) for name in ADDRESS) for one in row.addresses]
        edit.parts.addresses = [one for one in draft.addresses if tuple(one[name] for name in ADDRESS) not in places]
    if draft.tags:
        tags = {one.name for one in row.tags}
        edit.parts.tags = [tag for tag in draft.tags if tag not in tags]
    return edit


def create(work: Change, drafts: Sequence[Draft]) -> list[int]:
    """Their numbers."""
    numbers = new_ids(work.session.connection(), table(CustomerRow), len(drafts))
    columns = {number: complete(draft.columns) for number, draft in zip(numbers, drafts, strict=True)}
    parts = {number: Parts(draft.external_ids, draft.contact_points, draft.addresses, draft.tags or ())
             for number, draft in zip(numbers, drafts, strict=True)}
    fresh = {"revision": 1, "created_at": (now := utc_now()), "updated_at": now}
    write(work, table(CustomerRow), [cells | fresh | {"id": number} for number, cells in columns.items()])
    reindex(work.session.connection(), [(number, "", cells["search_name"]) for number, cells in columns.items()])
    write_parts(work, parts)
    for number, cells in columns.items():
        said = {name for name, value in cells.items() if value is not None}
        work.wrote("customer", number, said - {"search_name"} | parts[number].fields())
    return numbers


def complete(columns: dict[str, Any]) -> dict[str, Any]:
    """All columns of a customer that people write, with the name as it is searched."""
    return dict.fromkeys(COLUMNS) | columns | {"search_name": normalise(columns["name"])}


def save(work: Change, edits: Iterable[Edit]) -> int:
    """How many customers that changed. Their rows must be locked; their revision grows by one, and their objects are out of date."""
    changed = [edit for edit in edits if edit.fields]
    if changed:
        write_columns(work, changed)
        write_parts(work, {edit.row.id: edit.parts for edit in changed})
    for edit in changed:
        work.wrote("customer", edit.row.id, edit.fields)
    return len(changed)


def write_columns(work: Change, edits: Sequence[Edit]) -> None:
    customers, connection = table(CustomerRow), work.session.connection()
    rows = [(edit.row, complete({name: getattr(edit.row, name) for name in COLUMNS} | edit.columns)) for edit in edits]
    values = {name: bindparam(f"new_{name}") for name in COLUMNS} | {"updated_at": utc_now(), "revision": customers.c.revision + 1}
    connection.execute(update(customers).where(customers.c.id == bindparam("number")).values(values),
                       [{"number": row.id} | {f"new_{name}": cells[name] for name in COLUMNS} for row, cells in rows])
    reindex(connection, [(row.id, row.search_name, cells["search_name"]) for row, cells in rows])


def write_parts(work: Change, parts: dict[int, Parts]) -> None:
    numbered = parts.items()
    write(work, table(ExternalIdRow), [
        {"customer_id": number, "source": one.source, "value": one.value} for number, part in numbered for one in part.external_ids])
    write(work, table(ContactPointRow), [
        {"customer_id": number, "channel": one.channel, "value": one.value, "normal_value": one.normal_value, "preferred": one.preferred}
        for number, part in numbered for one in part.contact_points])
    write(work, table(AddressRow), [{"customer_id": number} | one for number, part in numbered for one in part.addresses])
    write(work, table(TagRow), [{"customer_id": number, "name": tag} for number, part in numbered for tag in part.tags])
    gone = [{"number": number, "tag": tag} for number, part in numbered for tag in part.tags_gone]
    if gone:
        statement = delete(TagRow).where(TagRow.customer_id == bindparam("number"), TagRow.name == bindparam("tag"))
        work.session.connection().execute(statement, gone)
    preferred = [number for part in parts.values() for number in part.newly_preferred]
    if preferred:
        work.session.connection().execute(update(table(ContactPointRow)).where(ContactPointRow.id.in_(preferred)).values(preferred=True))


def write(work: Change, into: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        work.session.connection().execute(insert(into), rows)


def table(row: type[Row]) -> Table:
    return cast("Table", row.__table__)
