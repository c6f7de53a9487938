"""GraphiQL as a person uses it, in a real Chromium that can reach the server and nothing else."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Response, Route, WebSocketRoute, expect

from tests.browser import pictures
from tests.browser.conftest import LiveServer, Visit

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "server" / "graphiql" / "examples").glob("*.graphql"))
REFERENCE = Path(__file__).parent / "graphiql.png"
# Shades of 255. Measured against the reference: 0 to 1.1 with other fonts, 1.3 with another tab in front, 5.4 with the docs pane open,
# 9 for an empty page, 10 without style sheets.
BOUND = 2.0
# The classes by which the editor colours what it has parsed; before that all text has one.
TOKEN_KINDS = "[...new Set([...document.querySelectorAll('.graphiql-query-editor [class*=mtk]')].map((token) => token.className))]"


def write(page: Page, text: str) -> None:
    """Put `text` into the operation editor of a new tab."""
    page.get_by_role("button", name="New tab").click()
    page.locator(".graphiql-query-editor .monaco-editor").click()
    page.keyboard.insert_text(text)


def write_headers(page: Page, headers: dict[str, str]) -> None:
    page.get_by_role("button", name="Headers").click()
    page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)").click()
    page.keyboard.insert_text(json.dumps(headers))


def run(page: Page) -> Response:
    page.wait_for_timeout(1000)  # the editor hands its text on, and the operation's name with it, only when typing has paused
    with page.expect_response(answers_a_person) as answer:
        page.get_by_role("button", name="Execute query").click()
    return answer.value


def answers_a_person(response: Response) -> bool:
    """The page asks for the schema by itself, and may still be waiting for it."""
    return response.url.endswith("/graphql") and "IntrospectionQuery" not in (response.request.post_data or "")


def test_another_host_would_be_noticed(visit: Visit) -> None:
    visit.page.evaluate("window.open('https://example.org/')")
    wait_until(visit.page, lambda: visit.foreign == ["https://example.org/"])
    visit.foreign.clear()


def test_the_policy_of_the_page_is_strict(page: Page) -> None:
    answer = page.request.get(page.url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert page.locator("script:not([src])").count() == 0


def test_the_examples_are_the_first_tabs(page: Page) -> None:
    names = r"^(?:query|mutation|subscription) (\w+)"
    operations = [re.findall(names, path.read_text(encoding="utf-8"), re.MULTILINE) for path in EXAMPLES]
    assert page.title().startswith("关系 Guanxi")
    assert len(operations) >= 5
    assert [[name] for name in page.locator(".graphiql-tab-button").all_inner_texts()] == operations
    title = EXAMPLES[0].read_text(encoding="utf-8").splitlines()[0]
    expect(page.locator(".graphiql-query-editor .view-line").first).to_have_text(title)


def test_the_docs_show_the_schema(page: Page) -> None:
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.locator(".graphiql-doc-explorer")
    docs.get_by_role("link", name="Query", exact=True).click()
    expect(docs.locator(".graphiql-doc-explorer-title")).to_have_text("Query")
    expect(docs.get_by_role("link", name="customers", exact=True)).to_be_visible()
    pictures.keep(page.screenshot(), "docs")


def test_completion_offers_fields(page: Page) -> None:
    write(page, "{ ")
    page.keyboard.type("custo", delay=30)
    offered = page.locator(".suggest-widget.visible .monaco-list-row")
    expect(offered.filter(has_text="customers").first).to_be_visible()
    pictures.keep(page.screenshot(), "completion")


def test_a_query_runs_and_its_answer_shows(page: Page) -> None:
    write(page, "{ customers(first: 1) { nodes { id name } } }")
    answer = run(page)
    (customer,) = answer.json()["data"]["customers"]["nodes"]
    expect(page.get_by_label("Result Window")).to_contain_text(customer["id"])
    assert answer.request.headers["x-guanxi-preflight"] == "1"
    pictures.keep(page.screenshot(), "answer")


def test_the_explorer_writes_a_query(page: Page) -> None:
    write(page, "query Explored { __typename }")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    explorer = page.locator(".graphiql-explorer-root")
    explorer.get_by_text("viewer", exact=True).click()
    explorer.get_by_text("language", exact=True).click()
    expect(page.locator(".graphiql-query-editor")).to_contain_text("viewer")
    pictures.keep(page.screenshot(), "explorer")
    assert run(page).json()["data"]["viewer"]["language"]


def test_the_editor_formats_a_query(page: Page) -> None:
    write(page, "query Crowded{viewer{language}}")
    page.get_by_role("button", name="Prettify query").click()
    expect(page.locator(".graphiql-query-editor .view-line").first).to_have_text("query Crowded {")


def test_a_token_in_the_headers_pane_is_sent_but_not_kept(page: Page) -> None:
    write(page, "{ viewer { language } }")
    write_headers(page, {"X-Canary": "canary-7f3a"})
    assert run(page).request.headers["x-canary"] == "canary-7f3a"
    wait_until(page, lambda: "viewer { language }" in page.evaluate("localStorage['graphiql:queries'] ?? ''"))
    wait_until(page, lambda: "viewer { language }" in page.evaluate("localStorage['graphiql:tabState'] ?? ''"))
    assert "canary-7f3a" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_a_subscription_opens_a_socket_with_the_headers(page: Page, live_server: LiveServer) -> None:
    """The test speaks for the server, to see what the page sends."""
    seen: list[object] = []

    def open_socket(socket: WebSocketRoute) -> None:
        seen.append(socket.url)
        socket.on_message(lambda text: answer(socket, json.loads(text)))

    def answer(socket: WebSocketRoute, message: dict[str, object]) -> None:
        seen.append(message)
        if message["type"] == "connection_init":
            socket.send(json.dumps({"type": "connection_ack"}))

    page.route_web_socket("**/graphql", open_socket)
    write(page, "subscription Ticks { __typename }")
    write_headers(page, {"Accept-Language": "zh"})
    page.get_by_role("button", name="Execute query").click()
    wait_until(page, lambda: len(seen) == 3)
    address, opening, asking = seen
    assert address == live_server.url.replace("http", "ws") + "/graphql"
    assert opening == {"type": "connection_init", "payload": {"Accept-Language": "zh"}}
    assert isinstance(asking, dict)
    assert asking["type"] == "subscribe"


def test_a_run_is_watched_until_it_has_succeeded(page: Page, live_server: LiveServer) -> None:
    """Over a socket of the same host, which the page's policy allows; the session's cookie says who asks."""
    start = 'mutation { graphMetricsRunStart(input: { graph: {}, metrics: [PAGE_RANK] }) { run { id } userErrors { message } } }'
    answer = page.request.post(f"{live_server.url}/graphql", data={"query": start})
    job = answer.json()["data"]["graphMetricsRunStart"]["run"]["id"]
    write(page, f'subscription Watch {{ jobUpdated(id: "{job}") {{ id status }} }}')
    page.wait_for_timeout(1000)
    with page.expect_websocket() as opened:
        page.get_by_role("button", name="Execute query").click()
    assert opened.value.url == live_server.url.replace("http", "ws") + "/graphql"
    results = page.get_by_label("Result Window")
    expect(results).to_contain_text(job)
    expect(results).to_contain_text("SUCCEEDED", timeout=90_000)
    expect(page.get_by_role("button", name="Execute query")).to_be_visible()  # no longer the one that stops


def wait_until(page: Page, holds: Callable[[], bool], pause: float = 50) -> None:
    """Ask every `pause` milliseconds, for ten seconds. Playwright's own way would evaluate text, which the page's policy forbids."""
    for _ in range(int(10_000 / pause)):
        if holds():
            return
        page.wait_for_timeout(pause)
    raise AssertionError("not within ten seconds")


def test_without_the_cookie_the_refusal_is_shown(page: Page) -> None:
    write(page, "{ viewer { language } }")
    page.context.clear_cookies()
    assert run(page).status == 401
    expect(page.get_by_label("Result Window")).to_contain_text("UNAUTHENTICATED")


def test_an_answer_that_is_not_json_is_described(page: Page) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    write(page, "{ viewer { language } }")
    page.route("**/graphql", fail)
    run(page)
    expect(page.get_by_label("Result Window")).to_contain_text("The server answered 502")


def settled_screenshot(page: Page) -> bytes:
    """The window once it has stopped changing: colours and fonts arrive after the text."""
    wait_until(page, lambda: len(page.evaluate(TOKEN_KINDS)) > 3)
    shots = [b"", page.screenshot()]
    while shots[-1] != shots[-2]:
        page.wait_for_timeout(300)
        shots.append(page.screenshot())
    return shots[-1]


def test_the_page_looks_as_it_should(page: Page) -> None:
    picture = settled_screenshot(page)
    pictures.keep(picture, "editor")
    if os.environ.get("GUANXI_UPDATE_SCREENSHOTS") == "1":
        pictures.coarse(picture).save(REFERENCE)
    reference = pictures.coarse(REFERENCE)
    assert pictures.difference(pictures.coarse(picture), reference) < BOUND


def test_a_page_without_its_style_sheets_looks_different(page: Page) -> None:
    settled_screenshot(page)
    page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach((sheet) => sheet.remove())")
    assert pictures.difference(pictures.coarse(page.screenshot()), pictures.coarse(REFERENCE)) > 2 * BOUND


def test_the_dark_theme_follows_the_system(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator(".graphiql-query-editor .view-line").first.wait_for()
    picture = page.screenshot()
    pictures.keep(picture, "dark")
    assert pictures.difference(pictures.coarse(picture), pictures.coarse(REFERENCE)) > 100
