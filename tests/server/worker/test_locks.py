"""Two copies of SQLite on one file: ours in the server, ADBC's in a worker. Neither may cost the other its locks."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.server.worker.network import populate
from tests.server.worker.workers import Worker, make_tables, task_for

# What another process does that wants to write: it says whether it got the lock.
INTRUDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0.2, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
    print("got it")
except sqlite3.OperationalError as error:
    print(error)
"""


def intrude(path: str) -> str:
    return subprocess.run([sys.executable, "-c", INTRUDER, path], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def path(sqlite_url: str) -> str:
    populate(sqlite_url)
    make_tables(sqlite_url)
    return str(make_url(sqlite_url).database)


def test_a_worker_that_reads_and_waits_to_write_leaves_our_lock_alone(path: str, sqlite_url: str, tmp_path: Path) -> None:
    ours = sqlite3.connect(path, isolation_level=None)
    heard: list[str] = []

    def look(_: object) -> None:
        heard.append(intrude(path))
        ours.execute("COMMIT")

    assert intrude(path) == "got it"
    ours.execute("BEGIN IMMEDIATE")
    ours.execute("INSERT INTO data_versions (kind, at) VALUES ('test', '2024-01-01T00:00:00+00:00')")
    run = Worker().run(task_for(sqlite_url, tmp_path, 1), look, at="writing")  # by then it has read, and closed that connection
    assert heard == ["database is locked"]
    assert run.one("result")["summary"] == {"ties": 4}
    assert ours.execute("SELECT count(*) FROM counting_counts").fetchone() == (5,)
    assert ours.execute("SELECT count(*) FROM data_versions WHERE kind = 'test'").fetchone() == (1,)
    assert ours.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    ours.close()


# The trap itself, so that the test above is known to be able to fail: both copies in one process.
TRAPPED = """
import sqlite3, sys
import adbc_driver_sqlite.dbapi as adbc
ours = sqlite3.connect(sys.argv[1], isolation_level=None)
ours.execute("BEGIN IMMEDIATE")
ours.execute("INSERT INTO data_versions (kind, at) VALUES ('test', '2024-01-01T00:00:00+00:00')")
other = adbc.connect(f"file:{sys.argv[1]}")
with other.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM customers")
    cursor.fetchall()
other.close()
print("ready", flush=True)
sys.stdin.read()
"""


def test_both_copies_in_one_process_would_lose_it(path: str) -> None:
    trapped = subprocess.Popen([sys.executable, "-c", TRAPPED, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert trapped.stdout
    assert trapped.stdin
    assert trapped.stdout.readline() == "ready\n"
    lost = intrude(path)
    trapped.communicate()
    assert lost == "got it"
