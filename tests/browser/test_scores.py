"""Scores and runs in GraphiQL, on the demo: the query that joins them with customers, and a run that is followed to its end."""

import json
import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from server.demo.measuring import MEASUREMENTS
from tests.browser import pictures
from tests.browser.conftest import LiveServer
from tests.browser.test_graphiql import BOUND, run, settled_screenshot, write

REFERENCE = Path(__file__).parent / "scores.png"
START = """mutation { graphMetricsRunStart(input: {metrics: [PAGE_RANK, COMMUNITY], graph: {}, restarts: 50, seed: 1}) {
  run { id } userErrors { message } } }"""
FOLLOW = 'subscription Follow { jobUpdated(id: "%s") { status progress { stage done total } } }'


def test_scores_are_shown_with_names_purchases_and_the_run_that_gave_them(page: Page) -> None:
    page.get_by_role("tab", name="WhoCounts").click()
    answer = run(page).json()
    assert "errors" not in answer
    shown = page.get_by_label("Result Window")
    for text in ("北京晨光贸易有限公司", '"rank": 1', '"digest"', '"asOf"', '"purchaseCount"'):
        expect(shown).to_contain_text(text)
    picture = settled_screenshot(page)
    pictures.keep(picture, "scores")
    if os.environ.get("GUANXI_UPDATE_SCREENSHOTS") == "1":
        pictures.coarse(picture).save(REFERENCE)
    assert pictures.difference(pictures.coarse(picture), pictures.coarse(REFERENCE)) < BOUND


def test_a_run_is_followed_from_its_start_to_its_end(page: Page, live_server: LiveServer) -> None:
    events: list[Any] = []
    page.on("websocket", lambda socket: listen(socket, events))
    newest = ask(page, live_server, "{ analysisRuns(first: 1) { nodes { id } } }")["analysisRuns"]["nodes"][0]["id"]
    expected = f"j_{int(newest.removeprefix('j_')) + 1}"  # written before it is started, so that nothing of it is missed
    write(page, FOLLOW % expected)
    page.wait_for_timeout(1000)
    started = ask(page, live_server, START)["graphMetricsRunStart"]
    assert started == {"run": {"id": expected}, "userErrors": []}
    page.get_by_role("button", name="Execute query").click()
    expect(page.get_by_label("Result Window")).to_contain_text('"SUCCEEDED"', timeout=60_000)
    pictures.keep(page.screenshot(), "followed")
    told = [event["data"]["jobUpdated"] for event in events]
    assert told[-1]["status"] == "SUCCEEDED"
    assert {one["status"] for one in told[:-1]} <= {"QUEUED", "RUNNING"}
    stages = [one["progress"]["stage"] for one in told if one["progress"]]
    assert set(stages) & {"reading", "selecting relationships", "ranking", "grouping", "writing"}, told


def test_the_charts_of_the_runs_open(page: Page, live_server: LiveServer) -> None:
    found = ask(page, live_server, "{ analysisRuns(first: 20, where: {published: true}) { nodes { id charts { url(format: PNG) } } } }")
    runs = found["analysisRuns"]["nodes"]
    assert len(runs) == len(MEASUREMENTS)
    assert min(len(run["charts"]) for run in runs) >= 2
    charts = [chart for run in runs for chart in run["charts"]]
    for chart in charts:
        answer = page.request.get(live_server.url + chart["url"])
        assert answer.status == 200
        pictures.keep(answer.body(), re.sub(r".*/(\d+)/(\w+)\.png.*", r"chart-\1-\2", chart["url"]))
        assert answer.body().startswith(b"\x89PNG")


def listen(socket: WebSocket, events: list[Any]) -> None:
    def hear(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "next":
            events.append(message["payload"])

    socket.on("framereceived", hear)


def ask(page: Page, server: LiveServer, query: str) -> Any:
    answer = page.request.post(f"{server.url}/graphql", data={"query": query}, headers={"X-Guanxi-Preflight": "1"}).json()
    assert "errors" not in answer, answer
    return answer["data"]
