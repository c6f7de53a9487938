"""Maps over HTTP: a real server with the karate club, its warm process and its files, on either database."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import networkx
import pytest
from sqlalchemy import update

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import ConsentRow, CustomerRow
from schema.rows import utc_now
from server.database import open_database
from tests.databases import Postgres, copied_sqlite
from tests.plugins.graph import office
from tests.server.processes import Serving, guanxi, served
from tests.server.runs.client import Client

COMPANY, REFUSED = "c_35", "c_12"
MAP = """query($input: RelationshipMapInput!) { relationshipMap(input: $input) {
  totalNodes totalEdges truncated asOf nodes { depth x y customer { id name } } edges { id sign from { id } to { id } } } }"""
RUN = """query($id: ID!) { job(id: $id) { status ... on GraphMetricsRun { id } } }"""
SVG = "pictureUrl"
GRAPHML = "fileUrl(format: GRAPHML, anonymised: false)"


def settle(work: Change) -> dict[str, Any]:
    office.settle(work)
    work.session.add(ConsentRow(customer_id=12, purpose="analytics", granted=False, recorded_at=utc_now()))
    work.session.execute(update(CustomerRow).where(CustomerRow.id == 1).values(name="$x_1$ <王伟>" + "长" * 180))
    return {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, postgres: Postgres, sqlite_template: Path,
        tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    on_file = request.param == "sqlite"
    url = copied_sqlite(sqlite_template, tmp_path_factory.mktemp("maps")) if on_file else postgres.create()
    database = open_database(url)
    change(database.engine, SYSTEM, "settle", settle, key="settle")
    database.engine.dispose()
    yield url
    if not on_file:
        postgres.drop(url)


@pytest.fixture(scope="module")
def serving(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with served(tmp_path_factory.mktemp("served"), "--migrate", GUANXI_DATABASE_URL=url) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(serving: Serving, url: str) -> Client:
    made = guanxi(serving.log.parent, "token", "create", "--name", "t", "--role", "admin", "--database-url", url)
    assert made.returncode == 0, made.stderr
    client = Client(serving, about=RUN, token=made.stdout.strip())
    started = client.ask(office.START, input={"metrics": ["PAGE_RANK", "COMMUNITY"], "seed": 1})["graphMetricsRunStart"]
    assert client.ended(started["run"]["id"])["status"] == "SUCCEEDED"
    assert client.ask(office.PUBLISH, id=started["run"]["id"])["analysisRunPublish"]["userErrors"] == []
    return client


def found(client: Client, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.ask(MAP, input=given)["relationshipMap"]
    return answer


def fetched(serving: Serving, client: Client, what: str, **given: Any) -> httpx.Response:
    query = f"query($input: RelationshipMapInput!) {{ relationshipMap(input: $input) {{ url: {what} }} }}"
    url = client.ask(query, input=given)["relationshipMap"]["url"]
    answer = httpx.get(f"{serving.address}{url}", headers={"Authorization": f"Bearer {client.token}"}, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer


def refusal(client: Client, **given: Any) -> tuple[str, list[str]]:
    answer = client.whole(MAP, input=given)
    assert answer["data"] == {"relationshipMap": None}
    error, = answer["errors"]
    return error["extensions"]["code"], error["extensions"]["path"]


def test_a_map_around_somebody(client: Client) -> None:
    near = found(client, roots=["c_34"], layout="FORCE_DIRECTED")
    assert (near["totalNodes"], near["truncated"], near["nodes"][0]["customer"]) == (18, False, {"id": "c_34", "name": "会员 34"})
    assert [node["depth"] for node in near["nodes"]] == [0] + [1] * 17
    assert all(-1 <= node[axis] <= 1 for node in near["nodes"] for axis in "xy")
    shown = {node["customer"]["id"] for node in near["nodes"]}
    assert len(near["edges"]) == near["totalEdges"]
    assert all({edge["from"]["id"], edge["to"]["id"]} <= shown for edge in near["edges"])
    assert near["nodes"] == found(client, roots=["c_34"], layout="FORCE_DIRECTED")["nodes"]


def test_totals_are_honest_and_who_refused_is_nowhere(client: Client) -> None:
    part = found(client, roots=["c_34"], depth=6, maxNodes=5)
    assert (part["totalNodes"], part["totalEdges"], part["truncated"], len(part["nodes"])) == (34, 79, True, 5)
    assert all(node["x"] is None and node["y"] is None for node in part["nodes"])
    everybody = found(client, maxNodes=100)
    assert REFUSED not in {node["customer"]["id"] for node in everybody["nodes"]}
    assert (everybody["totalNodes"], everybody["truncated"]) == (34, False)


def test_signs_kinds_and_filters(client: Client) -> None:
    assert [node["customer"]["id"] for node in found(client, roots=[COMPANY], sign="NEGATIVE")["nodes"]] == [COMPANY, "c_3"]
    assert [node["customer"]["id"] for node in found(client, roots=[COMPANY], kinds=["mate"])["nodes"]] == [COMPANY, "c_2"]
    persons = found(client, where={"kind": {"eq": "PERSON"}})
    assert (persons["totalNodes"], persons["totalEdges"]) == (33, 77)
    assert found(client, where={"name": {"eq": "nobody"}})["nodes"] == []


def test_what_is_declined(client: Client) -> None:
    assert refusal(client, roots=["c_999"]) == ("INVALID", ["input", "roots"])
    assert refusal(client, roots=[REFUSED]) == ("INVALID", ["input", "roots"])
    assert refusal(client, roots=[COMPANY], where={"kind": {"eq": "PERSON"}}) == ("INVALID", ["input", "roots"])
    assert refusal(client, kinds=["envy"]) == ("INVALID", ["input", "kinds"])
    assert refusal(client, depth=7) == ("INVALID", ["input", "depth"])
    assert refusal(client, maxNodes=2001) == ("INVALID", ["input", "maxNodes"])


def test_pictures_and_files_are_fetched(serving: Serving, client: Client) -> None:
    around = {"roots": ["c_1"], "depth": 2}
    assert fetched(serving, client, SVG, **around).headers["content-type"].startswith("image/svg+xml")
    assert fetched(serving, client, "pictureUrl(format: PNG)", **around).content.startswith(b"\x89PNG")
    named = networkx.read_graphml(io.BytesIO(fetched(serving, client, GRAPHML, **around).content))
    assert named.nodes["c_1"]["label"].startswith("$x_1$ <王伟>长长")
    written = fetched(serving, client, "fileUrl(format: GEXF)", **around, layout="CIRCULAR")
    assert written.headers["content-disposition"].startswith("attachment")
    secret = networkx.read_gexf(io.BytesIO(written.content))
    assert {node["label"] for node in secret.nodes.values()} == set(secret.nodes)
    assert secret.nodes["c_34"]["pageRank"] > secret.nodes["c_17"]["pageRank"] > 0
    assert {node["community"] for node in secret.nodes.values()} <= set(range(6))


def test_without_permission_there_is_no_map(serving: Serving, client: Client) -> None:
    answer = httpx.post(f"{serving.address}/graphql", json={"query": MAP, "variables": {"input": {}}}, timeout=20)
    assert answer.json()["errors"][0]["extensions"]["code"] in ("FORBIDDEN", "UNAUTHENTICATED")
