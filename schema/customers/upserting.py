"""Many customers at once: found by what other systems know them by, then made, changed or left alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from schema import ids
from schema.changes.change import Change
from schema.changes.turns import wait_turn
from schema.checking import Faults, checked_list, said
from schema.customers.drafts import Draft, draft_customer
from schema.customers.inputs import CustomersUpsertInput
from schema.customers.models import Channel, ContactPointRow, CustomerRow
from schema.customers.writing import Edit, compare, create, owners, resolve, save
from schema.errors import ErrorCode, Problem, Refused
from schema.mutating import ErrorPolicy

MOST_ROWS = 500
WAYS = {"externalId": None, "email": Channel.EMAIL, "phone": Channel.PHONE}
LOCK = 0x67786B68  # of PostgreSQL: one upsert after the other, so that one sent twice finds what the first has made
Key = tuple[Any, str]  # a source and an external id, or a channel and a normalised value


class Upsert:
    """`faults` has what is wrong with each row, also after `perform` has raised `Refused`."""

    def __init__(self, given: CustomersUpsertInput):
        self.given = given
        self.faults: list[list[Problem]] = []

    def perform(self, work: Change) -> dict[str, Any]:
        whole = Faults()
        ways = checked_ways(self.given.match_on, whole.at("matchOn"))
        rows = checked_list(self.given.rows, MOST_ROWS, whole.at("rows"))
        whole.refuse()
        drafts = [draft_customer(row, Faults(("input", "rows", str(index)))) for index, row in enumerate(rows)]
        self.faults = [draft.place.found for draft in drafts]
        for row, draft in zip(rows, drafts, strict=True):
            if said(row.idempotency_key) is not None:
                draft.place.at("idempotencyKey").add(ErrorCode.INVALID, "key_in_row")
        targets = find(work, drafts, ways)
        resolve(work.session, drafts)
        self._refuse()
        return write(work, [(draft, target) for draft, target in zip(drafts, targets, strict=True)])

    def _refuse(self) -> None:
        if self.given.error_policy is ErrorPolicy.REJECT_EVERYTHING and any(self.faults):
            raise Refused(*(problem for found in self.faults for problem in found))


def checked_ways(given: Sequence[str], place: Faults) -> set[str]:
    if not given:
        place.add(ErrorCode.REQUIRED, "required")
    for index, way in enumerate(checked_list(given, len(WAYS), place)):
        if way not in WAYS:
            place.at(index).add(ErrorCode.INVALID, "match_on", value=way[:40], ways=", ".join(WAYS))
    return set(given)


def find(work: Change, drafts: Sequence[Draft], ways: set[str]) -> list[CustomerRow | None]:
    """The stored customer of each draft, locked; None when it is to be made, or when it is not clear which one is meant."""
    session = work.session
    keys = [keys_of(draft, ways) for draft in drafts]
    refuse_repetitions(drafts, keys)
    await_others(session)
    taken = owners(session, (one for draft in drafts for one in draft.external_ids))
    known = {key: {number} for key, number in taken.items()} | reachable(session, {key for found in keys for key in found})
    candidates = [set().union(*(known.get(key, ()) for key in found)) for found in keys]
    stored = load(session, set().union(*candidates))
    refuse_taken(drafts, candidates, taken)
    targets = [only(draft, found, stored, work.caller.permissions) for draft, found in zip(drafts, candidates, strict=True)]
    refuse_same_target(drafts, targets)
    return targets


def keys_of(draft: Draft, ways: set[str]) -> dict[Key, Faults]:
    """By what a draft's customer is found, and where in the input that stands."""
    channels = {WAYS[way] for way in ways}
    found: dict[Key, Faults] = {(one.channel, one.normal_value): one.place for one in draft.contact_points if one.channel in channels}
    if "externalId" in ways:
        found |= {(one.source, one.value): one.place for one in draft.external_ids}
    if not found:
        draft.place.add(ErrorCode.REQUIRED, "match_missing", ways=", ".join(sorted(ways)))
    return found


def refuse_repetitions(drafts: Sequence[Draft], keys: Sequence[dict[Key, Faults]]) -> None:
    """A key, or an external id, that an earlier row has."""
    seen: set[Key] = set()
    for draft, found in zip(drafts, keys, strict=True):
        mine = found | {(one.source, one.value): one.place for one in draft.external_ids}
        for key in seen & mine.keys():
            mine[key].add(ErrorCode.DUPLICATE, "given_twice")
        seen |= mine.keys()


def await_others(session: Session) -> None:
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    elif session.connection().dialect.name == "mariadb":
        wait_turn(session.connection(), "upserting")


def reachable(session: Session, keys: set[Key]) -> dict[Key, set[int]]:
    """The customers with these contact points."""
    row = ContactPointRow
    values = {channel: {value for kind, value in keys if kind is channel} for channel in WAYS.values() if channel}
    conditions = [and_(row.channel == channel, row.normal_value.in_(wanted)) for channel, wanted in values.items() if wanted]
    found: dict[Key, set[int]] = {}
    if conditions:
        for channel, value, number in session.execute(select(row.channel, row.normal_value, row.customer_id).where(or_(*conditions))):
            found.setdefault((channel, value), set()).add(number)
    return found


def load(session: Session, numbers: set[int]) -> dict[int, CustomerRow]:
    """In the order of their numbers, so that two who want the same rows do not wait for each other."""
    parts = (CustomerRow.external_ids, CustomerRow.contact_points, CustomerRow.addresses, CustomerRow.tags)
    query = select(CustomerRow).where(CustomerRow.id.in_(numbers)).order_by(CustomerRow.id).with_for_update(key_share=True)
    return {row.id: row for row in session.scalars(query.options(*map(selectinload, parts)))} if numbers else {}


def only(draft: Draft, candidates: Iterable[int], stored: Mapping[int, CustomerRow], permissions: frozenset[str]) -> CustomerRow | None:
    found = sorted(number for number in candidates if number in stored)
    if len(found) > 1 and "pii.read" in permissions:
        draft.place.add(ErrorCode.CONFLICT, "many_found", ids=", ".join(ids.encode("c", number) for number in found[:10]))
    elif len(found) > 1:  # who may not see contact points must not learn whose they are
        draft.place.add(ErrorCode.CONFLICT, "match_ambiguous")
    return stored[found[0]] if len(found) == 1 else None


def refuse_taken(drafts: Sequence[Draft], candidates: Sequence[set[int]], taken: Mapping[tuple[str, str], int]) -> None:
    """External ids of customers that the row did not find."""
    for draft, found in zip(drafts, candidates, strict=True):
        for one in draft.external_ids:
            if taken.get((one.source, one.value)) not in (None, *found):
                one.place.add(ErrorCode.DUPLICATE, "external_id_taken", source=one.source, value=one.value)


def refuse_same_target(drafts: Sequence[Draft], targets: Sequence[CustomerRow | None]) -> None:
    seen: set[int] = set()
    for draft, target in zip(drafts, targets, strict=True):
        if target is not None:
            if target.id in seen:
                draft.place.add(ErrorCode.DUPLICATE, "match_same")
            seen.add(target.id)


def write(work: Change, rows: Sequence[tuple[Draft, CustomerRow | None]]) -> dict[str, Any]:
    """The customers' numbers in the order of the rows, None for rows with faults, and how many were made and changed."""
    sound = [(draft, target) for draft, target in rows if not draft.place.found]
    new = [draft for draft, target in sound if target is None]
    made = iter(create(work, new) if new else ())
    edits: list[Edit] = [compare(target, draft) for draft, target in sound if target is not None]
    numbers = [None if draft.place.found else next(made) if target is None else target.id for draft, target in rows]
    return {"customers": numbers, "created": len(new), "updated": save(work, edits)}
