"""What a snapshot holds, on both databases: the same tables, read once, without those who refused."""

import dataclasses
import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schema.analyses.contract import InvalidParameters
from schema.commerce.models import TransactionKind
from schema.customers.models import Channel
from server.worker.snapshots import files as snapshot_files
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from server.worker.snapshots.taking import SnapshotGone, UnknownTable, take_snapshot
from server.worker.task import Task, Where
from tests.server.worker.network import (
    MOMENT,
    TIES,
    YEAR,
    bought,
    change_data,
    described,
    erased,
    looked_at,
    on_offer,
    populate,
    reviewed,
    word,
)
from tests.server.worker.workers import task_for

NEEDS = ("customers", "relationships", "relationshipKinds")
MORE = ("behaviour", "traits")
SALES = ("transactions", "transactionLines", "products", "browseEvents", "reviews")
ALL = (*NEEDS, *MORE, *SALES)
PURCHASE, RETURN, CANCELLATION = TransactionKind.PURCHASE, TransactionKind.RETURN, TransactionKind.CANCELLATION
PURCHASES = [
    bought(3, RETURN, "-10.0001", "EUR"), bought(3, CANCELLATION, "-0.0002", "EUR", days=2),  # nothing else: never bought
    bought(1, PURCHASE, "0.1", "CNY"), bought(1, PURCHASE, "0.2", "CNY", days=3), bought(1, RETURN, "-0.1", "CNY", days=9),
    bought(1, PURCHASE, "7", "EUR", days=1), bought(2, PURCHASE, "5", "CNY"), bought(None, PURCHASE, "1000", "CNY"),
    bought(4, PURCHASE, "900000000000.1234", "CNY", days=5), bought(4, PURCHASE, "0.0001", "CNY", days=4),
]
TRAITS = [
    described(1, tags=["零售", "vip", "Vip"], places=[("中国", "上海"), ("中国", "北京"), (None, "")]),
    described(2, tags=["vip"], places=[("Germany", None)]),
    described(3, industry="批发", places=[("中国", "上海")]), described(4, industry=""),
]
SOLD = [
    on_offer((1, "茶壶", "厨房"), (2, "Kettle", None)),
    bought(1, PURCHASE, "12.5", "CNY", days=20, lines=[(1, "2", "5"), (2, "0.5", "5")]),
    bought(1, RETURN, "-5", "CNY", days=21, lines=[(1, "-1", "5")]), bought(None, PURCHASE, "5", "EUR", days=22, lines=[(2, "1", "5")]),
    bought(2, PURCHASE, "5", "CNY", days=23, lines=[(1, "1", "5")]),
    looked_at(1, None, None), looked_at(2, 1, 30), reviewed(1, 1, 5), reviewed(2, None, 1),
]
Taken = tuple[TakenSnapshot, dict[str, Any]]


@pytest.fixture
def task(database_url: str, tmp_path: Path) -> Task:
    populate(database_url)
    return Task.of(task_for(database_url, tmp_path / "files", 7))


def take(task: Task, needs: Sequence[str] = NEEDS, **given: Any) -> Taken:
    return take_snapshot(dataclasses.replace(task, **given), needs)


def chosen(task: Task, *ids: int) -> Where:
    marks = ["?" if task.database.startswith("sqlite") else f"${place}" for place in range(1, len(ids) + 1)]
    return Where(f"SELECT id FROM customers WHERE id IN ({', '.join(marks)})", ids)


def sold(task: Task, *ids: int) -> Where:
    return dataclasses.replace(chosen(task, *ids), sql=chosen(task, *ids).sql.replace("customers", "transactions"), of="Transaction")


def arrow_files(task: Task) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in (task.files / "snapshots").glob("*.arrow")}


def test_both_databases_give_the_same_tables(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    taken = []
    for url in (sqlite_url, postgres_url):
        populate(url)
        change_data(url, word(2, True), word(2, False, days=1), *PURCHASES, *TRAITS, *SOLD)
        taken.append(take(Task.of(task_for(url, tmp_path, 1)), ALL))
    (one, said_of_one), (other, said_of_other) = taken
    for name in ALL:
        assert one.table(name).schema == other.table(name).schema == TABLES[name].schema
        assert one.table(name).equals(other.table(name)), name
    assert said_of_one["digest"] == said_of_other["digest"]
    assert said_of_one["rowCounts"] == said_of_other["rowCounts"]
    assert said_of_one["rowCounts"] == {"customers": 4, "relationships": 2, "relationshipKinds": 13, "behaviour": 4, "traits": 9,
                                         "transactions": 12, "transactionLines": 4, "products": 2, "browseEvents": 1, "reviews": 1}


def test_moments_and_flags_come_out_as_they_were_stored(task: Task) -> None:
    rows = take(task)[0].table("relationships").to_pylist()
    found = [(row["from_id"], row["to_id"], row["kind_id"], row["directed"], row["weight"], row["valid_from"], row["valid_to"])
             for row in rows]
    assert found == [(*tie[:4], *tie[5:]) for tie in TIES]
    assert [row["sign"] for row in rows] == [1, 0, -1, 1, 1]
    created = take(task)[0].table("customers")["created_at"].to_pylist()
    assert created == [MOMENT + id_ * YEAR for id_ in range(1, 6)]


def test_behaviour_is_summed_up_by_currency(task: Task) -> None:
    change_data(task.database, *PURCHASES)
    found = [tuple(row.values()) for row in take(task, MORE)[0].table("behaviour").to_pylist()]
    day = datetime.timedelta(days=1)
    assert found == [(1, "CNY", 2, 0.2, MOMENT + 3 * day), (1, "EUR", 1, 7.0, MOMENT + day), (2, "CNY", 1, 5.0, MOMENT),
                     (3, "EUR", 0, -10.0003, None), (4, "CNY", 2, 900000000000.1235, MOMENT + 5 * day)]


def test_each_line_tells_what_its_transaction_says(task: Task) -> None:
    change_data(task.database, *SOLD)
    day = datetime.timedelta(days=1)
    snapshot, _ = take(task, SALES)
    assert [tuple(row.values()) for row in snapshot.table("transactionLines").to_pylist()] == [
        (1, 1, 1, "PURCHASE", MOMENT + 20 * day, "CNY", 2.0, 10.0), (1, 2, 1, "PURCHASE", MOMENT + 20 * day, "CNY", 0.5, 2.5),
        (2, 1, 1, "RETURN", MOMENT + 21 * day, "CNY", -1.0, -5.0), (3, 2, 0, "PURCHASE", MOMENT + 22 * day, "EUR", 1.0, 5.0),
        (4, 1, 2, "PURCHASE", MOMENT + 23 * day, "CNY", 1.0, 5.0)]
    assert [tuple(row.values()) for row in snapshot.table("products").to_pylist()] == [(1, "P1", "茶壶", "厨房"), (2, "P2", "Kettle", "")]
    assert [tuple(row.values()) for row in snapshot.table("browseEvents").to_pylist()] == [(1, 0, MOMENT, 0), (2, 1, MOMENT, 30)]
    assert [tuple(row.values()) for row in snapshot.table("reviews").to_pylist()] == [(1, 1, 5, MOMENT), (2, 0, 1, MOMENT)]


def test_a_sale_to_nobody_known_is_left_out_where_customers_are_chosen(task: Task) -> None:
    change_data(task.database, *SOLD, word(2, False))
    everybody, chosen_ones = take(task, SALES)[0], take(task, SALES, where=chosen(task, 1, 2))[0]
    assert everybody.table("transactions")["customer_id"].to_pylist() == [1, 1, 0]
    assert chosen_ones.table("transactions")["customer_id"].to_pylist() == [1, 1]
    assert chosen_ones.table("transactionLines")["transaction_id"].to_pylist() == [1, 1, 2]
    assert chosen_ones.table("browseEvents")["customer_id"].to_pylist() == [1]
    assert chosen_ones.table("reviews")["customer_id"].to_pylist() == [1]


def test_chosen_transactions_are_all_that_there_is_of_sales_and_a_rerun_finds_them_again(task: Task) -> None:
    """Customers are all there, and who refused is still not."""
    change_data(task.database, *SOLD)
    everything = take(task, ALL)
    wanted = everything[0].table("transactions")["id"].to_pylist()[1:]
    found, said = take(task, ALL, where=sold(task, *wanted))
    assert found.table("transactions")["id"].to_pylist() == wanted
    assert set(found.table("transactionLines")["transaction_id"].to_pylist()) == set(wanted)
    assert 0 in found.table("transactions")["customer_id"].to_pylist()
    assert found.table("customers").equals(everything[0].table("customers"))
    assert said["digest"] != everything[1]["digest"]
    again = take(task, ALL, run=8, same_as={"run": 7, "snapshot": said})
    assert again[1]["digest"] == said["digest"]
    assert again[0].table("transactions")["id"].to_pylist() == wanted
    change_data(task.database, word(2, False))
    left = take(task, ALL, where=sold(task, *wanted))[0].table("transactions")["customer_id"].to_pylist()
    assert sorted(left) == sorted(id_ for id_ in found.table("transactions")["customer_id"].to_pylist() if id_ != 2)


def test_each_trait_of_a_customer_is_there_once(task: Task) -> None:
    change_data(task.database, *TRAITS)
    found = [tuple(row.values()) for row in take(task, MORE)[0].table("traits").to_pylist()]
    assert found == [(1, "city", "上海"), (1, "city", "北京"), (1, "country", "中国"), (1, "tag", "Vip"), (1, "tag", "vip"),
                     (1, "tag", "零售"), (2, "country", "Germany"), (2, "tag", "vip"),
                     (3, "city", "上海"), (3, "country", "中国"), (3, "industry", "批发")]


def test_what_describes_customers_is_held_of_those_in_the_snapshot(task: Task) -> None:
    change_data(task.database, *PURCHASES, *TRAITS, word(1, False))
    snapshot, record = take(task, MORE, where=chosen(task, 1, 2, 3))
    assert snapshot.table("behaviour")["customer_id"].to_pylist() == [2, 3]
    assert set(snapshot.table("traits")["customer_id"].to_pylist()) == {2, 3}
    assert record["rowCounts"] == {"behaviour": 2, "traits": 5}


def test_a_run_depends_on_the_kinds_of_data_that_it_reads(task: Task) -> None:
    assert set(take(task)[1]["versions"]) == {"customer", "relationship", "relationshipKind"}
    first = take(task, MORE)[1]["versions"]
    change_data(task.database, PURCHASES[0])
    second = take(task, MORE)[1]["versions"]
    assert set(first) == {"customer", "transaction"}
    assert second["transaction"] > first["transaction"]
    assert second["customer"] == first["customer"]


def test_nothing_in_the_files_tells_who_somebody_is(task: Task) -> None:
    take(task)
    held = b"".join(path.read_bytes() for path in (task.files / "snapshots").iterdir())
    assert b"PERSON" in held
    assert "客户".encode() not in held


def test_an_empty_database_gives_empty_tables(database_url: str, tmp_path: Path) -> None:
    snapshot, record = take(Task.of(task_for(database_url, tmp_path, 1)), ALL)
    assert all(snapshot.table(name).schema == TABLES[name].schema for name in ALL)
    assert record["rowCounts"]["customers"] == 0
    assert len(snapshot.graph().source) == 0


def test_only_what_has_changed_is_read_again(task: Task) -> None:
    first = take(task)[1]
    before = arrow_files(task)
    assert take(task)[1]["digest"] == first["digest"]
    assert arrow_files(task) == before
    change_data(task.database, word(5, False))
    second = take(task)[1]
    fresh = set(arrow_files(task)) - set(before)
    assert {name.partition("-")[0] for name in fresh} == {"customers", "consents"}
    assert second["versions"]["customer"] > first["versions"]["customer"]
    assert second["versions"]["relationship"] == first["versions"]["relationship"]


def test_the_selection_and_consent_leave_customers_out_with_their_ties(task: Task) -> None:
    change_data(task.database, word(4, False), word(5, False))
    snapshot, record = take(task, where=chosen(task, 1, 2, 4))
    assert snapshot.ids.tolist() == [1, 2]
    assert record["excludedForConsent"] == 1
    assert (record["rowCounts"]["customers"], record["rowCounts"]["relationships"]) == (2, 2)
    assert snapshot.table("relationships")["to_id"].to_pylist() == [2, 2]


@pytest.mark.parametrize(("words", "refused"), [
    ([word(1, False)], True),
    ([word(1, False, channel=Channel.EMAIL)], False),
    ([word(1, False), word(1, True, days=1)], False),
    ([word(1, True, days=1), word(1, False)], False),
    ([word(1, False, purpose="marketing")], False),
    ([word(1, True), word(1, False)], True),
])
def test_the_latest_word_on_analytics_counts(task: Task, words: list[Any], refused: bool) -> None:
    for one in words:
        change_data(task.database, one)
    assert take(task)[1]["excludedForConsent"] == refused


def test_ties_hold_from_their_beginning_until_before_their_end(task: Task) -> None:
    def held(moment: datetime.datetime) -> list[tuple[int, int]]:
        graph = take(task, as_of=moment)[0].graph()
        return sorted(zip(graph.ids[graph.source].tolist(), graph.ids[graph.target].tolist(), strict=True))

    always = [(1, 2), (2, 3), (3, 2)]
    assert held(MOMENT - YEAR) == sorted([*always, (4, 1)])
    assert held(MOMENT) == sorted([*always, (3, 4), (4, 1)])
    assert held(MOMENT + datetime.timedelta(microseconds=7)) == sorted([*always, (1, 2), (3, 4), (4, 1)])
    assert held(MOMENT + YEAR) == sorted([*always, (3, 4)])


def test_without_a_moment_it_is_that_of_reading(task: Task) -> None:
    snapshot, record = take(task)
    assert record["asOf"] == record["readAt"] == snapshot.as_of.isoformat()


def test_a_rerun_finds_the_same_data_and_the_same_customers(task: Task) -> None:
    first = take(task, where=chosen(task, 1, 2, 3))[1]
    change_data(task.database, erased(2))
    again = take(task, run=8, same_as={"run": 7, "snapshot": first})
    assert again[0].ids.tolist() == [1, 2, 3]
    assert again[1] == {**first}
    third = take(task, run=9, same_as={"run": 8, "snapshot": again[1]})
    assert third[1]["digest"] == first["digest"]


@pytest.mark.parametrize("gone", ["snapshots", "runs"])
def test_a_rerun_without_its_files_is_refused(task: Task, gone: str) -> None:
    first = take(task, where=chosen(task, 1, 2, 3))[1]
    for path in (task.files / gone).rglob("*.arrow"):
        path.unlink()
    with pytest.raises(SnapshotGone):
        take(task, run=8, same_as={"run": 7, "snapshot": first})


def test_files_that_nobody_uses_are_tidied_away(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_files, "MOST_SNAPSHOTS", 2)
    for age in (3, 2, 1):
        take(task)
        for path in (task.files / "snapshots").glob("*-*.arrow"):
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
        change_data(task.database, word(5, False))
    record = take(task)[1]
    customers = [name for name in arrow_files(task) if name.startswith("customers-")]
    assert len(customers) == 2
    assert record["files"]["customers"] in customers
    assert {path.stem for path in (task.files / "snapshots").glob("*.sha256")} == {Path(name).stem for name in arrow_files(task)}


def test_a_size_for_all_is_kept_to(task: Task) -> None:
    take(task, room=1)
    change_data(task.database, word(5, False))
    record = take(task, room=1)[1]
    assert set(arrow_files(task)) == set(record["files"].values())


def test_an_unfinished_file_is_not_taken_for_a_table(task: Task) -> None:
    store = snapshot_files.SnapshotFiles(task.files, task.room)

    def broken() -> Any:
        yield pa.record_batch({"id": [1]})
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        store.store("customers-1-x.arrow", pa.schema([("id", pa.int64())]), broken())
    assert list((task.files / "snapshots").iterdir()) == []


def test_names_are_read_from_the_database_when_asked_for(task: Task) -> None:
    snapshot = take(task)[0]
    assert snapshot.names([3, 1, 99]) == ["客户 3", "客户 1", "c_99"]
    change_data(task.database, erased(1))
    assert snapshot.names([1]) == ["c_1"]


def test_positions_are_those_of_selected_customers(task: Task) -> None:
    snapshot = take(task, where=chosen(task, 2, 4))[0]
    assert snapshot.positions(["c_4", "c_2"]).tolist() == [1, 0]
    for wrong in ("c_1", "c_99", "r_2", "nonsense"):
        with pytest.raises(InvalidParameters, match=wrong):
            snapshot.positions([wrong])


def test_an_analysis_has_the_tables_it_asked_for(task: Task) -> None:
    snapshot = take_snapshot(task, ["customers"])[0]
    with pytest.raises(LookupError, match="it says that it needs customers"):
        snapshot.table("relationships")
    with pytest.raises(UnknownTable, match="no table horoscopes"):
        take_snapshot(task, ["horoscopes"])


def test_a_rerun_of_somebody_who_has_refused_since_is_refused(task: Task) -> None:
    first = take(task)[1]
    change_data(task.database, word(1, True))
    assert take(task, run=8, same_as={"run": 7, "snapshot": first})[1]["digest"] == first["digest"]
    change_data(task.database, word(1, False))
    with pytest.raises(SnapshotGone):
        take(task, run=9, same_as={"run": 7, "snapshot": first})
