"""Writing customers. One is known by its source and external id.

An empty cell leaves what is stored. Contact points and tags are added, never taken away; the address is the customer's first one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select

from schema.customers.contacts import normal_value
from schema.customers.models import Channel, ContactPointRow, ServiceLevelRow, TagRow
from schema.customers.names import normalise
from schema.errors import ErrorCode, problem
from schema.numbering import new_ids
from schema.quality.importing import people
from schema.quality.importing.bulk import look_up, portions, raw, table_of, update_rows
from schema.quality.importing.mapping import Batch
from schema.quality.importing.people import ADDRESSES, CUSTOMERS, EXTERNAL_IDS, GRAMS
from schema.quality.importing.upsert import first_of_each
from schema.quality.importing.work import Seen, Sieve, Work, moment_text
from schema.staff.models import StaffRow

CONTACTS, TAGS = table_of(ContactPointRow), table_of(TagRow)
PERSON = {"givenName": "given_name", "familyName": "family_name", "birthDate": "birth_date", "gender": "gender",
          "educationLevel": "education_level", "incomeAmount": "income_amount", "incomeCurrency": "income_currency"}
ORGANIZATION = {"legalName": "legal_name", "registrationNumber": "registration_number", "industry": "industry",
                "employeeCount": "employee_count"}
DETAILS = {"PERSON": PERSON, "ORGANIZATION": ORGANIZATION}
OTHER = {"PERSON": "ORGANIZATION", "ORGANIZATION": "PERSON"}
ADDRESS = {"address": "line", "city": "city", "region": "region", "postalCode": "postal_code", "country": "country"}
CONTACT = {"email": Channel.EMAIL, "phone": Channel.PHONE}
# In the order of the table.
COLUMNS = {"kind": "kind", "name": "name", "serviceLevel": "service_level_id", "owner": "owner_id"} | PERSON | ORGANIZATION
FIELDS = ("externalId", *COLUMNS, *ADDRESS, *CONTACT, "tags")

Cells = dict[str, Any]  # of one row, by field; None: the file does not say


def write(work: Work, batches: Iterable[Batch]) -> None:
    lookups = {"serviceLevel": keys_of(work, table_of(ServiceLevelRow)), "owner": keys_of(work, table_of(StaffRow))}
    seen = Seen()
    for batch in batches:
        rows = [dict(zip(FIELDS, cells, strict=True)) for cells in batch.rows(*FIELDS)]
        first = first_of_each(work, seen, batch, [row["externalId"] for row in rows], [tuple(row.values()) for row in rows], "externalId")
        upsert(work, batch, {row: rows[row] for row in first}, lookups)


def keys_of(work: Work, table: Any) -> dict[str, int]:
    return {key.casefold(): id_ for key, id_ in work.connection.execute(select(table.c.key, table.c.id))}


def upsert(work: Work, batch: Batch, rows: Mapping[int, Cells], lookups: Mapping[str, Mapping[str, int]]) -> None:
    stored = find(work, [cells["externalId"] for cells in rows.values()])
    sieve = Sieve(work.mapping, batch)
    for row, cells in rows.items():
        refuse_faults(sieve, row, cells, stored.get(cells["externalId"]), lookups)
    sound = [resolve(cells, lookups) for row, cells in rows.items() if row not in sieve.refused]
    new = [cells for cells in sound if cells["externalId"] not in stored]
    insert(work, new)
    changed = change(work, [(stored[cells["externalId"]], cells) for cells in sound if cells["externalId"] in stored])
    work.rows["created"] += len(new)
    work.rows["updated"] += changed
    work.rows["unchanged"] += len(sound) - len(new) - changed
    work.wrote("customer", len(new) + changed)


def find(work: Work, externals: list[str]) -> dict[str, Cells]:
    """What is stored of the customers of these external ids: id and columns."""
    query = select(EXTERNAL_IDS.c.value, CUSTOMERS.c.id, *(raw(CUSTOMERS.c[name]) for name in COLUMNS.values())).join_from(
        EXTERNAL_IDS, CUSTOMERS).where(EXTERNAL_IDS.c.source == work.plan.source)
    return {external: {"id": id_} | dict(zip(COLUMNS.values(), map(plain, cells), strict=True))
            for external, id_, *cells in look_up(work.connection, query, EXTERNAL_IDS.c.value, externals)}


def plain(cell: Any) -> Any:
    """A cell read back in the form in which imports hold it: a day as text."""
    return cell.isoformat() if hasattr(cell, "isoformat") and not hasattr(cell, "tzinfo") else moment_text(cell)


def refuse_faults(sieve: Sieve, row: int, cells: Cells, stored: Cells | None, lookups: Mapping[str, Mapping[str, int]]) -> None:
    kind = cells["kind"] or (stored["kind"] if stored else people.DEFAULT_KIND)
    for name in DETAILS[OTHER[kind]]:
        if cells[name] is not None:
            sieve.refuse(row, name, problem(ErrorCode.INVALID, "import_other_kind", kind=kind), cells[name])
    if cells["incomeAmount"] is not None and cells["incomeCurrency"] is None:
        sieve.refuse(row, "incomeCurrency", problem(ErrorCode.REQUIRED, "import_price_currency"))
    for name, keys in lookups.items():
        if cells[name] is not None and cells[name].casefold() not in keys:
            unknown = problem(ErrorCode.NOT_FOUND, "import_key", value=cells[name], keys=", ".join(sorted(keys)[:20]))
            sieve.refuse(row, name, unknown, cells[name])


def resolve(cells: Cells, lookups: Mapping[str, Mapping[str, int]]) -> Cells:
    return cells | {name: keys[cells[name].casefold()] for name, keys in lookups.items() if cells[name] is not None}


def insert(work: Work, new: list[Cells]) -> None:
    ids = new_ids(work.bulk.connection, CUSTOMERS, len(new))
    numbered = list(zip(ids, new, strict=True))
    columns = ("id", "kind", "name", "search_name", "revision", "created_at", "updated_at", *list(COLUMNS.values())[2:])
    work.bulk.insert(CUSTOMERS, columns,
                     ((id_, cells["kind"] or people.DEFAULT_KIND, cells["name"], normalise(cells["name"]), 1, work.now, work.now,
                       *(cells[name] for name in list(COLUMNS)[2:])) for id_, cells in numbered))
    people.index_names(work.bulk, ((id_, cells["name"]) for id_, cells in numbered))
    people.link(work, ((id_, cells["externalId"]) for id_, cells in numbered))
    add_contacts(work, numbered, {})
    add_tags(work, numbered, {})
    add_addresses(work, numbered)


def add_contacts(work: Work, numbered: Iterable[tuple[int, Cells]], known: Mapping[tuple[int, str], set[str]]) -> set[int]:
    """Contact points that a customer lacks, the first of its channel preferred. Returns the customers that got one."""
    points = []
    for id_, cells in numbered:
        for name, channel in CONTACT.items():
            value = cells[name]
            if value is not None and normal_value(channel, value) not in known.get((id_, channel.name), ()):
                points.append((id_, channel.name, value, normal_value(channel, value), (id_, channel.name) not in known))
    work.bulk.insert(CONTACTS, ("customer_id", "channel", "value", "normal_value", "preferred"), points)
    return {point[0] for point in points}


def add_tags(work: Work, numbered: Iterable[tuple[int, Cells]], known: Mapping[int, set[str]]) -> set[int]:
    tags = [(id_, tag) for id_, cells in numbered for tag in cells["tags"] or () if tag not in known.get(id_, ())]
    work.bulk.insert(TAGS, ("customer_id", "name"), tags)
    return {id_ for id_, _ in tags}


def add_addresses(work: Work, numbered: Iterable[tuple[int, Cells]]) -> set[int]:
    rows = [(id_, *(cells[name] for name in ADDRESS), True) for id_, cells in numbered if any(cells[name] for name in ADDRESS)]
    work.bulk.insert(ADDRESSES, ("customer_id", *ADDRESS.values(), "preferred"), rows)
    return {row[0] for row in rows}


def change(work: Work, pairs: list[tuple[Cells, Cells]]) -> int:
    """Bring stored customers to what the file says; how many of them that changed."""
    numbered = [(stored["id"], cells) for stored, cells in pairs]
    ids = [id_ for id_, _ in numbered]
    touched = change_columns(work, pairs)
    touched |= add_contacts(work, numbered, contacts_of(work, ids)) if any(map(work.mapping.gives, CONTACT)) else set()
    touched |= add_tags(work, numbered, tags_of(work, ids)) if work.mapping.gives("tags") else set()
    touched |= change_addresses(work, numbered) if any(map(work.mapping.gives, ADDRESS)) else set()
    update_rows(work.connection, CUSTOMERS, ("updated_at",), [{"row_id": id_, "updated_at": work.now} for id_ in sorted(touched)],
                revision=CUSTOMERS.c.revision + 1)
    return len(touched)


def change_columns(work: Work, pairs: list[tuple[Cells, Cells]]) -> set[int]:
    changed, renamed = [], []
    for stored, cells in pairs:
        wanted = {column: stored[column] if cells[name] is None else cells[name] for name, column in COLUMNS.items()}
        if wanted["kind"] != stored["kind"]:
            wanted |= dict.fromkeys(DETAILS[OTHER[wanted["kind"]]].values())
        if any(wanted[column] != stored[column] for column in wanted):
            changed.append({"row_id": stored["id"], "search_name": normalise(wanted["name"])} | wanted)
            renamed += [(stored["id"], wanted["name"])] if wanted["name"] != stored["name"] else []
    update_rows(work.connection, CUSTOMERS, (*COLUMNS.values(), "search_name"), changed)
    for portion in portions([id_ for id_, _ in renamed], 5_000):
        work.connection.execute(delete(GRAMS).where(GRAMS.c.customer_id.in_(portion)))
    people.index_names(work.bulk, renamed)
    return {row["row_id"] for row in changed}


def contacts_of(work: Work, ids: list[int]) -> dict[tuple[int, str], set[str]]:
    found: dict[tuple[int, str], set[str]] = {}
    query = select(CONTACTS.c.customer_id, raw(CONTACTS.c.channel), CONTACTS.c.normal_value)
    for id_, channel, value in look_up(work.connection, query, CONTACTS.c.customer_id, ids):
        found.setdefault((id_, channel), set()).add(value)
    return found


def tags_of(work: Work, ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for id_, tag in look_up(work.connection, select(TAGS.c.customer_id, TAGS.c.name), TAGS.c.customer_id, ids):
        found.setdefault(id_, set()).add(tag)
    return found


def change_addresses(work: Work, numbered: list[tuple[int, Cells]]) -> set[int]:
    columns = (ADDRESSES.c.customer_id, ADDRESSES.c.id, *(ADDRESSES.c[column] for column in ADDRESS.values()))
    rows = look_up(work.connection, select(*columns).order_by(ADDRESSES.c.id.desc()), ADDRESSES.c.customer_id, [id_ for id_, _ in numbered])
    first = {customer: (id_, cells) for customer, id_, *cells in rows}
    changed, touched = [], set()
    for customer, cells in numbered:
        if customer in first:
            id_, old = first[customer]
            wanted = [before if cells[name] is None else cells[name] for name, before in zip(ADDRESS, old, strict=True)]
            if wanted != old:
                changed.append({"row_id": id_} | dict(zip(ADDRESS.values(), wanted, strict=True)))
                touched.add(customer)
    update_rows(work.connection, ADDRESSES, tuple(ADDRESS.values()), changed)
    return touched | add_addresses(work, [(customer, cells) for customer, cells in numbered if customer not in first])
