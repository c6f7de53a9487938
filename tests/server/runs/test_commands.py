"""guanxi analyse and guanxi runs, with real workers and a plugin from a file."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from schema.analyses.models import PublishedRunRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.plugins.fakes import SHIPPED
from tests.server.processes import GUANXI, environment, guanxi
from tests.server.runs import troubled

Completed = subprocess.CompletedProcess[str]


def add_customers(database: Database) -> None:
    with Session(database.engine) as session, session.begin():
        for number, kind in enumerate([CustomerKind.ORGANIZATION, *[CustomerKind.PERSON] * 4]):
            session.add(CustomerRow(name=f"Customer {number}", search_name=f"customer {number}", kind=kind))


def analyse(folder: Path, url: str, *arguments: str, **more: str) -> Completed:
    return guanxi(folder, "analyse", "trouble", "--plugin", troubled.SOURCE, "--database-url", url, *arguments, **more)


def runs(folder: Path, url: str, *arguments: str) -> Completed:
    return guanxi(folder, "runs", "--database-url", url, *arguments)


def test_a_run_from_beginning_to_publication(database: Database, database_url: str, tmp_path: Path) -> None:
    add_customers(database)
    done = analyse(tmp_path, database_url, "--param", 'where={"kind": {"eq": "PERSON"}}', "--param", "names=7.5.1", "--param", "names=b",
                   "--label", "2024", "--publish")
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    assert (shown["status"], shown["count"], shown["names"], shown["label"]) == ("SUCCEEDED", 4, ["7.5.1", "b"], "2024")
    assert (shown["kind"], shown["published"], shown["error"]) == ({"key": "trouble", "title": "Trouble"}, True, None)
    assert len(shown["resultDigest"]) == 64
    assert done.stderr == ""
    with Session(database.engine) as session:
        assert session.get_one(PublishedRunRow, ("trouble", "trouble")).run_id == int(shown["id"][2:])


def test_a_run_that_fails(sqlite_url: str, tmp_path: Path) -> None:
    done = analyse(tmp_path, sqlite_url, "--param", "trouble=exit", "--publish")
    assert done.returncode == 1
    shown = json.loads(done.stdout)
    assert (shown["status"], shown["error"]["code"], shown["published"]) == ("FAILED", "WORKER_DIED", False)
    assert "Error: The process that computed it ended with exit code 3 before it was done." in done.stderr
    assert "Traceback" not in done.stderr


def test_an_estimate_starts_nothing(sqlite_url: str, tmp_path: Path) -> None:
    done = analyse(tmp_path, sqlite_url, "--estimate")
    assert json.loads(done.stdout)["withinLimits"] is True
    assert runs(tmp_path, sqlite_url).stderr == "There are no such runs.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--param", "seconds=-1"), 1, "Error: input: seconds must be 0 or more."),
        (("--param", "secnds=1"), 1, "secnds"),
        (("--param", "seconds"), 2, "“seconds” is no parameter: write --param KEY=VALUE."),
        (("--param", "names=a", "--param", "names.b=1"), 2, "names has a value already"),
        (("--param", 'where={"kind": {"eq": "ROBOT"}}'), 1, "ROBOT"),
    ],
)
def test_parameters_that_cannot_be_used(sqlite_url: str, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = analyse(tmp_path, sqlite_url, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_analysis_that_nobody_has(sqlite_url: str, tmp_path: Path) -> None:
    there = ("--database-url", sqlite_url, "--plugin", troubled.SOURCE)
    done = guanxi(tmp_path, "analyse", "truoble", *there)
    assert done.returncode == 2
    assert "there is no analysis “truoble”. There are: " in done.stderr
    assert "trouble" in done.stderr.split("There are:")[1]
    none = guanxi(tmp_path, "analyse", "x", "--database-url", sqlite_url, GUANXI_PLUGINS__DISABLED=",".join(SHIPPED))
    assert "No plugin that serves brings any" in none.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_cancels_cleanly(sqlite_database: Database, sqlite_url: str, tmp_path: Path, number: int) -> None:
    command = [GUANXI, "analyse", "trouble", "--plugin", troubled.SOURCE, "--database-url", sqlite_url, "--param", "trouble=sleep"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while stage_of(sqlite_database) != "counting":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=15)
    assert process.returncode == 130
    assert json.loads(out)["status"] == "CANCELLED"
    assert "Traceback" not in err


def stage_of(database: Database) -> str | None:
    with Session(database.engine) as session:
        row = session.query(JobRow).one_or_none()
        return row.stage if row else None


def test_the_list_of_runs(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> None:
    with Session(sqlite_database.engine) as session, session.begin():
        session.add_all([
            JobRow(kind="trouble", plugin="troubled", status=JobStatus.SUCCEEDED, label="first"),
            JobRow(kind="IMPORT", status=JobStatus.SUCCEEDED),
            JobRow(kind="census", plugin="people", status=JobStatus.FAILED, error_code="INTERRUPTED", error_message="The server stopped."),
        ])
        session.flush()
        session.add(PublishedRunRow(kind="trouble", slot="trouble", run_id=1))
    first, second = runs(tmp_path, sqlite_url).stdout.splitlines()
    assert first.split()[:3] == ["j_3", "census", "FAILED"]
    assert "INTERRUPTED: The server stopped." in first
    assert second.split()[:3] == ["j_1", "trouble", "PUBLISHED"]
    assert [one["id"] for one in json.loads(runs(tmp_path, sqlite_url, "--json").stdout)] == ["j_3", "j_1"]
    assert runs(tmp_path, sqlite_url, "--kind", "trouble").stdout.startswith("j_1")
    assert runs(tmp_path, sqlite_url, "--status", "failed").stdout.startswith("j_3")
    assert len(runs(tmp_path, sqlite_url, "--limit", "1").stdout.splitlines()) == 1


def test_pruning_asks_tells_and_leaves_the_list(database: Database, database_url: str, tmp_path: Path) -> None:
    add_customers(database)
    ids = [json.loads(analyse(tmp_path, database_url, "--label", label).stdout)["id"] for label in ("first", "second")]
    there = ("--plugin", troubled.SOURCE, "--older-than", "0d", "--keep", "1")
    tried = prune(tmp_path, database_url, *there, "--dry-run").stdout.splitlines()
    assert tried[0].split()[:2] == [ids[0], "trouble"]
    assert tried[-1].startswith("Would remove the results of 1 run: 0 rows, ")
    assert prune(tmp_path, database_url, *there).returncode == 1  # nobody answered the question
    done = prune(tmp_path, database_url, *there, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("Removed the results of 1 run: 0 rows, ")
    assert [line.split()[2] for line in runs(tmp_path, database_url).stdout.splitlines()] == ["SUCCEEDED", "EXPIRED"]
    assert prune(tmp_path, database_url, *there, "--yes").stdout == "Removed the results of 0 runs: 0 rows, 0 bytes of files.\n"


def prune(folder: Path, url: str, *arguments: str, **more: str) -> Completed:
    return guanxi(folder, "runs", "prune", "--database-url", url, *arguments, **more)


def test_pruning_has_to_know_how_old(sqlite_url: str, tmp_path: Path) -> None:
    assert "Say how old: --older-than 90d, or set retention.days." in prune(tmp_path, sqlite_url).stderr
    assert "“soon” is no age" in prune(tmp_path, sqlite_url, "--older-than", "soon").stderr
    assert prune(tmp_path, sqlite_url, GUANXI_RETENTION__DAYS="30").stdout.startswith("Removed the results of 0 runs")
    assert "Options come behind the command" in guanxi(tmp_path, "runs", "--database-url", sqlite_url, "prune").stderr
