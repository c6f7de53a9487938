"""What the documentation says is run: its GraphQL on the demo, its clients against a server, its plugin, and its tables beside the code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import guanxi
from plugins.asking import HOOKS
from plugins.graph.metrics.scores import SCORES, GraphMetric
from plugins.manager import Choices, Plugins
from plugins.rules.models import RuleRow
from plugins.rules.start import RuleAlgorithm, RuleCorrection
from schema.extending.catalogue import PluginStatus
from server.application import compose_all
from server.database import Database
from tests.conftest import opened
from tests.databases import copied_sqlite
from tests.demo import ask, events_of
from tests.measured import MeasuredDemo
from tests.roads import TALLY
from tests.server.processes import GUANXI, served
from tests.server.runs.client import Client

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
RUNS, AUTHORS = (ROOT / "docs" / "analyses.md").read_text(), (ROOT / "docs" / "plugins.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def cells(text: str, column: int = 0) -> list[str]:
    """What stands in code type in one column of tables."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row[column])]


EXAMPLES = [(page.relative_to(ROOT).as_posix(), text) for page in PAGES for text in blocks(page.read_text(), "graphql")]


@pytest.fixture
async def demo_database(sqlite_demo: MeasuredDemo, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(copied_sqlite(sqlite_demo.path, tmp_path)) as database:
        yield database


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 12


@pytest.mark.parametrize(("page", "text"), EXAMPLES)
async def test_example(page: str, text: str, demo_database: Database) -> None:
    if text.startswith("subscription"):
        assert await events_of(demo_database, text), page
        return
    data = await ask(demo_database, text)
    assert TALLY.last == "plan"
    assert all(answer is not None for answer in data.values()), page
    payloads = [answer for answer in data.values() if isinstance(answer, dict) and "userErrors" in answer]
    assert not any(payload["userErrors"] for payload in payloads), page


async def test_the_answer_in_the_readme_is_the_real_one(demo_database: Database) -> None:
    text = (ROOT / "README.md").read_text()
    [query, *_], [answer] = blocks(text, "graphql"), blocks(text, "json")
    assert is_short_for(json.loads(answer), await ask(demo_database, query, "en"))


async def test_the_demos_survey_says_what_its_page_says(demo_database: Database) -> None:
    examples = ROOT / "web" / "graphiql" / "examples"
    [run] = (await ask(demo_database, (examples / "26-what-customers-say.graphql").read_text()))["analysisRuns"]["nodes"]
    assert run["responses"] == 217
    assert [one["key"] for one in run["drivers"]["drivers"]][:3] == ["quality", "delivery", "waiting"]  # as they were made up
    assert [one["appropriateTest"] for one in run["comparisons"]] == ["KRUSKAL_WALLIS", "ANOVA"]
    assert run["trend"]["waves"][0]["mean"] > run["trend"]["waves"][1]["mean"]
    found = (await ask(demo_database, (examples / "27-who-is-not-satisfied.graphql").read_text()))["customers"]
    assert all(one["satisfaction"]["value"] < 50 for one in found["nodes"])
    assert found["totalCount"] > len(found["nodes"]) > 0


def is_short_for(shown: Any, real: Any) -> bool:
    """Numbers are rounded to four places, and texts with an ellipsis stand for any other."""
    if isinstance(shown, dict):
        return bool(shown.keys() == real.keys()) and all(is_short_for(shown[key], real[key]) for key in shown)
    if isinstance(shown, list):
        return len(shown) == len(real) and all(map(is_short_for, shown, real))
    if isinstance(shown, float):
        return bool(round(real, 4) == shown)
    return bool(real) if isinstance(shown, str) and "…" in shown else bool(shown == real)


def test_clients_follow_a_run(sqlite_demo: MeasuredDemo, tmp_path: Path) -> None:
    """The programs of docs/analyses.md, with the address and the token of a server that has the demo."""
    url = sqlite_demo.copied(tmp_path)
    with served(tmp_path, GUANXI_DATABASE_URL=url) as server:
        made = subprocess.run([GUANXI, "token", "create", "--name", "docs", "--role", "reader", "--database-url", url],
                              capture_output=True, text=True, check=True)
        environment = os.environ | {"TOKEN": made.stdout.strip()}
        [curl] = [one for one in blocks(RUNS, "sh") if "text/event-stream" in one]
        [program] = blocks(RUNS, "python")
        for command in (["sh", "-c", curl], [sys.executable, "-c", program]):
            here = [part.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}") for part in command]
            told = subprocess.run(here, capture_output=True, text=True, env=environment, timeout=30, check=True)
            assert "SUCCEEDED" in told.stdout, told.stderr
            assert "complete" in told.stdout


def test_the_smallest_plugin_serves(tmp_path: Path) -> None:
    path = tmp_path / "lucky.py"
    path.write_text(blocks(AUTHORS, "python")[0])
    application = compose_all(Plugins(Choices(load=[str(path)])), "sqlite")
    known = application.catalogue.plugin("lucky")
    assert known is not None
    assert (known.status, known.reason) == (PluginStatus.ACTIVE, None)
    assert re.search(r'isLucky: Boolean @.*@plugin\(name: "lucky"', application.schema.as_str())


def test_the_plugin_with_an_inquiry_answers(tmp_path: Path) -> None:
    path = tmp_path / "circle.py"
    path.write_text(blocks(AUTHORS, "python")[1])
    with served(tmp_path, "--demo", "--plugin", str(path)) as serving:
        client = Client(serving)
        known = client.ask("{ relationships(first: 1) { nodes { from { id } to { id } } } }")["relationships"]["nodes"][0]
        asked = "query($input: CircleInput!) { circle(input: $input) { members { id } } }"
        found = client.ask(asked, input={"of": known["from"]["id"], "most": 100})["circle"]["members"]
        assert {"id": known["to"]["id"]} in found
        error, = client.whole(asked, input={"of": "c_1", "most": 0})["errors"]
        assert error["extensions"] == {"code": "INVALID", "path": ["input", "most"]}


def test_the_hooks_and_names_are_those_there_are() -> None:
    assert cells(AUTHORS.partition("## Hooks")[2].partition("\n## ")[0]) == list(HOOKS)
    assert sorted(cells(AUTHORS.partition("## Names")[2].partition("\n## ")[0], column=1)) == guanxi.__all__
    assert cells(AUTHORS.partition("## How a plugin stands")[2].partition("\n## ")[0]) == [status.name for status in PluginStatus]


def test_every_measure_of_the_graph_plugin_has_a_page_and_a_line() -> None:
    lines = [line for line in (ROOT / "docs" / "graph.md").read_text().splitlines() if line.startswith("| [")]
    named = {name for line in lines for name in re.findall(r"`(\w+)`", line)}
    assert {metric.name for metric in GraphMetric} | {score.name for score in SCORES} <= named
    linked = {target for line in lines for target in re.findall(r"\]\((graph/[\w-]+\.md)", line)}
    assert linked == {f"graph/{page.name}" for page in (ROOT / "docs" / "graph").glob("*.md")}


def test_every_measure_of_a_rule_and_every_page_about_rules_is_there() -> None:
    measures = (ROOT / "docs" / "rules" / "measures.md").read_text().partition("| field")[2].partition("\n\n")[0]
    pages = "".join(page.read_text() for page in (ROOT / "docs" / "rules").glob("*.md"))
    numbers = {"".join(part.title() if place else part for place, part in enumerate(name.split("_")))
               for name in (column.name for column in RuleRow.__table__.columns) if not name.endswith("id")}
    assert set(cells(measures)) | {"pValue", "adjustedPValue"} == numbers
    assert all(f"`{name}`" in pages for name in (*numbers, *RuleAlgorithm.__members__, *RuleCorrection.__members__))
    linked = set(re.findall(r"\]\((rules/[\w-]+\.md)", (ROOT / "docs" / "rules.md").read_text()))
    assert linked == {f"rules/{page.name}" for page in (ROOT / "docs" / "rules").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
