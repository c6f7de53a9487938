"""Scores: shown, filtered and sorted by, from the published run or from one that is named."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from schema.changes.models import DataVersionRow
from schema.jobs.models import JobStatus
from server.database import Database
from tests.schema.analyses.people import SNAPSHOT, House, finished_run, settle
from tests.schema.querying.asking import EVERYTHING

NAMES = ["Ada", "Bea", "Cleo", "Dora"]
FULL = """query($run: ID) { customers { nodes { name renown(runId: $run) { value rank percentile stale computedAt
 run { id published kind { key } ... on CensusRun { people } } } } } }"""
FOUND = """query($where: CustomerWhere, $order: [CustomerOrder!], $first: Int, $after: String) {
 customers(where: $where, orderBy: $order, first: $first, after: $after) { nodes { name } pageInfo { endCursor } } }"""


class Counted:
    """A reader that counts."""

    def __init__(self, reader: Any):
        self.reader, self.statements = reader, 0

    async def fetch(self, *arguments: Any) -> Any:
        self.statements += 1
        return await self.reader.fetch(*arguments)


@pytest.fixture
def customers(database: Database) -> dict[str, int]:
    return dict(zip(NAMES, settle(database, NAMES), strict=True))


def scores(customers: dict[str, int], **values: float) -> dict[int, float]:
    return {customers[name]: value for name, value in values.items()}


async def names(people: House, **variables: Any) -> list[str]:
    return [node["name"] for node in (await people.data(FOUND, variables))["customers"]["nodes"]]


async def test_a_score_says_where_it_comes_from(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=9, Bea=9, Cleo=9))
    run = finished_run(people.database, scores(customers, Ada=0.5, Bea=0.25), publish=True)
    nodes = (await people.data(FULL))["customers"]["nodes"]
    shown = {"id": f"j_{run}", "published": True, "kind": {"key": "census"}, "people": 3}
    more = {"stale": False, "computedAt": "2024-05-01T00:00:00+00:00", "run": shown}
    assert nodes == [{"name": "Ada", "renown": {"value": 0.5, "rank": 1, "percentile": 100.0} | more},
                     {"name": "Bea", "renown": {"value": 0.25, "rank": 2, "percentile": 50.0} | more},
                     {"name": "Cleo", "renown": None}, {"name": "Dora", "renown": None}]


async def test_a_run_that_is_named_answers_instead(people: House, customers: dict[str, int]) -> None:
    draft = finished_run(people.database, scores(customers, Cleo=3))
    finished_run(people.database, scores(customers, Ada=0.5, Bea=0.25), publish=True)
    nodes = (await people.data(FULL, {"run": f"j_{draft}"}))["customers"]["nodes"]
    assert [(node["renown"] or {}).get("value") for node in nodes] == [None, None, 3.0, None]
    assert nodes[2]["renown"]["run"]["published"] is False
    assert await names(people, where={"renown": {"runId": f"j_{draft}", "gte": 1}}) == ["Cleo"]
    assert await names(people, where={"renown": {"gte": 0.3}}) == ["Ada"]
    assert (await names(people, order=[{"renown": {"direction": "ASC", "runId": f"j_{draft}"}}]))[0] == "Cleo"


async def test_without_a_published_run_nobody_has_a_score(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=1))
    assert [node["renown"] for node in (await people.data(FULL))["customers"]["nodes"]] == [None] * 4
    assert await names(people, where={"renown": {"gte": 0}}) == []
    assert await names(people, where={"renown": {"isNull": True}}) == NAMES
    assert await names(people, order=[{"renown": {"direction": "ASC"}}]) == NAMES


@pytest.mark.parametrize(("condition", "found"), [
    ({"gt": 1}, ["Bea", "Cleo"]), ({"gte": 1}, ["Ada", "Bea", "Cleo"]), ({"lt": 2}, ["Ada"]), ({"lte": 2}, ["Ada", "Bea"]),
    ({"gt": 1, "lt": 3}, ["Bea"]), ({"isNull": False}, ["Ada", "Bea", "Cleo"]), ({"isNull": True}, ["Dora"]),
    ({"isNull": False, "gte": 2}, ["Bea", "Cleo"]), ({"isNull": True, "gte": 2}, []),
])
async def test_filters(people: House, customers: dict[str, int], condition: dict[str, Any], found: list[str]) -> None:
    finished_run(people.database, scores(customers, Ada=1, Bea=2, Cleo=3), publish=True)
    assert await names(people, where={"renown": condition}) == found
    assert await names(people, where={"not": {"renown": condition}}) == [name for name in NAMES if name not in found]


async def test_orders_and_their_pages(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=1, Bea=3, Cleo=1), publish=True)
    for direction, expected in (("DESC", ["Bea", "Cleo", "Ada", "Dora"]), ("ASC", ["Ada", "Cleo", "Bea", "Dora"])):
        order, seen, after = [{"renown": {"direction": direction}}], [], None
        for _ in NAMES:
            page = (await people.data(FOUND, {"order": order, "first": 1, "after": after}))["customers"]
            seen += [node["name"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == expected


@pytest.mark.parametrize("broken", [{"runId": "c_1"}, {"runId": "nonsense"}, {"runId": ""}, {"runId": "j_99999999999999999999"}])
async def test_ids_that_are_no_runs(people: House, customers: dict[str, int], broken: dict[str, str]) -> None:
    finished_run(people.database, scores(customers, Ada=1), publish=True)
    for query, variables, path in ((FOUND, {"where": {"renown": broken | {"gte": 0}}}, ["customers"]),
                                   (FOUND, {"order": [{"renown": broken | {"direction": "ASC"}}]}, ["customers"]),
                                   (FULL, {"run": broken["runId"]}, ["customers"])):
        assert (await people.ask(query, variables)).refusals == [("BAD_USER_INPUT", path)]


async def test_runs_that_give_no_scores(people: House, customers: dict[str, int]) -> None:
    """Of another analysis, not ended, failed, or not there: nothing of theirs is shown, and the published run does not stand in."""
    finished_run(people.database, scores(customers, Ada=1), publish=True)
    others = [finished_run(people.database, scores(customers, Ada=5), kind="astrology"),
              finished_run(people.database, scores(customers, Ada=5), status=JobStatus.RUNNING),
              finished_run(people.database, scores(customers, Ada=5), status=JobStatus.FAILED), 99999]
    for other in others:
        nodes = (await people.data(FULL, {"run": f"j_{other}"}))["customers"]["nodes"]
        assert [node["renown"] for node in nodes] == [None] * 4
        assert await names(people, where={"renown": {"runId": f"j_{other}", "gte": 0}}) == []


async def test_an_empty_condition_is_refused(people: House, customers: dict[str, int]) -> None:
    run = finished_run(people.database, scores(customers, Ada=1), publish=True)
    for empty in ({}, {"runId": f"j_{run}"}, {"gte": None}, {"runId": None, "gte": 1}):
        assert [code for code, _ in (await people.ask(FOUND, {"where": {"renown": empty}})).refusals] == ["BAD_USER_INPUT"]


async def test_a_score_is_guarded_wherever_it_is_used(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=1), publish=True)
    allowed = EVERYTHING - {"commerce.read"}
    field = await people.ask("{ customers(first: 1) { nodes { name renown { value } } } }", allowed=allowed)
    assert field.refusals == [("FORBIDDEN", ["customers", "nodes", 0, "renown"])]
    for variables in ({"where": {"renown": {"gte": 0}}}, {"order": [{"renown": {"direction": "ASC"}}]}):
        assert (await people.ask(FOUND, variables, allowed=allowed)).refusals == [("FORBIDDEN", ["customers"])]


async def test_the_run_behind_a_score_is_guarded_as_runs_are(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=1), publish=True)
    answer = await people.ask("{ customers(first: 1) { nodes { renown { value run { id } } } } }", allowed=EVERYTHING - {"jobs.read"})
    assert {code for code, _ in answer.refusals} == {"FORBIDDEN"}


async def test_a_page_of_scores_costs_as_many_statements_as_one(people: House, customers: dict[str, int]) -> None:
    finished_run(people.database, scores(customers, Ada=1, Bea=2, Cleo=3), publish=True)
    query = "query($first: Int) { customers(first: $first) { nodes { renown { value stale run { stale published } } } } }"
    counts = []
    for first in (1, 4):
        async with people.database.reader() as reader:
            counted = Counted(reader)
            answer = await people.schema.execute(query, variable_values={"first": first}, context_value=people.context(counted))
            assert answer.errors is None
            counts.append(counted.statements)
    assert counts[0] == counts[1]


async def test_stale(people: House, customers: dict[str, int]) -> None:
    """What is newer than what a run read makes it stale, if it is of a kind that it read."""
    with Session(people.database.engine) as session, session.begin():
        versions = [session.scalar(insert(DataVersionRow).values(kind=kind).returning(DataVersionRow.id))
                    for kind in ("customer", "relationship", "product")]
    read = {"customer": versions[0], "relationship": versions[1]}
    finished_run(people.database, scores(customers, Ada=1), publish=True, snapshot=SNAPSHOT | {"versions": read})
    waiting = finished_run(people.database, status=JobStatus.QUEUED, snapshot=None)

    async def stale() -> tuple[bool, ...]:
        data = await people.data(f"""{{ customers(first: 1) {{ nodes {{ renown {{ stale run {{ ... on CensusRun {{ stale }} }} }} }} }}
 job(id: "j_{waiting}") {{ ... on AnalysisRun {{ stale }} }} }}""")
        renown = data["customers"]["nodes"][0]["renown"]
        return renown["stale"], renown["run"]["stale"], data["job"]["stale"]

    assert await stale() == (False, False, False)
    for kind, expected in (("product", False), ("relationship", True)):
        with Session(people.database.engine) as session, session.begin():
            session.add(DataVersionRow(kind=kind))
        assert await stale() == (expected, expected, False)


async def test_a_run_whose_results_were_removed_says_so(people: House, customers: dict[str, int]) -> None:
    run = finished_run(people.database, status=JobStatus.EXPIRED)
    told = f"The results of the run j_{run} were removed to make room: name another run, or run it again."
    asked: list[tuple[str, dict[str, Any]]] = [
        (FULL, {"run": f"j_{run}"}), (FOUND, {"where": {"renown": {"runId": f"j_{run}", "isNull": True}}}),
        (FOUND, {"order": [{"renown": {"runId": f"j_{run}", "direction": "ASC"}}]})]
    for query, variables in asked:
        answer = await people.ask(query, variables)
        assert ([error.message for error in answer.errors], answer.refusals) == ([told], [("RUN_EXPIRED", ["customers"])])
    shown = await people.data("query($id: ID!) { job(id: $id) { __typename status } }", {"id": f"j_{run}"})
    assert shown["job"] == {"__typename": "CensusRun", "status": "EXPIRED"}
