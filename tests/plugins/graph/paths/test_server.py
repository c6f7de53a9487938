"""Shortest paths over HTTP: a real server and its warm process, on either database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import ConsentRow, CustomerKind, CustomerRow
from schema.relationships.models import (
    ProvenanceOrigin,
    RelationshipEndRow,
    RelationshipKindRow,
    RelationshipRow,
    RelationshipSign,
    ends_of,
)
from schema.rows import utc_now
from schema.scalars import parse_moment
from server.database import open_database
from tests.databases import Postgres, copied_sqlite
from tests.server.processes import Serving, guanxi, served
from tests.server.runs.client import Client

NAMES = ("王伟", "李娜", "Anna", "Bob", "Acme", "孤独", "秘密", "Erased")
A, B, C, D, ACME, LONELY, SECRET, ERASED = (f"c_{number}" for number in range(1, 9))
# from, to, kind, weight, until
TIES = ((1, 2, "mate", 1.0, None), (1, 2, "mate", 2.0, None), (2, 1, "mate", 2.0, None), (2, 3, "mate", 1.0, None),
        (1, 4, "mate", 10.0, None), (4, 5, "leads", 10.0, None), (5, 3, "mate", 10.0, None), (1, 3, "mate", 1.0, "2024-01-01T00:00:00Z"),
        (1, 7, "mate", 99.0, None), (7, 3, "mate", 99.0, None), (2, 5, "fights", 1.0, None), (1, 8, "mate", 1.0, None))
PATH = """query($input: ShortestPathInput!) { shortestPath(input: $input) {
  found length hops customers { id name } relationships { id from { id } to { id } weight } } }"""


def settle(work: Change) -> dict[str, Any]:
    session = work.session
    kinds = {key: RelationshipKindRow(key=key, directed=directed, default_sign=sign) for key, directed, sign in (
        ("mate", False, RelationshipSign.POSITIVE), ("leads", True, RelationshipSign.NEUTRAL), ("fights", True, RelationshipSign.NEGATIVE))}
    organization, person = CustomerKind.ORGANIZATION, CustomerKind.PERSON
    session.add_all([*kinds.values(), *(CustomerRow(kind=organization if name == "Acme" else person, name=name, search_name=name.lower())
                                        for name in NAMES)])
    session.flush()
    session.add(ConsentRow(customer_id=7, purpose="analytics", granted=False, recorded_at=utc_now()))
    for from_id, to_id, kind, weight, until in TIES:
        add_tie(session, from_id, to_id, kinds[kind], weight, until)
    return {}


def add_tie(session: Session, from_id: int, to_id: int, kind: RelationshipKindRow, weight: float, until: str | None) -> None:
    row = RelationshipRow(from_id=from_id, to_id=to_id, kind_id=kind.id, directed=kind.directed, sign=kind.default_sign, weight=weight,
                          valid_to=parse_moment(until) if until else None, origin=ProvenanceOrigin.MANUAL)
    session.add(row)
    session.flush()
    session.add_all([RelationshipEndRow(customer_id=customer, relationship_id=id_, other_id=far, direction=direction)
                     for customer, id_, far, direction in ends_of(row.id, from_id, to_id, kind.directed)])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, postgres: Postgres, sqlite_template: Path,
        tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    on_file = request.param == "sqlite"
    url = copied_sqlite(sqlite_template, tmp_path_factory.mktemp("paths")) if on_file else postgres.create()
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
    return Client(serving, token=token(serving, url, "reader"))


def token(serving: Serving, url: str, role: str) -> str:
    made = guanxi(serving.log.parent, "token", "create", "--name", "t", "--role", role, "--database-url", url)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def path(client: Client, from_: str, to: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.ask(PATH, input={"fromId": from_, "toId": to} | more)["shortestPath"]
    return found


def way(client: Client, from_: str, to: str, **more: Any) -> str:
    return " ".join(one["name"] for one in path(client, from_, to, **more)["customers"])


def refusal(client: Client, **given: Any) -> tuple[str, str, str]:
    """The code, the place and the words of the only error."""
    answer = client.whole(PATH, input=given)
    assert answer["data"] == {"shortestPath": None}
    error, = answer["errors"]
    return error["extensions"]["code"], ".".join(error["extensions"].get("path", ())), error["message"]


def test_the_fewest_steps_and_the_strongest_relationship_of_each(client: Client) -> None:
    assert path(client, A, C) == {
        "found": True, "length": 2.0, "hops": 2,
        "customers": [{"id": A, "name": "王伟"}, {"id": B, "name": "李娜"}, {"id": C, "name": "Anna"}],
        "relationships": [{"id": "r_2", "from": {"id": A}, "to": {"id": B}, "weight": 2.0},
                          {"id": "r_4", "from": {"id": B}, "to": {"id": C}, "weight": 1.0}]}


def test_strong_relationships_within_the_bound(client: Client) -> None:
    strong = path(client, A, C, weighting="INVERSE_WEIGHT")
    assert [one["id"] for one in strong["relationships"]] == ["r_5", "r_6", "r_7"]
    assert (strong["hops"], strong["length"]) == (3, pytest.approx(0.3))
    assert path(client, A, C, weighting="INVERSE_WEIGHT", maxHops=2)["length"] == 1.5
    assert path(client, A, C, maxHops=1)["found"] is False


def test_directions_signs_kinds_moments_and_filters(client: Client) -> None:
    assert way(client, "c_4", "c_5") == "Bob Acme"
    assert way(client, "c_5", "c_4") == "Acme Anna 李娜 王伟 Bob"
    assert way(client, "c_5", "c_4", graph={"directed": False}) == "Acme Bob"
    assert way(client, B, "c_5") == "李娜 Anna Acme"
    assert way(client, B, "c_5", graph={"signs": ["NEGATIVE"]}) == "李娜 Acme"
    assert path(client, A, C, graph={"kinds": ["leads"]})["found"] is False
    assert way(client, A, C, graph={"asOf": "2023-06-01T00:00:00Z"}) == "王伟 Anna"
    assert way(client, A, C, weighting="INVERSE_WEIGHT", graph={"where": {"kind": {"eq": "PERSON"}}}) == "王伟 李娜 Anna"


def test_no_way_and_no_step(client: Client) -> None:
    nothing = {"found": False, "length": None, "hops": None, "customers": [], "relationships": []}
    assert path(client, A, LONELY, weighting="INVERSE_WEIGHT", maxHops=20) == nothing
    assert path(client, LONELY, LONELY) == {
        "found": True, "length": 0.0, "hops": 0, "customers": [{"id": LONELY, "name": "孤独"}], "relationships": []}


@pytest.mark.parametrize(("given", "at"), [
    ({"fromId": "c_999999"}, "input.fromId"), ({"toId": SECRET}, "input.toId"), ({"fromId": "r_1"}, "input.fromId"),
    ({"toId": "c_5", "graph": {"where": {"kind": {"eq": "PERSON"}}}}, "input.toId"), ({"maxHops": 0}, "input.maxHops"),
    ({"maxHops": 21}, "input.maxHops"), ({"graph": {"kinds": ["enemy"]}}, "input.graph.kinds"),
    ({"graph": {"kinds": []}}, "input.graph.kinds"),
    ({"weighting": "INVERSE_WEIGHT", "graph": {"useWeights": False}}, "input.weighting")])
def test_what_cannot_be_asked(client: Client, given: dict[str, Any], at: str) -> None:
    code, place, words = refusal(client, **{"fromId": A, "toId": C} | given)
    assert (code, place) == ("INVALID", at)
    assert words.endswith(".")


def test_in_chinese(client: Client, serving: Serving) -> None:
    headers = {"Authorization": f"Bearer {client.token}", "Accept-Language": "zh"}
    asked = {"query": PATH, "variables": {"input": {"fromId": SECRET, "toId": A}}}
    error, = httpx.post(f"{serving.address}/graphql", json=asked, headers=headers, timeout=20).json()["errors"]
    assert error["message"].startswith(f"{SECRET} 不在该网络中")


def test_who_was_erased_is_on_no_path_any_more(client: Client, url: str) -> None:
    assert path(client, A, ERASED)["hops"] == 1

    def erase(work: Change) -> dict[str, Any]:
        work.session.delete(work.session.get_one(CustomerRow, 8))
        return {}

    database = open_database(url)
    change(database.engine, SYSTEM, "erase", erase, key="erase")
    database.engine.dispose()
    assert refusal(client, fromId=A, toId=ERASED)[:2] == ("INVALID", "input.toId")


def test_a_filter_is_refused_as_in_a_list(client: Client) -> None:
    for where in ({"ownerId": {"eq": "c_1"}}, {}, {"relatedTo": {"customerId": A, "maxHops": 5}}):
        assert refusal(client, fromId=A, toId=C, graph={"where": where})[0] == "BAD_USER_INPUT"
    assert way(client, A, B, graph={"where": {"or": [{"id": {"eq": A}}, {"relatedTo": {"customerId": A}}]}}) == "王伟 李娜"
