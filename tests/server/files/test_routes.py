"""Files by their signed addresses, over HTTP: who may fetch what, for how long, and under which headers."""

import datetime
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from schema.context import ANONYMOUS, Caller
from schema.messages import MESSAGES
from schema.rows import utc_now
from schema.staff.models import ApiTokenRow, StaffRow
from server.command.signing_in import ADMINISTRATOR, new_link
from server.database import Database
from server.files import signing
from server.files.folder import KEY_NAME
from server.files.signing import FileAddresses
from tests.server.processes import guanxi, served
from tests.server.sample import add_token, serving

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
PATH = "runs/7/ranking.svg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    room = tmp_path / "files" / "runs" / "7"
    room.mkdir(parents=True)
    (room / "ranking.svg").write_bytes(SVG)
    (room / "ranking.png").write_bytes(b"\x89PNG" + bytes(1_000_000))
    (room / "scores.csv").write_bytes("客户\n".encode())
    return tmp_path / "files"


@pytest.fixture
def addresses(folder: Path) -> FileAddresses:
    """Another server's, that shares the folder."""
    return FileAddresses(folder, 60)


@pytest.fixture
async def client(sqlite_database: Database, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(sqlite_database, files=folder) as client:
        yield client


@pytest.fixture
def caller(sqlite_database: Database) -> Caller:
    return Caller(f"token:{add_token(sqlite_database)[0]}", frozenset())


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["errors"][0]
    assert "data" not in response.json()
    return response.status_code, error["extensions"]["code"], next(key for key, words in MESSAGES.items() if error["message"] in words)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


TAMPERED = (403, "FORBIDDEN", "file_signature")
MISSING = (404, "NOT_FOUND", "no_such_file")


async def test_a_good_address_gives_the_file_and_its_headers(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller) -> None:
    response = await client.get(addresses.address(PATH, caller))
    assert (response.status_code, response.content) == (200, SVG)
    headers = response.headers
    assert headers["content-type"] == "image/svg+xml"
    assert headers["content-length"] == str(len(SVG))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == 'inline; filename="ranking.svg"'
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert {part.strip() for part in headers["content-security-policy"].split(";")} == {
        "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "frame-ancestors 'none'", "sandbox"}
    kept, _, seconds = headers["cache-control"].partition(", max-age=")
    assert kept == "private"
    assert 3590 <= int(seconds) <= 3660


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [("ranking.png", "image/png", "inline"), ("scores.csv", "text/csv; charset=utf-8", "attachment"),
     ("summary.json", "application/json", "attachment"), ("scores.arrow", "application/vnd.apache.arrow.file", "attachment")],
)
async def test_each_kind_has_its_type(client: httpx.AsyncClient, folder: Path, addresses: FileAddresses, caller: Caller, name: str,
                                      media_type: str, shown: str) -> None:
    (folder / "runs" / "7" / name).touch()
    response = await client.get(addresses.address(f"runs/7/{name}", caller))
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert response.headers["content-disposition"] == f'{shown}; filename="{name}"'
    assert response.content == (folder / "runs" / "7" / name).read_bytes()


@pytest.mark.parametrize(
    "change",
    [lambda url: url.replace("ranking.svg", "ranking.png"), lambda url: url.replace("runs/7", "runs/8"), lambda url: url[:-1],
     lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"), lambda url: url + "0", lambda url: url.replace("token%3A", "staff%3A"),
     lambda url: url.replace("until=1", "until=2"), lambda url: url.replace("until=", "until=9"), lambda url: url.partition("?")[0],
     lambda url: url.replace("until=", "since="), lambda url: url.replace("signature=", "signature=%ff"),
     lambda url: url.replace("until=", "until=x"), lambda url: url.replace("&until=", "%0A")],
)
async def test_whatever_is_changed_is_noticed(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller,
                                              change: Callable[[str], str]) -> None:
    url = addresses.address(PATH, caller)
    assert change(url) != url
    assert refusal(await client.get(change(url))) == TAMPERED


async def test_another_installation_signs_otherwise(client: httpx.AsyncClient, tmp_path: Path, caller: Caller) -> None:
    assert refusal(await client.get(FileAddresses(tmp_path / "other", 60).address(PATH, caller))) == TAMPERED


async def test_an_address_runs_out(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    url, now = addresses.address(PATH, caller), time.time()
    assert addresses.address(PATH, caller) == url
    for later, status in ((3599, 200), (3661, 410)):
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", lambda later=later: now + later)
            response = await client.get(url)
        assert response.status_code == status
    assert refusal(response) == (410, "NOT_FOUND", "file_expired")
    assert response.headers["cache-control"] == "no-store"


async def test_refusals_are_worded_in_the_callers_language(client: httpx.AsyncClient) -> None:
    response = await client.get(f"/files/{PATH}", headers={"Accept-Language": "zh-CN"})
    assert response.json()["errors"][0]["message"] == MESSAGES["file_signature"][1]


@pytest.mark.parametrize(
    "values", [{"revoked_at": utc_now()}, {"expires_at": utc_now() - datetime.timedelta(seconds=1)}], ids=["revoked", "too old"])
async def test_a_token_that_is_no_longer_good(client: httpx.AsyncClient, sqlite_database: Database, addresses: FileAddresses,
                                              caller: Caller, values: dict[str, Any]) -> None:
    url = addresses.address(PATH, caller)
    assert (await client.get(url)).status_code == 200
    with Session(sqlite_database.engine) as session, session.begin():
        session.execute(update(ApiTokenRow).values(**values))
    assert refusal(await client.get(url)) == (403, "FORBIDDEN", "file_caller")


async def test_staff_who_left(client: httpx.AsyncClient, sqlite_database: Database, addresses: FileAddresses) -> None:
    new_link(sqlite_database, "http://localhost", ADMINISTRATOR, 5)
    with Session(sqlite_database.engine) as session:
        id_ = session.query(StaffRow.id).scalar()
    url = addresses.address(PATH, Caller(f"staff:{id_}", frozenset()))
    assert (await client.get(url)).status_code == 200
    with Session(sqlite_database.engine) as session, session.begin():
        session.execute(update(StaffRow).values(active=False))
    assert refusal(await client.get(url)) == (403, "FORBIDDEN", "file_caller")


async def test_callers_that_are_nobody(client: httpx.AsyncClient, addresses: FileAddresses) -> None:
    for name in (ANONYMOUS.name, "system", "staff:999", "token:999", "staff:0", "token:1 OR 1=1", "staff:" + "9" * 30, ""):
        assert refusal(await client.get(addresses.address(PATH, Caller(name, frozenset())))) == (403, "FORBIDDEN", "file_caller")


async def test_a_role_that_lost_the_permission(client: httpx.AsyncClient, sqlite_database: Database, addresses: FileAddresses,
                                               caller: Caller) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE roles SET permissions = '[\"customers.read\"]'")
    response = await client.get(addresses.address(PATH, caller))
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert "jobs.read" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "path",
    ["runs/7/../../signing.key", "../signing.key", "signing.key", "runs/7/%2e%2e/7/ranking.svg", "runs/7/..%2f..%2fsigning.key",
     "/etc/passwd", "%2fetc%2fpasswd", "runs/7", "runs/7/", "runs//ranking.svg", "runs/7/ranking.svg/", "runs/7/ranking.svg%00.png",
     "runs/7/.ranking.svg",
     "runs/7/ranking.html", "runs/7/ranking.SVG", "runs/x/ranking.svg", "runs/٧/ranking.svg", "runs\\7\\ranking.svg",
     "snapshots/7/a.arrow", ""],
)
async def test_no_other_path_is_looked_at(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(f"http://localhost/files/{path}?caller=staff:1&until=9999999999&signature=x")
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_no_other_path_is_signed(addresses: FileAddresses, caller: Caller) -> None:
    for path in (KEY_NAME, "runs/7/../8/a.svg", "runs/7/a.html", "runs/7/a.svg\n"):
        with pytest.raises(ValueError, match="not a path"):
            addresses.address(path, caller)


async def test_links_and_what_is_missing_look_the_same(client: httpx.AsyncClient, folder: Path, addresses: FileAddresses,
                                                       caller: Caller) -> None:
    addresses.address(PATH, caller)
    (folder / "runs" / "7" / "secret.json").symlink_to(folder / KEY_NAME)
    (folder / "runs" / "7" / "near.svg").symlink_to(folder / "runs" / "7" / "ranking.svg")
    (folder / "runs" / "8").symlink_to(folder / "runs" / "7")
    (folder / "runs" / "7" / "folder.csv").mkdir()
    for path in ("runs/7/secret.json", "runs/7/near.svg", "runs/8/ranking.svg", "runs/7/folder.csv", "runs/7/no.svg", "runs/9/no.svg"):
        assert refusal(await client.get(addresses.address(path, caller))) == MISSING


async def test_head_has_the_headers_and_nothing_else(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller) -> None:
    url = addresses.address("runs/7/ranking.png", caller)
    head, get = await client.head(url), await client.get(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content)) == "1000004"
    assert head.headers["etag"] == get.headers["etag"]


async def test_other_methods_are_refused(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        response = await client.request(method, addresses.address(PATH, caller))
        assert response.status_code == 405
        assert "GET" in response.headers["allow"]


async def test_what_the_browser_has_is_not_sent_again(client: httpx.AsyncClient, folder: Path, addresses: FileAddresses,
                                                      caller: Caller) -> None:
    url = addresses.address(PATH, caller)
    tag = (await client.get(url)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = await client.get(url, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == tag
        assert response.headers["cache-control"].startswith("private, max-age=")
    (folder / PATH).write_bytes(SVG + b"\n")
    assert (await client.get(url, headers={"If-None-Match": tag})).content == SVG + b"\n"


async def test_every_file_is_closed_again(client: httpx.AsyncClient, addresses: FileAddresses, caller: Caller) -> None:
    url = addresses.address(PATH, caller)
    tag = (await client.get(url)).headers["etag"]
    opened = open_files()
    for _ in range(5):
        await client.get(url)
        await client.head(url)
        await client.get(url, headers={"If-None-Match": tag})
    assert open_files() == opened


def test_over_a_real_socket(tmp_path: Path) -> None:
    """The signature never reaches the log."""
    with served(tmp_path, GUANXI_LOG__FORMAT="json") as running:
        assert guanxi(tmp_path, "token", "create", "--name", "t", "--role", "reader").returncode == 0
        files = tmp_path / "guanxi.db.files"
        (files / "runs" / "7").mkdir(parents=True)
        (files / "runs" / "7" / "big.png").write_bytes(os.urandom(3_000_000))
        url = running.address + FileAddresses(files, 60).address("runs/7/big.png", Caller("token:1", frozenset()))
        assert httpx.get(url).content == (files / "runs" / "7" / "big.png").read_bytes()
        assert httpx.head(url).headers["content-length"] == "3000000"
        assert httpx.get(url + "0").status_code == 403
        log = running.log.read_text()
        assert "/files/runs/7/big.png" in log
        assert '"caller":"token:1"' in log
        assert not any(word in log for word in ("signature", "until=", url.rpartition("=")[2]))
