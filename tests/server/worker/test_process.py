"""The worker process: what it says and how it ends, whatever the plugin does."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from server.worker.process import ORPHANED
from tests.server.worker import counting
from tests.server.worker.network import change_data, erased, opened_for_change, populate
from tests.server.worker.workers import Worker, computed, make_tables, runs, task_for

FIRST = 2**32


@pytest.fixture
def url(database_url: str) -> str:
    populate(database_url)
    make_tables(database_url)
    return database_url


@pytest.fixture
def sqlite(sqlite_url: str) -> str:
    populate(sqlite_url)
    make_tables(sqlite_url)
    return sqlite_url


def stored(url: str) -> dict[str, list[tuple[object, ...]]]:
    with opened_for_change(url) as database, database.engine.connect() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in counting.Tables.metadata.sorted_tables}


def test_a_run_from_its_task_to_its_result(url: str, tmp_path: Path) -> None:
    run = computed(task_for(url, tmp_path, 1))
    assert run.code == 0
    assert run.stages == ["reading", "counting", "writing"]
    assert run.one("snapshot")["rowCounts"] == {"customers": 5, "relationships": 5}
    result = run.one("result")
    assert result["summary"] == {"ties": 4}
    assert result["metrics"] == [{"name": "mean", "value": 0.8, "baseline": 0.0, "fold": None}]
    assert result["environment"]["libraries"]["numpy"]
    assert run.messages[-1] == {"result": result}
    assert stored(url) == {
        "counting_counts": [(1, 1, 1.0, FIRST + 1), (1, 2, 1.0, FIRST + 1), (1, 3, 2.0, FIRST + 1), (1, 4, 0.0, FIRST),
                            (1, 5, 0.0, FIRST)],
        "counting_groups": [(1, FIRST, "none", 2), (1, FIRST + 1, None, 3)],
    }
    assert "a plugin may print what it likes" in run.stderr


def test_the_parameters_say_which_tables_are_read(url: str, tmp_path: Path) -> None:
    run = computed(task_for(url, tmp_path, 1, parameters={"mode": "shop"}))
    assert run.one("snapshot")["rowCounts"] == {"customers": 5, "relationships": 5, "behaviour": 0}
    assert run.one("snapshot")["versions"].keys() == {"customer", "relationship", "relationshipKind", "transaction"}
    assert run.one("result")["summary"] == {"ties": 4}


def test_the_digest_is_that_of_the_result_on_any_database(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for number, url in ((1, sqlite_url), (2, postgres_url)):
        populate(url)
        make_tables(url)
        digests.append(computed(task_for(url, tmp_path, number)).one("result")["digest"])
    assert digests[0] == digests[1]


def test_a_second_attempt_replaces_what_the_first_one_left(url: str, tmp_path: Path) -> None:
    first = computed(task_for(url, tmp_path, 1)).one("result")["digest"]
    found = stored(url)
    assert computed(task_for(url, tmp_path, 1)).one("result")["digest"] == first
    assert stored(url) == found
    computed(task_for(url, tmp_path, 2))
    assert [row[0] for row in stored(url)["counting_groups"]] == [1, 1, 2, 2]


def test_results_of_customers_who_were_erased_meanwhile_are_left_out(url: str, tmp_path: Path) -> None:
    worker = Worker()
    run = worker.run(task_for(url, tmp_path, 1, parameters={"seconds": 1.5}), lambda _: change_data(url, erased(3)), at="counting")
    assert run.one("result")["summary"] == {"ties": 4}
    assert [row[1] for row in stored(url)["counting_counts"]] == [1, 2, 4, 5]


@pytest.mark.parametrize(("mode", "code", "text"), [
    ("raise", "PLUGIN_ERROR", "The plugin counting failed with ZeroDivisionError; the server's log says where."),
    ("leave", "PLUGIN_ERROR", "The plugin counting failed with SystemExit; the server's log says where."),
    ("server.worker.nowhere", "PLUGIN_ERROR", "The plugin counting failed with ModuleNotFoundError; the server's log says where."),
    ("no_such_library", "LIBRARY_MISSING",
     "The library no_such_library is missing: install guanxi[analytics], or what else the plugin counting needs."),
    ("nothing", "PLUGIN_ERROR", "The analysis tieCount has to return a Result, and returned NoneType."),
    ("small", "INSUFFICIENT_DATA", "There are too few ties."),
    ("invalid", "INVALID", "mode: It is not a mode."),
    ("not a number", "PLUGIN_ERROR", "counting_counts.value holds a number that is not finite."),
    ("foreign", "PLUGIN_ERROR", "The plugin counting has no table customers: a result holds tables of its own plugin only."),
    ("devour", "OUT_OF_MEMORY",
     "It needed more than the 2,048 MiB of memory that a run may use. Select fewer customers, or raise the setting runs.memory."),
])
def test_each_way_to_fail_has_a_code_and_a_sentence(sqlite: str, tmp_path: Path, mode: str, code: str, text: str) -> None:
    run = computed(task_for(sqlite, tmp_path, 1, parameters={"mode": mode}))
    assert run.one("failure") == {"code": code, "message": text}
    assert run.code == 0
    assert "Traceback" in run.stderr
    assert stored(sqlite) == {"counting_counts": [], "counting_groups": []}


def test_too_few_rows_are_told_before_computing(sqlite: str, tmp_path: Path) -> None:
    where = {"sql": "SELECT id FROM customers WHERE id = ?", "parameters": [1]}
    run = computed(task_for(sqlite, tmp_path, 1, where=where, language="zh"))
    assert run.one("failure") == {"code": "INSUFFICIENT_DATA", "message": "customers 共 1 条，该分析至少需要 2 条。"}
    assert run.stages == ["reading"]


@pytest.mark.parametrize(("given", "code"), [
    ({"analysis": "gone"}, "PLUGIN_ERROR"),
    ({"source": "nowhere.to.be.found"}, "PLUGIN_ERROR"),
    ({"same_as": {"run": 9, "snapshot": {"files": {"customers": "gone.arrow"}}}}, "SNAPSHOT_GONE"),
])
def test_what_is_not_there_any_more(sqlite: str, tmp_path: Path, given: dict[str, object], code: str) -> None:
    assert computed(task_for(sqlite, tmp_path, 1, **given)).one("failure")["code"] == code


def test_a_database_that_is_not_there_is_not_the_fault_of_the_run(sqlite: str, tmp_path: Path) -> None:
    told = computed(task_for(sqlite, tmp_path, 1, database="sqlite:////nowhere/at/all.db")).messages[-1]
    assert told == {"lost": "the database went away from the process that computed it"}


@pytest.mark.parametrize(("mode", "code"), [("exit", 3), ("crash", -6)])
def test_a_process_that_dies_says_nothing_more(sqlite: str, tmp_path: Path, mode: str, code: int) -> None:
    run = computed(task_for(sqlite, tmp_path, 1, parameters={"mode": mode}))
    assert run.code == code
    assert run.messages[-1] == {"progress": {"stage": "counting", "done": 0, "total": 2}}


def test_a_worker_ends_when_its_input_does(sqlite: str, tmp_path: Path) -> None:
    worker = Worker()
    began = time.monotonic()
    run = worker.run(task_for(sqlite, tmp_path, 1, parameters={"seconds": 60}), lambda process: process.stdin.close(), at="counting")
    assert run.code == ORPHANED
    assert time.monotonic() - began < 30


def test_a_worker_ends_with_its_parent() -> None:
    starting = ("import subprocess, sys, time\n"
                "worker = subprocess.Popen([sys.executable, '-m', 'server.worker'], stdin=subprocess.PIPE, start_new_session=True)\n"
                "print(worker.pid, flush=True)\ntime.sleep(60)")
    parent = subprocess.Popen([sys.executable, "-c", starting], stdout=subprocess.PIPE)
    assert parent.stdout
    worker = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert runs(worker) is False


def test_a_worker_opens_sqlite_with_one_library_only(sqlite: str, tmp_path: Path) -> None:
    run = computed(task_for(sqlite, tmp_path, 1, parameters={"mode": "tell"}))
    loaded = run.stderr.split("loaded: ")[1].splitlines()[0].split()
    assert "adbc_driver_sqlite" in loaded
    assert not {"sqlite3", "_sqlite3", "alembic", "psycopg", "server.app"} & set(loaded)


def test_the_server_loads_no_library_of_the_workers() -> None:
    script = ("import sys\nimport server.app, server.command, server.runs.assembly, plugins.manager\n"
              "from plugins.manager import Choices, Plugins\nPlugins(Choices())\n"
              "print(*sorted({name.partition('.')[0] for name in sys.modules}))")
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.split())
    assert "sqlalchemy" in loaded
    heavy = {"numpy", "scipy", "pandas", "pyarrow", "igraph", "joblib", "matplotlib", "networkx", "sklearn", "adbc_driver_manager"}
    assert not heavy & loaded


def test_a_worker_says_when_it_is_ready() -> None:
    worker = Worker("json", "there.is.no.such.module")
    assert worker.hear() == {"ready": True}
    assert "there.is.no.such.module cannot be imported ahead of time" in worker.stop()
