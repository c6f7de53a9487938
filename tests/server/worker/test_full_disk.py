"""No room for a snapshot: the run says so, leaves nothing half written, and the next one works when there is room again."""

import resource
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from schema.customers.models import CustomerKind, CustomerRow
from server.worker.inquiries.answering import failure_of
from server.worker.storage import is_full
from tests.server.worker.network import opened_for_change, populate
from tests.server.worker.workers import Worker, computed, make_tables, task_for

ROOM = 64 * 2**10  # bytes in one file: enough for what SQLite keeps beside a database


@pytest.fixture
def url(database_url: str) -> str:
    populate(database_url)
    make_tables(database_url)
    many = [{"id": number, "kind": CustomerKind.PERSON, "name": f"n{number}", "search_name": f"n{number}"} for number in range(100, 10_100)]
    with opened_for_change(database_url) as database, database.engine.begin() as connection:
        connection.execute(insert(CustomerRow), many)
    return database_url


class Cramped(Worker):
    """From its task on, none of its files can grow beyond `ROOM`."""

    def tell(self, message: Mapping[str, Any]) -> None:
        if "run" in message:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (ROOM, ROOM))
        super().tell(message)


@pytest.mark.parametrize(("language", "told"), [
    ("en", "There is no room left where the server keeps its files or its database. Make room, then run it again."),
    ("zh", "服务器的文件或数据库所在磁盘已满。请腾出空间后重新运行。"),
])
def test_a_run_that_finds_no_room(url: str, tmp_path: Path, language: str, told: str) -> None:
    run = Cramped(environment={"PYTHONDONTWRITEBYTECODE": "1"}).run(task_for(url, tmp_path, 1, language=language))
    assert run.one("failure") == {"code": "STORAGE_FULL", "message": told}
    left = [path.name for path in (tmp_path / "snapshots").iterdir()]
    assert not [name for name in left if name.startswith("customers-") or name.endswith(".unfinished")]
    assert computed(task_for(url, tmp_path, 1)).one("result")["summary"] == {"ties": 4}


def test_an_inquiry_that_finds_no_room() -> None:
    assert failure_of(OSError(28, "No space left on device"), {}) == {"code": "STORAGE_FULL"}


def of_postgres() -> Exception:
    error = Exception("could not extend file")
    error.sqlstate = "53100"  # type: ignore[attr-defined]  # as ADBC's errors have it
    return error


@pytest.mark.parametrize(("make", "full"), [
    (lambda: OSError(28, "No space left on device"), True), (lambda: OSError(13, "Permission denied"), False), (of_postgres, True),
    (lambda: Exception("database or disk is full"), True), (lambda: Exception("syntax error"), False)])
def test_what_tells_of_a_full_disk(make: Callable[[], Exception], full: bool) -> None:
    assert is_full(make()) is full
