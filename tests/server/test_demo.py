"""The demo: the same on both databases, whole or absent, its people recognisably made up, and its example queries answered."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from plugins.manager import Choices, Plugins
from schema.commerce.models import BrowseEventRow, ReviewRow, TransactionLineRow, TransactionRow
from schema.customers.models import ConsentRow, CustomerRow, TagRow
from schema.jobs.models import JobRow, JobStatus
from schema.relationships.models import ProvenanceOrigin, RelationshipEndRow, RelationshipRow
from schema.rows import Row
from schema.staff.models import StaffRow
from schema.surveys.models import SurveyResponseRow
from server import demo
from server.application import assemble
from server.database import Database, open_database
from server.demo.measuring import MEASUREMENTS
from server.settings import Settings
from server.upgrading import upgrade_plugins
from tests.conftest import DATABASES, opened
from tests.databases import Postgres, copied_sqlite, counted
from tests.demo import ask, events_of, fill, measured
from tests.mariadb_server import MariaDB
from tests.measured import MeasuredDemo
from tests.roads import TALLY
from tests.server.test_demo_files import rows_of

FOLLOWING = "19-follow-a-run"
EXAMPLES = {path.stem: path.read_text() for path in sorted((Path(__file__).parents[2] / "web" / "graphiql" / "examples").glob("*.graphql"))}


@pytest.fixture(scope="module", params=DATABASES)
def demo_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the demo in it, for tests that leave it as it is."""
    if request.param == "sqlite":
        measured: MeasuredDemo = request.getfixturevalue("sqlite_demo")
        assert_measured(measured.said)
        yield measured.copied(tmp_path_factory.mktemp("demo"))
        return
    server: Postgres | MariaDB = request.getfixturevalue("postgres" if request.param == "postgresql" else "mariadb")
    url = server.create()
    assert_measured(fill(url, tmp_path_factory.mktemp("files")))
    yield url
    server.drop(url)


def assert_measured(said: list[str]) -> None:
    assert said[-13:] == ["Measuring the demo beside serving it; scores appear one after the other.",
                         "  310 customers measured, 7 communities of them found",
                         "  2,169 proposals of partners for 222 customers",
                         "  438 rules of what is bought together, out of 1,281 baskets",
                         "  3,100 recommendations of products, 2,975 of customers",
                         "  306 customers in 4 clusters of alike buyers",
                         "  306 customers scored by what they bought; 4 bought nothing",
                         "  306 lifetime values and churn risks",
                         "  306 probabilities of buying within 30 days",
                         "  301 dates of next purchases",
                         "  30 days of sales forecast",
                         "  217 responses to a survey evaluated, of 217 customers",
                         demo.MEASURED]


@pytest.fixture
async def filled(demo_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(demo_url) as database:
        yield database


@pytest.fixture
async def own(demo_url: str, request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    """A copy of it that a test may change."""
    if demo_url.startswith("sqlite"):
        async with opened(copied_sqlite(Path(demo_url.removeprefix("sqlite:///")), tmp_path)) as database:
            yield database
        return
    server: Postgres | MariaDB = request.getfixturevalue("postgres" if demo_url.startswith("postgresql") else "mariadb")
    url = server.create(make_url(demo_url).database)
    async with opened(url) as database:
        yield database
    server.drop(url)


def counts(database: Database) -> dict[str, int]:
    with Session(database.engine) as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Row.metadata.tables.items()}


async def test_everything_in_the_files_is_in_the_database(filled: Database) -> None:
    with Session(filled.engine) as session:
        def count(row: type[Row], *where: Any) -> int:
            return session.scalar(select(func.count()).select_from(row).where(*where)) or 0

        lines = rows_of("transactions.csv.gz")
        assert count(TransactionLineRow) == len(lines) == 36_327
        assert count(TransactionRow) == len({line["InvoiceNo"] for line in lines})
        anonymous = {line["InvoiceNo"] for line in lines if not line["CustomerID"]}
        assert count(TransactionRow, TransactionRow.customer_id.is_(None)) == len(anonymous) > 0
        assert count(CustomerRow) == len(rows_of("customers.csv")) == 340
        assert count(TagRow, TagRow.name == "demo-generated") == 340
        assert count(ReviewRow) == len(rows_of("reviews.csv"))
        assert count(BrowseEventRow) == len(rows_of("browse_events.csv.gz"))
        assert count(ConsentRow) == len(rows_of("consents.csv"))
        assert count(SurveyResponseRow) == len(rows_of("survey_responses.csv")) == 319
        noted = count(RelationshipRow, RelationshipRow.origin == ProvenanceOrigin.MANUAL, RelationshipRow.staff_id.is_not(None))
        derived = count(RelationshipRow, RelationshipRow.origin == ProvenanceOrigin.DERIVED)
        assert (noted, derived) == (len(rows_of("relationships.csv")), 2_309)
        assert count(RelationshipRow) == noted + derived == count(RelationshipEndRow) / 2
        assert count(StaffRow, StaffRow.key.startswith("demo-")) == 6


async def test_a_customers_figures_are_those_of_the_whole_of_online_retail(filled: Database) -> None:
    data = await ask(filled, """{ customer(ref: {externalId: {source: "online-retail", value: "14646"}}) {
        name behaviour { purchaseCount returnCount purchaseTotal { amount currency } } } }""")
    assert data["customer"] == {"name": "Windmill Trading", "behaviour": {
        "purchaseCount": 74, "returnCount": 3, "purchaseTotal": [{"amount": "279489.02", "currency": "GBP"}]}}


@pytest.mark.parametrize(("name", "number"), [("王伟", "13085"), ("李娜", "12346"), ("晨光贸易", "17841")])
async def test_names_are_found(filled: Database, name: str, number: str) -> None:
    query = "query ($name: String!) { customers(where: {search: $name}, first: 20) { nodes { externalIds { value } } } }"
    data = await ask(filled, query, name=name)
    assert {"externalIds": [{"value": number}]} in data["customers"]["nodes"]


async def test_filling_again_changes_nothing_and_computes_nothing(filled: Database, tmp_path: Path) -> None:
    before = counts(filled)
    address = filled.address.url.render_as_string(hide_password=False)
    assert await asyncio.to_thread(fill, address, tmp_path) == []
    assert counts(filled) == before


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != FOLLOWING])
async def test_example_tabs_have_something_to_show(own: Database, name: str) -> None:
    data = await ask(own, EXAMPLES[name])
    assert TALLY.last == "plan"
    for answer in data.values():
        assert answer
        for part in answer if isinstance(answer, list) else [answer]:
            assert part.get("nodes", True)
            assert part.get("totalCount", 1) > 0
            ties = part.get("relationships", True)
            assert ties["edges"] if isinstance(ties, dict) else ties
            assert part.get("transactions", {"nodes": True})["nodes"]


async def test_the_example_that_starts_a_run_starts_it_and_the_next_one_follows_it(own: Database) -> None:
    only = (await ask(own, EXAMPLES["18-start-a-run"], estimateOnly=True))["graphMetricsRunStart"]
    assert (only["run"], only["estimate"]["withinLimits"], only["userErrors"]) == (None, True, [])
    [event] = await events_of(own, EXAMPLES[FOLLOWING])  # the demo's own run, which has ended
    assert event["jobUpdated"]["status"] == "SUCCEEDED"
    started = (await ask(own, EXAMPLES["18-start-a-run"]))["graphMetricsRunStart"]
    assert (started["run"]["status"], started["run"]["slots"], started["userErrors"]) == ("QUEUED", ["pageRank", "community"], [])
    cancel = "mutation($id: ID!) { jobCancel(input: {id: $id}) { userErrors { code } } }"
    assert (await ask(own, cancel, id=started["run"]["id"]))["jobCancel"]["userErrors"] == []
    [event] = await events_of(own, EXAMPLES[FOLLOWING], id=started["run"]["id"])
    assert event["jobUpdated"]["status"] == "CANCELLED"


async def test_who_counts_takes_eight_statements_however_many_customers(filled: Database) -> None:
    """One for the customers with scores, communities and runs; one for how many there are; two for whether a run is stale; three for
    behaviour (purchases, browsing, reviews); one for relationships."""
    query, numbers, answers = EXAMPLES["04-who-counts"], {}, {}
    for first in (1, 100):
        with counted(filled) as count:
            answers[first] = (await ask(filled, query, first=first, least=0))["customers"]
        numbers[first] = len(count.reads)
    assert numbers == {1: 8, 100: 8}
    assert [len(answer["nodes"]) for answer in answers.values()] == [1, 100]


async def test_who_counts_shows_scores_with_the_run_that_gave_them(filled: Database) -> None:
    found = (await ask(filled, EXAMPLES["04-who-counts"]))["customers"]
    first, *others = found["nodes"]
    scores = [one["pageRank"] for one in found["nodes"]]
    assert (found["totalCount"], first["name"], first["community"]) == (55, "北京晨光贸易有限公司", {"index": 0, "size": 114})
    assert [score["value"] for score in scores] == sorted((score["value"] for score in scores), reverse=True)
    assert [score["rank"] for score in scores] == list(range(1, 11))
    assert scores[0]["value"] == pytest.approx(0.0696, abs=0.0001)
    assert first["behaviour"]["purchaseCount"] == 124
    assert [edge["other"]["name"] for edge in first["relationships"]["edges"]] == ["Windmill Trading", "上海远帆礼品有限公司"]
    run = scores[0]["run"]
    assert all(score["run"] == run for score in scores)
    assert run["plugin"]["name"] == "graph"
    assert re.fullmatch("[0-9a-f]{64}", run["snapshot"]["digest"])
    assert any(other["community"] for other in others)


async def test_who_holds_it_together_shows_brokers_and_what_communities_share(filled: Database) -> None:
    found = await ask(filled, EXAMPLES["05-who-holds-it-together"])
    brokers = {one["name"]: one for one in found["customers"]["nodes"]}
    assert list(brokers)[:4] == ["北京晨光贸易有限公司", "Windmill Trading", "成都瑞和礼品有限公司", "罗敏"]
    assert (brokers["罗敏"]["betweenness"]["rank"], brokers["罗敏"]["totalDegree"]["rank"]) == (4, 13)
    [run] = found["analysisRuns"]["nodes"]
    assert [(one["size"], one["name"]) for one in run["communities"]["nodes"]] == [
        (114, None), (36, "装饰 decoration · 园艺 garden"), (36, "箱包 bags · 儿童 children"), (33, "United Kingdom · 圣诞 Christmas")]
    assert (run["nodeCount"], run["largestWeakComponent"]) == (310, 222)


async def test_strong_relationships_are_another_way_than_few_steps(filled: Database) -> None:
    found = await ask(filled, EXAMPLES["06-how-they-are-connected"])
    few, strong = ([one["name"] for one in found[way]["customers"]] for way in ("fewestSteps", "strongestTies"))
    assert few == ["林俊辉", "Rupert Jessop", "Windmill Trading", "上海远帆礼品有限公司", "王伟"]
    assert strong == ["林俊辉", "Rupert Jessop", "北京云裳贸易有限公司", "Windmill Trading", "上海远帆礼品有限公司", "王伟"]
    assert [one["kind"]["label"] for one in found["fewestSteps"]["relationships"]] == ["亲属", "共同购买", "供应", "雇用"]
    assert found["fewestSteps"]["length"] == 4


async def test_who_could_work_together_says_why_and_how_well_that_works(filled: Database) -> None:
    found = await ask(filled, EXAMPLES["07-who-could-work-together"])
    [windmill] = found["customers"]["nodes"]
    assert [one["partner"]["name"] for one in windmill["potentialPartners"]][:3] == ["Thistle Hill Toys", "Grace Ashby", "王伟"]
    third = windmill["potentialPartners"][2]
    assert [one["name"] for one in third["via"]] == ["上海远帆礼品有限公司"]
    assert third["reason"].startswith("双方有 1 位共同联系人。")
    [run] = found["analysisRuns"]["nodes"]
    assert 0.9 < run["auc"] < run["popularityAuc"]
    assert len(run["warnings"]) == 1  # which says so


async def test_what_to_offer_says_why_through_whom_and_how_well_that_works(filled: Database) -> None:
    found = await ask(filled, EXAMPLES["16-what-to-offer"])
    [windmill] = found["customers"]["nodes"]
    first, *_ = windmill["recommendations"]
    assert first["item"] == {"sku": "23202", "name": "JUMBO BAG VINTAGE LEAF"}
    assert first["reason"] == "与已购买的 45 种商品相关，尤其是“JUMBO BAG APPLES”。"
    via = {one["name"] for offer in windmill["recommendations"] for one in offer["via"]}
    assert "成都瑞和礼品有限公司" in via
    assert "北京晨光贸易有限公司" not in via  # they compete
    [run] = found["analysisRuns"]["nodes"]
    test = {one["method"]: one["ndcg"] for one in run["test"]}
    assert test["BLEND"] > test["BLEND_WITHOUT_RELATIONS"] > 2 * test["BEST_SELLERS"]


async def test_who_is_like_them_leaves_out_a_competitor(filled: Database) -> None:
    [dawn] = (await ask(filled, EXAMPLES["17-who-is-like-them"]))["customers"]["nodes"]
    names = [one["item"]["name"] for one in dawn["recommendations"]]
    assert names[:2] == ["Pebble Bridge Tea Rooms", "成都瑞和礼品有限公司"]
    assert "Windmill Trading" not in names
    assert dawn["recommendations"][0]["via"] == [{"name": "Amber Field Interiors"}]


async def test_where_conflict_spreads_leads_to_one_without_a_conflict_of_their_own(filled: Database) -> None:
    found = await ask(filled, EXAMPLES["08-where-conflict-spreads"])
    assert found["customers"]["totalCount"] == 14
    first, *_ = found["customers"]["nodes"]
    assert (first["name"], first["conflict"]) == ("Windmill Trading", {"index": 0, "size": 3})
    near = await ask(filled, "{ customers(where: {riskExposure: {gte: 1}, conflictId: {isNull: true}}) { nodes { name } } }")
    assert near["customers"]["nodes"] == [{"name": "周浩然"}]
    [run] = found["analysisRuns"]["nodes"]
    assert [one["relationships"] for one in run["tensions"]["nodes"]] == [2, 2, 1]
    assert run["balance"]["twoPositive"] == 28


async def test_the_map_shows_who_is_near_to_conflicts(filled: Database) -> None:
    found = (await ask(filled, EXAMPLES["09-relationship-map"]))["relationshipMap"]
    assert (found["totalNodes"], found["totalEdges"], found["truncated"]) == (14, 40, False)
    assert all(max(abs(node["x"]), abs(node["y"])) <= 1 for node in found["nodes"])
    assert sum(edge["sign"] == "NEGATIVE" for edge in found["edges"]) == 7
    for name, ending in (("pictureUrl", "svg"), ("forSlides", "png"), ("forGephi", "gexf")):
        assert re.fullmatch(rf"/files/inquiries/[0-9a-f]{{64}}\.{ending}", found[name])


async def test_who_buys_a_jumbo_bag_buys_others_and_what_windmill_trading_lacks(filled: Database) -> None:
    [run] = (await ask(filled, EXAMPLES["14-what-is-bought-together"]))["analysisRuns"]["nodes"]
    assert (run["basketCount"], run["minimumCount"], run["ruleCount"]) == (1_281, 20, 438)
    [rule] = run["rules"]["nodes"]
    assert (rule["consequent"], rule["count"]) == ([{"sku": "85099B", "name": "JUMBO BAG RED RETROSPOT"}], 37)
    assert (rule["confidence"], rule["lift"]) == (37 / 61, pytest.approx(8.09375))
    [windmill] = (await ask(filled, EXAMPLES["15-what-to-offer-next"]))["customers"]["nodes"]
    assert [one["consequent"][0]["name"] for one in windmill["nextProducts"]] == [
        "POPPY'S PLAYHOUSE KITCHEN", "RED FLORAL FELTCRAFT SHOULDER BAG", "TREASURE ISLAND BOOK BOX"]


async def test_the_example_that_renames_works_with_what_the_others_show(own: Database) -> None:
    [found] = (await ask(own, EXAMPLES["03-search-by-name"]))["customers"]["nodes"]
    rename = EXAMPLES["21-rename-customer"]
    first = (await ask(own, rename, id=found["id"]))["customerUpdate"]
    again = (await ask(own, rename, id=found["id"], name="王伟"))["customerUpdate"]
    assert (first["customer"]["name"], first["customer"]["revision"], first["userErrors"]) == ("王伟 Wang Wei", 2, [])
    assert (again["customer"], [error["code"] for error in again["userErrors"]]) == (None, ["CONFLICT"])


async def test_a_load_that_breaks_off_leaves_nothing_and_the_next_one_is_whole(database_url: str, anyio_backend: str) -> None:
    async with opened(database_url) as database:
        before = counts(database)
        with pytest.raises(KeyboardInterrupt):
            demo.load(database, interrupt_at_the_end)
        assert counts(database) == before
        demo.load(database, lambda _: None)
        assert counts(database)["customers"] == 340


def interrupt_at_the_end(line: str) -> None:
    if "derived" in line:
        raise KeyboardInterrupt


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two measurements of the plugin graph, and one of another."""
    monkeypatch.setattr("server.demo.measuring.MEASUREMENTS", MEASUREMENTS[:3])


@pytest.mark.usefixtures("few")
def test_without_the_libraries_of_analyses_the_demo_says_so_and_starts(sqlite_url: str, tmp_path: Path) -> None:
    with mock.patch("plugins.graph.find_spec", lambda name: None if name == "igraph" else find_spec(name)):
        said = fill(sqlite_url, tmp_path)
    assert said[-1] == ("  The demo lacks scores. The library igraph is missing, so no network can be measured: "
                        "install guanxi[analytics].")
    assert fill(sqlite_url, tmp_path)[-3:] == [  # the next start makes up for it
        "  310 customers measured, 7 communities of them found", "  2,169 proposals of partners for 222 customers", demo.MEASURED]


@pytest.mark.usefixtures("few")
def test_without_the_plugin_the_demo_says_so_and_starts(sqlite_url: str, tmp_path: Path) -> None:
    said = fill(sqlite_url, tmp_path, disabled=["graph"])
    assert said[-1] == ("  The demo lacks scores. The plugin that brings graphMetrics does not serve: “guanxi plugins list” says why. "
                        "The plugin that brings potentialPartners does not serve: “guanxi plugins list” says why.")
    assert "  438 rules of what is bought together, out of 1,281 baskets" in said  # the others do what they can


async def test_the_customers_of_others_are_not_measured(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with Session(database.engine) as session, session.begin():
        session.add(CustomerRow(kind="PERSON", name="Anna", search_name="anna"))
    await demo.measure(Settings(), database, assemble(Plugins(Choices()), database), pytest.fail)
    database.engine.dispose()


async def test_a_run_that_an_earlier_start_left_in_the_queue_is_the_one_that_is_published(
        sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.demo.measuring.MEASUREMENTS", MEASUREMENTS[:2])
    database, said, settings = open_database(sqlite_url), list[str](), Settings(files=tmp_path)
    plugins = Plugins(Choices())
    assert all(well for well, _ in upgrade_plugins(database, plugins))
    demo.load(database, said.append)
    one = assemble(plugins, database)
    asking = asyncio.create_task(demo.measure(settings, database, one, said.append))  # nobody computes it
    while not runs(database):  # noqa: ASYNC110  a thread writes it
        await asyncio.sleep(0.05)
    asking.cancel()
    await measured(settings, database, one, said.append)
    assert said[-1] == demo.MEASURED
    assert runs(database) == [("graphMetrics", JobStatus.SUCCEEDED), ("potentialPartners", JobStatus.SUCCEEDED)]
    database.engine.dispose()


def runs(database: Database) -> list[tuple[str, JobStatus]]:
    with Session(database.engine) as session:
        return [(kind, status) for kind, status in session.execute(
            select(JobRow.kind, JobRow.status).where(JobRow.kind.in_(one.analysis for one in MEASUREMENTS)).order_by(JobRow.id))]


def test_a_database_with_customers_stays_as_it_is(database_url: str) -> None:
    database = open_database(database_url)
    with Session(database.engine) as session, session.begin():
        session.add(CustomerRow(kind="PERSON", name="Anna", search_name="anna"))
    before = counts(database)
    demo.load(database, pytest.fail)
    assert counts(database) == before
    database.engine.dispose()
