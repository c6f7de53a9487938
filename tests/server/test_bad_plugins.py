"""A server with every kind of bad plugin at once, beside the one that ships: it serves, and says of each what is wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.fakes import HEAD, SHIPPED, plugin_file
from tests.server.processes import Serving, served
from tests.server.runs.client import SETTINGS, Client

SECRET = "13800138000"
FIELD = """
async def load(context, ids):
    {body}

@hook
def fields():
    return {{Customer: {{"{name}": computed(load, "Something about the customer.", type_=str | None)}}}}
"""
RENAME = "UPDATE customers SET name = 'Mallory' RETURNING id"
BAD = {
    "absent": (HEAD, "import no_such_library"),
    "misspelt": (HEAD, "@hook\ndef filds(): return {}"),
    "future": ('from guanxi import *\nREQUIRES_API = ">=2"\n', FIELD.format(name="fortune", body="return {}")),
    "claimant": (HEAD, FIELD.format(name="page_rank", body="return {}")),
    "raising": (HEAD, FIELD.format(name="mood", body=f"raise ValueError('{SECRET}')")),
    "meddling": (HEAD, FIELD.format(name="rename", body=f"return await context.reader.fetch({RENAME!r}, ())")),
}
NAMES = ["Ada", "Grace", "王伟"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("plugins")
    files = [plugin_file(folder / "bad", text, name=name, head=head) for name, (head, text) in BAD.items()]
    with served(folder, *(part for file in files for part in ("--plugin", file)), **SETTINGS) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(serving: Serving) -> Client:
    return Client(serving, about="query($id: ID!) { job(id: $id) { status error { message } } }")


@pytest.fixture(scope="module")
def customers(client: Client) -> list[str]:
    """Their ids. Each trusts the first."""
    create = "mutation($name: String!) { answer: customerCreate(input: {name: $name, details: {person: {}}}) { customer { id } } }"
    tie = """mutation($from: ID!, $to: ID!) { answer: relationshipCreate(input: {fromId: $from, toId: $to, kind: "trust"}) {
      userErrors { message } } }"""
    ids = [client.ask(create, name=name)["answer"]["customer"]["id"] for name in NAMES]
    for other in ids[1:]:
        assert client.ask(tie, **{"from": other, "to": ids[0]})["answer"]["userErrors"] == []
    return ids


def test_each_has_one_status_and_a_reason(client: Client) -> None:
    found = {one["name"]: (one["status"], one["reason"]) for one in client.ask("{ plugins { name status reason } }")["plugins"]}
    assert found == {
        **dict.fromkeys(SHIPPED, ("ACTIVE", None)),
        "absent": ("FAILED", "It cannot be imported: ModuleNotFoundError: No module named 'no_such_library'."),
        "misspelt": ("FAILED", "It has a hook “filds”, which there is not: did you mean “fields”?"),
        "future": ("INCOMPATIBLE", ("It was written for version >=2 of the plugin interface, and this is 1.0: "
                                    "install another version of it.")),
        "claimant": ("FAILED", "Customer.pageRank is taken: the plugin graph has it, the plugin claimant adds it."),
        "raising": ("ACTIVE", None),
        "meddling": ("ACTIVE", None),
    }


def test_the_start_tells_whoever_runs_the_server(serving: Serving) -> None:
    log = serving.log.read_text()
    assert "The plugin misspelt does not serve (FAILED). It has a hook “filds”" in log
    assert [name for name in BAD if f"The plugin {name} does not serve" in log] == ["absent", "misspelt", "future", "claimant"]


@pytest.mark.parametrize(("field", "plugin"), [("mood", "raising"), ("rename", "meddling")])
def test_a_field_that_fails_is_null_and_the_rest_is_whole(
        client: Client, serving: Serving, customers: list[str], field: str, plugin: str) -> None:
    query = "{ customers(orderBy: [{name: ASC}]) { totalCount nodes { id name %s degree relationships { totalCount } } } }" % field  # noqa: UP031
    answer = client.whole(query)
    ties = [2, 1, 1]
    assert answer["data"]["customers"] == {"totalCount": 3, "nodes": [
        {"id": id_, "name": name, field: None, "degree": count, "relationships": {"totalCount": count}}
        for id_, name, count in zip(customers, NAMES, ties, strict=True)]}
    told = f"The plugin {plugin} could not answer this; the server's log says why."
    assert [(one["path"], one["message"], one["extensions"]) for one in answer["errors"]] == [
        (["customers", "nodes", place, field], told, {"code": "PLUGIN_ERROR", "plugin": plugin}) for place in range(3)]
    log = serving.log.read_text()
    assert f"the plugin {plugin} failed in Customer.{field}" in log
    assert SECRET not in log
    assert [one["name"] for one in client.ask("{ customers(orderBy: [{name: ASC}]) { nodes { name } } }")["customers"]["nodes"]] == NAMES


def test_the_good_one_works_beside_them(client: Client, customers: list[str]) -> None:
    run = finished(client, {"metrics": ["PAGE_RANK"]})
    publish = "mutation($id: ID!) { answer: analysisRunPublish(input: {id: $id}) { userErrors { message } } }"
    assert client.ask(publish, id=run)["answer"]["userErrors"] == []
    found = client.ask("{ customers(orderBy: [{pageRank: {direction: DESC}}]) { nodes { id pageRank { value run { id } } } } }")
    nodes = found["customers"]["nodes"]
    assert nodes[0]["id"] == customers[0]
    assert sum(node["pageRank"]["value"] for node in nodes) == pytest.approx(1)
    assert {node["pageRank"]["run"]["id"] for node in nodes} == {run}


def finished(client: Client, parameters: dict[str, Any]) -> str:
    start = """mutation($input: GraphMetricsRunStartInput!) {
      answer: graphMetricsRunStart(input: $input) { run { id } userErrors { message } } }"""
    answer = client.ask(start, input=parameters)["answer"]
    assert answer["userErrors"] == []
    id_: str = answer["run"]["id"]
    assert client.ended(id_) == {"status": "SUCCEEDED", "error": None}
    return id_


@pytest.mark.parametrize(
    ("given", "path", "told"),
    [
        ({"metrics": []}, ["input", "metrics"], "metrics"),
        ({"metrics": ["PAGE_RANK"], "damping": 7}, ["input", "damping"], "damping"),
        ({"metrics": ["PAGE_RANK"], "label": "x" * 201}, ["input", "label"], "200"),
    ],
)
def test_parameters_out_of_bounds_name_their_place(client: Client, given: dict[str, Any], path: list[str], told: str) -> None:
    start = """mutation($input: GraphMetricsRunStartInput!) {
      answer: graphMetricsRunStart(input: $input) { run { id } userErrors { code message path } } }"""
    answer = client.ask(start, input=given)["answer"]
    assert answer["run"] is None
    assert [one["path"] for one in answer["userErrors"]] == [path]
    assert told in answer["userErrors"][0]["message"]
