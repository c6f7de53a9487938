"""Whether a result fits the plugin's tables, how its rows are numbered, and what its digest depends on."""

import datetime
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import ForeignKey, Integer, MetaData, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schema.analyses.contract import Metric, Result
from schema.extending.tables import PluginRow, customer_key, run_key
from server.worker.canonical import digest_of
from server.worker.database import with_text_moments
from server.worker.results import writing
from server.worker.results.digest import result_digest
from server.worker.results.fitting import UnfitResult, fit
from server.worker.results.writing import numbered, write_result
from tests.server.worker import counting
from tests.server.worker.network import change_data, erased, opened_for_change, populate
from tests.server.worker.workers import make_tables

METADATA: MetaData = counting.Tables.metadata
GROUPS = {"id": [0, 1], "label": ["none", None], "size": [2, 3]}
COUNTS = {"customer_id": [1, 2], "value": [0.5, 1.0], "group_id": [0, 1]}


def changed(columns: dict[str, list[Any]], **given: Any) -> dict[str, pa.Table]:
    return {"counting_counts": pa.table({name: values for name, values in {**columns, **given}.items() if values is not None})}


def test_columns_are_brought_into_the_types_and_the_order_of_the_table() -> None:
    given = pa.table({"size": pa.array([2, 3], pa.int64()), "label": ["none", None], "id": pa.array([0, 1], pa.uint8())})
    (one,) = fit("counting", METADATA, {"counting_groups": given})
    assert one.rows.schema == pa.schema([("id", pa.int64()), ("label", pa.string()), ("size", pa.int32())])


@pytest.mark.parametrize(("tables", "complaint"), [
    ({"jobs": pa.table(GROUPS)}, "no table jobs: a result holds tables of its own plugin only"),
    ({"graph_scores": pa.table(GROUPS)}, "no table graph_scores"),
    (changed(COUNTS, age=[1, 2]), "counting_counts has no column age"),
    (changed(COUNTS, run_id=[1, 2]), "counting_counts has no column run_id"),
    (changed(COUNTS, value=None), "counting_counts needs value"),
    (changed(COUNTS, value=[1.0, None]), "counting_counts.value is missing in 1 rows"),
    (changed(COUNTS, value=[1.0, float("nan")]), "counting_counts.value holds a number that is not finite"),
    (changed(COUNTS, value=[1.0, float("inf")]), "counting_counts.value holds a number that is not finite"),
    (changed(COUNTS, value=["a", "b"]), "counting_counts.value takes double"),
    (changed(COUNTS, customer_id=[1.5, 2.0]), "counting_counts.customer_id takes int64"),
    (changed(COUNTS, group_id=[0, 2**32]), "counting_counts.group_id holds numbers from 0 to 4294967296"),
    (changed(COUNTS, group_id=[-1, 0]), "counting_counts.group_id holds numbers from -1 to 0"),
])
def test_what_does_not_fit_is_named(tables: dict[str, pa.Table], complaint: str) -> None:
    with pytest.raises(UnfitResult, match=complaint.replace(".", r"\.")):
        fit("counting", METADATA, tables)


def test_a_table_that_others_refer_to_is_written_first() -> None:
    class Tables(PluginRow, DeclarativeBase):
        pass

    class ALeafRow(Tables):
        __tablename__ = "tree_a_leaves"
        run_id: Mapped[int] = run_key()
        branch_id: Mapped[int] = mapped_column(ForeignKey("tree_branches.id"), primary_key=True)
        customer_id: Mapped[int] = customer_key()

    class BranchRow(Tables):
        __tablename__ = "tree_branches"
        run_id: Mapped[int] = run_key()
        id: Mapped[int] = mapped_column(Integer, primary_key=True)

    leaves = {"tree_branches": pa.table({"id": [0]}), "tree_a_leaves": pa.table({"branch_id": [0], "customer_id": [9]})}
    branches, fitted = fit("tree", Tables.metadata, leaves)
    assert (branches.table.name, fitted.table.name) == (BranchRow.__tablename__, ALeafRow.__tablename__)
    rows = numbered(fitted.table, fitted.rows.cast(pa.schema([("branch_id", pa.int64()), ("customer_id", pa.int64())])), 3)
    assert rows.to_pylist() == [{"run_id": 3, "branch_id": 3 * 2**32, "customer_id": 9}]


def digest(values: list[float], summary: dict[str, Any], labels: Any = None) -> str:
    tables = {"counting_counts": pa.table({**COUNTS, "value": values})}
    if labels is not None:
        tables["counting_groups"] = pa.table({**GROUPS, "label": labels})
    result = Result(tables, summary, [Metric("mean", 1.0)])
    return result_digest(result, fit("counting", METADATA, tables))


def test_a_digest_depends_on_every_value_and_on_nothing_else() -> None:
    one = digest([0.5, 1.0], {"a": 1, "b": 2})
    assert digest([0.5, 1.0], {"b": 2, "a": 1}) == one
    others = [digest([0.5, 1.0000000000000002], {"a": 1, "b": 2}), digest([1.0, 0.5], {"a": 1, "b": 2}), digest([0.5, 1.0], {"a": 1}),
              digest([0.5, 1.0], {"a": 1, "b": 2}, ["x", None]), digest([0.5, 1.0], {"a": 1, "b": 2}, ["", "x"]),
              digest([0.5, 1.0], {"a": 1, "b": 2}, [None, "x"])]
    assert len({one, *others}) == 1 + len(others)


def test_a_digest_does_not_depend_on_how_a_table_is_cut() -> None:
    moment = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    table = pa.table({"text": ["a", None, "", "关系"], "flag": [True, None, False, True], "at": pa.array([moment, None, moment, moment],
                                                                                               pa.timestamp("us", "UTC")),
                      "day": pa.array([1, 2, None, 3], pa.date32()), "number": [1, 2, None, 4]})
    whole = digest_of(table)
    assert digest_of(pa.concat_tables([table.slice(0, 1), table.slice(1, 2), table.slice(3)])) == whole
    assert digest_of(pa.table({**{name: table[name] for name in table.column_names}, "text": ["a", "", None, "关系"]})) != whole
    assert digest_of(table.slice(0, 3)) != whole


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_chunks_hold_all_rows_and_skip_erased_customers(database_url: str, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    populate(database_url)
    make_tables(database_url)
    change_data(database_url, erased(4))
    monkeypatch.setattr(writing, "CHUNKS", dict.fromkeys(writing.CHUNKS, size))
    told: list[tuple[str, int, int | None]] = []
    rows = pa.table({"customer_id": [1, 2, 3, 4, 5], "value": [0.5] * 5, "group_id": [0] * 5})
    write_result(database_url, 1, fit("counting", METADATA, {"counting_counts": rows}), lambda *said: told.append(said))  # type: ignore[arg-type]  # warns of nothing
    with opened_for_change(database_url) as database, database.engine.connect() as connection:
        found = connection.scalars(select(counting.CountRow.customer_id).order_by(counting.CountRow.customer_id)).all()
    assert found == [1, 2, 3, 5]
    assert told[-1] == ("writing", 5, 5)


def test_postgresql_looks_at_what_was_written(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or it would take the rows of a new run for a handful, and go through all of them for a page."""
    populate(postgres_url)
    make_tables(postgres_url)
    monkeypatch.setattr(writing, "MANY", 5)
    known = []
    for run, customers in ((1, [1, 2, 3, 4]), (2, [1, 2, 3, 4, 5])):
        rows = pa.table({"customer_id": customers, "value": [0.5] * len(customers), "group_id": [0] * len(customers)})
        write_result(postgres_url, run, fit("counting", METADATA, {"counting_counts": rows}), lambda *_: None)  # type: ignore[arg-type]
        with opened_for_change(postgres_url) as database, database.engine.connect() as connection:
            known.append(connection.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'counting_counts'").scalar())
    assert known == [-1, 9]


def test_moments_are_written_to_sqlite_as_it_keeps_them() -> None:
    moments = [datetime.datetime(2024, 5, 1, 7, 8, 9, micro, datetime.UTC) for micro in (0, 5, 120_000)]
    table = pa.table({"name": ["a", "b", "c", "d"], "at": pa.array([*moments, None], pa.timestamp("us", "UTC"))})
    written = with_text_moments(table)
    assert written["at"].to_pylist() == [*(moment.isoformat() for moment in moments), None]
    assert written["name"].to_pylist() == ["a", "b", "c", "d"]
