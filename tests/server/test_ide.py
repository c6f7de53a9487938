"""The GraphiQL page: filled in, escaped, under its policy."""

import html
import json
import re

import httpx

from server.command.signing_in import new_link
from server.database import Database
from server.ide import FILES, filled_in
from tests.server.sample import serving


def config_of(page: str) -> dict[str, object]:
    found = re.search(r'data-config="([^"]*)"', page)
    assert found is not None
    config: dict[str, object] = json.loads(html.unescape(found[1]))
    return config


async def test_the_page_knows_the_endpoint_and_the_examples(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphiql/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    config = config_of(response.text)
    examples = [{"query": path.read_text("utf-8")} for path in sorted((FILES / "examples").glob("*.graphql"))]
    assert len(examples) >= 5
    assert config == {"endpoint": "/graphql", "defaultTabs": examples, "signedIn": False}


async def test_the_policy_allows_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/graphiql/")).headers["content-security-policy"]
    parts = {name: sources for name, _, sources in (part.strip().partition(" ") for part in policy.split(";"))}
    assert parts["default-src"] == parts["frame-ancestors"] == parts["base-uri"] == parts["form-action"] == "'none'"
    assert parts["script-src"] == parts["connect-src"] == "'self'"
    assert not re.search(r"https?:|\*|unsafe-eval", policy)


async def test_assets_are_kept_for_a_year(client: httpx.AsyncClient) -> None:
    page = (await client.get("/graphiql/")).text
    names = re.findall(r'(?:src|href)="\./([^"]+)"', page)
    assert len(names) >= 3
    for name in names:
        response = await client.get(f"/graphiql/{name}")
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert (await client.get("/graphiql/assets/no.js")).headers["cache-control"] == "no-store"


def test_what_stands_in_examples_cannot_leave_its_attribute() -> None:
    evil = '"><script>alert(1)</script>&quot;\''
    text = filled_in('<div data-config="__GUANXI_CONFIG__"></div>', [{"query": evil}], signed_in=True)
    assert "<script" not in text
    assert config_of(text)["defaultTabs"] == [{"query": evil}]


async def test_the_page_knows_whether_the_browser_is_signed_in(sqlite_database: Database) -> None:
    async with serving(sqlite_database) as client:
        await client.get(new_link(sqlite_database, "http://localhost", "admin", 5))
        assert config_of((await client.get("/graphiql/")).text)["signedIn"] is True


async def test_the_way_there(client: httpx.AsyncClient) -> None:
    for path in ("/", "/graphiql"):
        response = await client.get(path)
        assert response.status_code == 307
        assert response.headers["location"].removeprefix("http://localhost") == "/graphiql/"


async def test_who_opens_the_endpoint_in_a_browser_is_sent_to_the_page(sqlite_database: Database) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with serving(sqlite_database) as client:
        response = await client.get("/graphql", headers=browser)
        assert (response.status_code, response.headers["location"]) == (303, "/graphiql/")
        assert (await client.get("/graphql?query={hello}", headers=browser)).status_code == 400
        assert (await client.get("/graphql")).status_code == 400
    async with serving(sqlite_database, graphiql=False) as client:
        assert (await client.get("/graphql", headers=browser)).status_code == 400


async def test_the_page_can_be_left_out(sqlite_database: Database) -> None:
    async with serving(sqlite_database, graphiql=False) as client:
        for path in ("/", "/graphiql/", "/graphiql/assets/" + next((FILES / "assets").iterdir()).name):
            assert (await client.get(path)).status_code == 404
        assert (await client.get(new_link(sqlite_database, "http://localhost", "admin", 5))).headers["location"] == "/healthz"
