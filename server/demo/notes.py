"""What no file format of ours brings: consents, ties that the staff noted by hand, and those derived from purchases."""

import csv
import datetime
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy import Connection, insert, select

from schema import ids
from schema.changes.change import Change, change
from schema.context import SYSTEM, Caller
from schema.customers.behaviour import TimeWindowInput
from schema.customers.models import Channel, ConsentRow, ExternalIdRow
from schema.jobs.models import JobRow
from schema.permissions import PERMISSIONS
from schema.relationships.derive import derive
from schema.relationships.derive_inputs import DeriveSource, DeriveWeighting, RelationshipsDeriveInput
from schema.relationships.inputs import RelationshipCreateInput
from schema.relationships.writing import create

Row = dict[str, str]
GENERATED = "generated for the demo"
MUCH = 12  # products that two customers share
CROWD = 40  # customers of a product, beyond which it says nothing of anybody


def rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def customer_ids(work: Change, source: str) -> dict[str, int]:
    query = select(ExternalIdRow.value, ExternalIdRow.customer_id).where(ExternalIdRow.source == source)
    return {external: id_ for external, id_ in work.session.execute(query)}  # noqa: C416  (dict() would not know the types)


def add_consents(work: Change, path: Path, source: str) -> dict[str, Any]:
    customers = customer_ids(work, source)
    work.session.execute(insert(ConsentRow), [
        {"customer_id": customers[row["customer"]], "purpose": row["purpose"], "granted": row["granted"] == "yes", "source": GENERATED,
         "channel": Channel[row["channel"]] if row["channel"] else None,
         "recorded_at": datetime.datetime.fromisoformat(row["recordedAt"])} for row in rows(path)])
    work.bulk("customer")
    return {}


def add_ties(connection: Connection, path: Path, source: str, staff: Mapping[str, int]) -> int:
    """As if each member of staff had entered their own; how many."""
    noted = sorted(rows(path), key=itemgetter("staff"))
    for key, own in groupby(noted, itemgetter("staff")):
        caller = Caller(f"staff:{staff[key]}", frozenset(PERMISSIONS), staff_id=staff[key])
        change(connection, caller, "relationshipCreate", partial(add_all, ties=list(own), source=source))
    return len(noted)


def add_all(work: Change, ties: list[Row], source: str) -> dict[str, Any]:
    customers = {external: strawberry.ID(ids.encode("c", number)) for external, number in customer_ids(work, source).items()}
    for tie in ties:
        create(work, RelationshipCreateInput(
            from_id=customers[tie["from"]], to_id=customers[tie["to"]], kind=tie["kind"], weight=float(tie["weight"]),
            valid_from=day(tie["validFrom"]), valid_to=day(tie["validTo"]), confidence=float(tie["confidence"])))
    return {}


def day(text: str) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(f"{text}T00:00:00+00:00") if text else None


def derive_ties(connection: Connection) -> int:
    """Those who bought much the same; how many ties that makes."""
    wanted = RelationshipsDeriveInput(source=DeriveSource.SHARED_TRANSACTIONS, window=TimeWindowInput(), kind="co_purchase",
                                      weighting=DeriveWeighting.JACCARD, minimum_evidence=MUCH, maximum_customers_per_product=CROWD)
    job = change(connection, SYSTEM, "relationshipsDerive", derive(wanted, "en"))["job"]
    return connection.scalar(select(JobRow.created).where(JobRow.id == job)) or 0
