"""A plugin in a file, a real server, real processes: what a client hears of inquiries, and that the server outlives them all."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from plugins.manager import Choices, Plugins
from server import demo
from server.database import open_database
from server.upgrading import upgrade_plugins
from tests.databases import migrated_sqlite
from tests.server.inquiries import curious
from tests.server.processes import Serving, served
from tests.server.runs.client import Client, workers

ASK = "query($input: WonderInput!) { wonder(input: $input) { process data people { place customer { id } } ties { id } } }"
PICTURES = "query($input: WonderInput!) { wonder(input: $input) { svg: picture png: picture(format: PNG) file } }"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """On the demo's data; nothing was measured of it."""
    folder = tmp_path_factory.mktemp("inquiries")
    database = open_database(f"sqlite:///{migrated_sqlite(folder / 'guanxi.db')}")
    assert all(well for well, _ in upgrade_plugins(database, Plugins(Choices())))
    demo.load(database, lambda _: None)
    database.engine.dispose()
    settings = {"GUANXI_INQUIRIES__SECONDS": "3", "GUANXI_INQUIRIES__MEMORY": "500 MiB"}
    with served(folder, "--plugin", curious.SOURCE, **settings) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(serving: Serving) -> Client:
    return Client(serving)


def errors(client: Client, query: str = ASK, **given: Any) -> list[tuple[list[Any], dict[str, Any]]]:
    return [(error["path"], error["extensions"]) for error in client.whole(query, input=given)["errors"]]


def test_an_answer_refers_to_records(client: Client) -> None:
    found = client.ask(ASK, input={})["wonder"]
    assert [one["place"] for one in found["people"]] == list(range(len(found["people"])))
    count = client.ask("{ relationships { totalCount } }")["relationships"]["totalCount"]
    assert 0 < len(found["ties"]) <= count
    some = client.ask(ASK, input={"where": {"kind": {"eq": "ORGANIZATION"}}})["wonder"]
    chosen = client.ask('{ customers(first: 1000, where: {kind: {eq: ORGANIZATION}}) { nodes { id } } }')["customers"]["nodes"]
    assert 0 < len(some["people"]) < len(found["people"])
    assert {one["customer"]["id"] for one in some["people"]} <= {one["id"] for one in chosen}


def test_a_change_is_seen_at_once(client: Client) -> None:
    before = client.ask(ASK, input={})["wonder"]
    assert client.ask(ASK, input={})["wonder"] == before
    made = client.ask('mutation { customerCreate(input: {name: "新客户", details: {person: {}}}) { customer { id } } }')
    after = client.ask(ASK, input={})["wonder"]
    assert made["customerCreate"]["customer"]["id"] in [one["customer"]["id"] for one in after["people"]]
    assert (after["process"], after["data"] == before["data"]) == (before["process"], False)


def test_trouble_has_a_code(client: Client) -> None:
    place = ["wonder"]
    assert errors(client, trouble="invalid") == [(place, {"code": "INVALID", "path": ["input", "trouble", "0"]})]
    assert errors(client, seconds=-1) == [(place, {"code": "INVALID", "path": ["input", "seconds"]})]
    assert errors(client, trouble="insufficient") == [(place, {"code": "INSUFFICIENT_DATA"})]
    for trouble, code in (("raise", "PLUGIN_ERROR"), ("die", "WORKER_DIED"), ("loop", "TIMED_OUT"), ("memory", "OUT_OF_MEMORY")):
        assert errors(client, trouble=trouble) == [(place, {"code": code, "plugin": "curious"})]
        assert client.ask(ASK, input={})["wonder"]["people"]


def test_fields_of_what_the_plugin_made_fail_alone(client: Client, serving: Serving) -> None:
    answer = client.whole("query($input: WonderInput!) { wonder(input: $input) { process lost odd } customers { totalCount } }", input={})
    assert (answer["data"]["wonder"]["lost"], answer["data"]["wonder"]["odd"]) == (None, None)
    assert answer["data"]["customers"]["totalCount"] > 0
    assert sorted((error["path"], error["extensions"]) for error in answer["errors"]) == [
        (["wonder", field], {"code": "PLUGIN_ERROR", "plugin": "curious"}) for field in ("lost", "odd")]
    assert "4711" not in serving.log.read_text()


def test_pictures_and_files_are_fetched(client: Client, serving: Serving) -> None:
    found = client.ask(PICTURES, input={})["wonder"]
    assert client.ask(PICTURES, input={})["wonder"] == found
    fetched = {name: httpx.get(serving.address + address, timeout=20) for name, address in found.items()}
    assert [one.status_code for one in fetched.values()] == [200, 200, 200]
    assert fetched["png"].content.startswith(b"\x89PNG")
    assert fetched["svg"].text.endswith("</svg>\n")
    assert fetched["file"].text.startswith("<gexf>")
    assert fetched["file"].headers["content-type"] == "application/gexf+xml"
    assert fetched["file"].headers["content-disposition"].startswith("attachment")
    assert httpx.get(serving.address + found["file"].partition("?")[0]).status_code == 403


def test_the_log_tells_of_trouble(serving: Serving, client: Client) -> None:
    errors(client, trouble="raise")
    lines = [json.loads(line) for line in serving.log.read_text().splitlines() if line.startswith("{")]
    last = [line for line in lines if line["event"] == "inquiry failed"][-1]
    assert (last["operation"], last["codes"], last["error"]["type"]) == ("curious.size", ["PLUGIN_ERROR"], "RuntimeError")


def test_one_process_answers_and_one_is_spare(serving: Serving, client: Client) -> None:
    process = client.ask(ASK, input={})["wonder"]["process"]
    deadline = time.monotonic() + 20
    while len(found := workers(serving.process)) != 2:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert process in [one.pid for one in found]
    serving.process.terminate()
    serving.process.wait(20)
    assert not [one for one in found if one.is_running()]
