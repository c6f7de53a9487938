"""Runs whose plugin has gone, fields that functions answer, subscriptions, and filters in inputs written by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from schema.compose import Parts, Schema
from schema.context import Caller, Context
from schema.customers.types import Customer
from schema.jobs.types import Job
from tests.databases import counted
from tests.schema.querying.asking import EVERYTHING, Asker, code
from tests.schema.querying.scored import FIRST_RUN, GONE, VARIANTS, Finding, parts

LOST = FIRST_RUN + 3


# -- variants --
async def test_a_run_whose_type_is_not_known_is_shown_all_the_same(scored: Asker) -> None:
    shown = "__typename id ... on Finding { plugin } ... on Ranking { nodes }"
    query = """query($id: ID!) { finding(id: $id) { %s } job(id: $id) { %s } node(id: $id) { __typename id } }""".replace("%s", shown)
    lost = {"__typename": "LostFinding", "id": f"j_{LOST}", "plugin": "try"}
    ranking = {"__typename": "Ranking", "id": f"j_{FIRST_RUN}", "plugin": "try", "nodes": 60}
    for given, wanted in ((LOST, lost), (FIRST_RUN, ranking)):
        assert await scored.data(query, {"id": f"j_{given}"}) == {
            "finding": wanted, "job": wanted, "node": {"__typename": wanted["__typename"], "id": wanted["id"]}}


async def test_a_job_that_is_no_run_is_none(scored: Asker) -> None:
    assert await scored.data('{ finding(id: "j_1") { id } job(id: "j_1") { __typename } }') == {
        "finding": None, "job": {"__typename": "ImportJob"}}
    assert await scored.refusals('{ finding(id: "c_1") { id } }') == [("BAD_USER_INPUT", ["finding"])]


async def test_a_list_is_kept_within_its_condition_in_pages_and_counts(scored: Asker) -> None:
    wanted = [f"j_{FIRST_RUN + i}" for i in range(4)]
    first = (await scored.data("{ findings(first: 3) { totalCount pageInfo { hasNextPage endCursor } nodes { id } } }"))["findings"]
    rest = (await scored.data("query($a: String) { findings(after: $a) { totalCount nodes { id } } }",
                              {"a": first["pageInfo"]["endCursor"]}))["findings"]
    assert [node["id"] for node in (*first["nodes"], *rest["nodes"])] == wanted
    assert (first["totalCount"], rest["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, 4, True)


def test_the_code_belongs_to_the_interface_that_has_every_type() -> None:
    for variants in (VARIANTS, dict(reversed(VARIANTS.items()))):
        schema = Schema(replace(parts(), variants=variants), "sqlite")
        assert schema.entities.by_code["j"] == Job.__name__
        assert schema.entities.variants[Finding.__name__].others == {"IMPORT", "DERIVE"}
        assert GONE not in schema.entities.variants[Job.__name__].types


# -- functions --
START = """mutation($i: StartInput!) { rankingStart(input: $i) { given places { value rank run { id } } run { id nodes }
 userErrors { code path } } }"""


async def test_a_function_is_given_what_graphql_coerced(scored: Asker) -> None:
    answer = await scored.data(START, {"i": {"statusWanted": "FAILED", "scope": {"where": {"name": {"eq": "x"}}}}})
    run = {"id": f"j_{FIRST_RUN}"}
    assert answer["rankingStart"] == {"given": "0.85 <JobStatus.FAILED: 'FAILED'> {'name': {'eq': 'x'}}", "userErrors": [],
                                      "places": [{"value": 0.5, "rank": None, "run": run}], "run": run | {"nodes": 60}}


async def test_its_refusals_are_user_errors_and_its_permission_is_asked_for(scored: Asker) -> None:
    given = {"i": {"damping": 2, "scope": {}}}
    assert (await scored.data(START, given))["rankingStart"] == {
        "given": None, "places": None, "run": None, "userErrors": [{"code": "INVALID", "path": ["input", "damping"]}]}
    assert await scored.refusals(START, given, allowed=EVERYTHING - {"analyses.run"}) == [("FORBIDDEN", ["rankingStart"])]


# -- subscriptions --
@asynccontextmanager
async def watching(asker: Asker, query: str, allowed: frozenset[str] = EVERYTHING) -> AsyncIterator[tuple[Context, Any]]:
    async with asker.database.reader() as reader:
        context = Context(reader, asker.database.writer, Caller("staff:1", allowed, staff_id=1), "en", dialect=asker.database.dialect)
        yield context, await asker.schema.subscribe(query, context_value=context)


JOBS = 'subscription { jobUpdated(id: "j_1") { __typename id ... on Finding { plugin } ... on Ranking { nodes } } }'


async def test_events_are_answered_like_records(scored: Asker) -> None:
    with counted(scored.database) as count:
        async with watching(scored, JOBS) as (_, events):
            answers = [event.data["jobUpdated"] async for event in events]
    assert answers == [{"__typename": "Ranking", "id": f"j_{FIRST_RUN}", "plugin": "try", "nodes": 60},
                       {"__typename": "ImportJob", "id": "j_1"}, {"__typename": "LostFinding", "id": f"j_{LOST}", "plugin": "try"}]
    assert len(count.reads) == 3


async def test_every_event_is_read_anew(scored: Asker) -> None:
    """The stream tells of one job again and again; each time the answer is what is there by then."""
    again = 'subscription { jobUpdated(id: "again") { id ... on Finding { plugin } } }'
    seen = []
    async with watching(scored, again) as (_, events):
        async for event in events:
            seen.append(event.data["jobUpdated"]["plugin"])
            with scored.database.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE jobs SET plugin = 'try{len(seen)}' WHERE id = {LOST}")
    with scored.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET plugin = 'try' WHERE id = {LOST}")
    assert seen == ["try", "try1", "try2"]


@pytest.mark.parametrize(("field", "lacking"), [("jobUpdated", "jobs.read"), ("findingUpdated", "analyses.run"),
                                                ("findingUpdated", "jobs.read")])
async def test_permission_is_asked_for_at_the_beginning(scored: Asker, field: str, lacking: str) -> None:
    async with watching(scored, f'subscription {{ {field}(id: "j_1") {{ id }} }}', EVERYTHING - {lacking}) as (_, refused):
        found = [one async for one in refused] if hasattr(refused, "__aiter__") else [refused]
    assert [code(error) for one in found for error in one.errors] == ["FORBIDDEN"]


async def test_and_again_at_every_event(scored: Asker) -> None:
    answers = []
    async with watching(scored, JOBS) as (context, events):
        async for event in events:
            answers.append(event)
            context.caller = replace(context.caller, permissions=frozenset())
    assert [(one.data["jobUpdated"] is None, [code(error) for error in one.errors or ()]) for one in answers] == [
        (False, []), (True, ["FORBIDDEN"]), (True, ["FORBIDDEN"])]


# -- filters in inputs --
def test_the_input_of_each_schema_has_its_own_keys() -> None:
    def keys(made: Parts) -> set[str]:
        schema: Any = Schema(made, "sqlite")._schema
        return set(schema.type_map["ScopeInput"].fields["where"].type.fields)

    less = replace(parts(), filters=[one for one in parts().filters if one.name != "tag" or one.on is not Customer])
    assert keys(parts()) - keys(less) == {"tag"}
    text = Schema(parts(), "sqlite").as_str()
    assert 'input ScopeInput {\n  """Only these."""\n  where: CustomerWhere\n}' in text
