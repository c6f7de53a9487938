"""The one way to write: what it leaves behind, and what it refuses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from schema.changes import change as changing
from schema.changes import subjects
from schema.changes.change import Change, change
from schema.changes.models import AuditEntryRow, DataVersionRow, IdempotencyKeyRow
from schema.commerce.models import ProductRow
from schema.context import SYSTEM, Caller
from schema.customers.models import Channel as ContactChannel
from schema.customers.models import ContactPointRow, CustomerKind, CustomerRow, TagRow
from schema.errors import ErrorCode, Refused, problem
from schema.rows import Row
from server.database import Database

CALLER = Caller("staff:1", frozenset(), staff_id=1)
Perform = Callable[[Change], dict[str, Any]]


def customer(name: str = "王伟", **more: Any) -> CustomerRow:
    return CustomerRow(kind=CustomerKind.PERSON, name=name, search_name=name, **more)


def add(name: str = "王伟", **more: Any) -> Perform:
    def perform(work: Change) -> dict[str, Any]:
        row = customer(name, **more)
        work.session.add(row)
        work.session.flush()
        return {"id": row.id}

    return perform


def rename(id_: int, name: str) -> Perform:
    def perform(work: Change) -> dict[str, Any]:
        work.session.get_one(CustomerRow, id_).name = name
        return {"id": id_}

    return perform


def rows(database: Database, kind: type[Row]) -> list[Any]:
    with Session(database.engine) as session:
        return list(session.scalars(select(kind)).unique())


def refusal(database: Database, *arguments: Any, **more: Any) -> list[tuple[ErrorCode, str]]:
    with pytest.raises(Refused) as caught:
        change(database.engine, CALLER, *arguments, **more)
    return [(p.code, p.message) for p in caught.value.problems]


def test_a_change_is_recorded_with_who_what_and_which_fields(database: Database) -> None:
    contact = ContactPointRow(channel=ContactChannel.EMAIL, value="a@example.org", normal_value="a@example.org")
    answer = change(database.engine, CALLER, "customerCreate", add(tags=[TagRow(name="vip")], contact_points=[contact]), request_id="r-1")
    entry, = rows(database, AuditEntryRow)
    assert (entry.action, entry.subject_kind, entry.subject_id, entry.staff_id, entry.request_id) == (
        "customerCreate", "customer", answer["id"], 1, "r-1")
    assert {"name", "kind", "contactPoints", "tags"} <= set(entry.changed_fields)
    assert "王伟" not in str(vars(entry))
    assert [version.kind for version in rows(database, DataVersionRow)] == ["customer"]


def test_only_the_fields_that_changed_are_named(database: Database) -> None:
    id_ = change(database.engine, CALLER, "customerCreate", add())["id"]
    change(database.engine, CALLER, "customerUpdate", rename(id_, "王芳"))
    assert rows(database, AuditEntryRow)[-1].changed_fields == ["name"]


def test_what_was_read_or_set_to_what_it_was_is_no_change(database: Database) -> None:
    id_ = change(database.engine, CALLER, "customerCreate", add())["id"]
    change(database.engine, CALLER, "customerUpdate", rename(id_, "王伟"))
    assert len(rows(database, AuditEntryRow)) == len(rows(database, DataVersionRow)) == 1
    assert rows(database, CustomerRow)[0].revision == 1


def test_a_child_that_goes_is_a_change_of_its_customer(database: Database) -> None:
    id_ = change(database.engine, CALLER, "customerCreate", add(tags=[TagRow(name="vip")]))["id"]

    def untag(work: Change) -> dict[str, Any]:
        row = work.session.get_one(CustomerRow, id_)
        row.tags.clear()
        return {}

    change(database.engine, CALLER, "customerUpdate", untag)
    entry = rows(database, AuditEntryRow)[-1]
    assert (entry.subject_kind, entry.subject_id, entry.changed_fields) == ("customer", id_, ["tags"])
    assert rows(database, TagRow) == []


def test_a_bulk_change_is_one_entry_and_one_version(database: Database) -> None:
    def load(work: Change) -> dict[str, Any]:
        work.session.execute(insert(ProductRow), [{"sku": str(n), "name": "Tea"} for n in range(1000)])
        work.bulk("product")
        return {"created": 1000}

    change(database.engine, SYSTEM, "import", load)
    assert [(e.subject_kind, e.subject_id) for e in rows(database, AuditEntryRow)] == [("product", None)]
    assert [version.kind for version in rows(database, DataVersionRow)] == ["product"]


def test_a_refused_change_writes_nothing(database: Database) -> None:
    def perform(work: Change) -> dict[str, Any]:
        add()(work)
        raise Refused(problem(ErrorCode.INVALID, "blank", "input", "name"))

    assert refusal(database, "customerCreate", perform, key="k") == [(ErrorCode.INVALID, "blank")]
    assert [rows(database, kind) for kind in (CustomerRow, AuditEntryRow, DataVersionRow, IdempotencyKeyRow)] == [[], [], [], []]


def test_the_same_key_gets_the_same_answer_and_writes_nothing(database: Database) -> None:
    first = change(database.engine, CALLER, "customerCreate", add(), key="k", request={"name": "王伟", "kind": "PERSON"})
    again = change(database.engine, CALLER, "customerCreate", add(), key="k", request={"kind": "PERSON", "name": "王伟"})
    assert again == first
    assert len(rows(database, CustomerRow)) == len(rows(database, AuditEntryRow)) == 1


def test_the_same_key_with_another_request_is_refused(database: Database) -> None:
    change(database.engine, CALLER, "customerCreate", add(), key="k", request={"name": "王伟"})
    assert refusal(database, "customerCreate", add("王芳"), key="k", request={"name": "王芳"}) == [(ErrorCode.CONFLICT, "key_reused")]
    assert [row.name for row in rows(database, CustomerRow)] == ["王伟"]


def test_keys_of_other_callers_and_actions_are_other_keys(database: Database) -> None:
    for caller, action in ((CALLER, "a"), (CALLER, "b"), (SYSTEM, "a")):
        change(database.engine, caller, action, add(), key="k")
    assert len(rows(database, CustomerRow)) == 3


def test_twenty_at_once_make_one_row(database: Database) -> None:
    def perform(work: Change) -> dict[str, Any]:
        # Looks first, as every mutation does: whoever comes second must get the first answer, and not be told of a duplicate.
        if work.session.scalar(select(CustomerRow).where(CustomerRow.name == "王伟")):
            raise Refused(problem(ErrorCode.DUPLICATE, "duplicate", what="customer", value="王伟"))
        return add()(work)

    def send(_: int) -> dict[str, Any]:
        return change(database.engine, CALLER, "customerCreate", perform, key="k", request={"name": "王伟"})

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))
    only, = rows(database, CustomerRow)
    assert answers == [{"id": only.id}] * 20
    assert len(rows(database, AuditEntryRow)) == len(rows(database, IdempotencyKeyRow)) == 1


def test_two_edits_of_one_revision_are_a_conflict(database: Database) -> None:
    id_ = change(database.engine, CALLER, "customerCreate", add())["id"]

    def perform(work: Change) -> dict[str, Any]:
        row = work.session.get_one(CustomerRow, id_)
        # Another one is quicker. On SQLite nobody can be, so the row is changed below the session.
        work.session.connection().exec_driver_sql(f"UPDATE customers SET revision = 2 WHERE id = {id_}")
        row.name = "王芳"
        return {}

    assert refusal(database, "customerUpdate", perform) == [(ErrorCode.CONFLICT, "changed_meanwhile")]
    assert [(row.name, row.revision) for row in rows(database, CustomerRow)] == [("王伟", 1)]


def test_an_overtaken_natural_key_is_a_conflict(postgres_database: Database) -> None:
    def perform(work: Change) -> dict[str, Any]:
        assert work.session.scalar(select(ProductRow)) is None
        change(postgres_database.engine, SYSTEM, "productCreate", product)  # by another connection, meanwhile
        return product(work)

    def product(work: Change) -> dict[str, Any]:
        work.session.add(ProductRow(sku="T1", name="Tea"))
        return {}

    assert refusal(postgres_database, "productCreate", perform) == [(ErrorCode.CONFLICT, "changed_meanwhile")]
    assert len(rows(postgres_database, ProductRow)) == 1


def test_a_row_that_no_record_is_named_for_cannot_be_written(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "SUBJECTS", {})
    with pytest.raises(LookupError, match="CustomerRow cannot be written"):
        change(database.engine, CALLER, "customerCreate", add())
    assert rows(database, CustomerRow) == []


def test_every_row_names_its_record() -> None:
    assert {mapper.class_ for mapper in Row.registry.mappers} == set(subjects.SUBJECTS)
