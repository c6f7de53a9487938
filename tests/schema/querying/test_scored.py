"""Rows of other tables as part of a record: read in the statement that reads the record, and the same on both databases."""

from typing import Any

import pytest

from schema.compose import Schema
from tests.conftest import opened
from tests.databases import counted
from tests.schema.querying.asking import EVERYTHING, Asker
from tests.schema.querying.scored import FIRST_RUN, parts, ranks

PUBLISHED = FIRST_RUN + 1
PLACE = "value rank foundBy stale run { __typename id ... on Ranking { nodes } } customer { id }"


def found(customer: int, metric: str, run: int) -> dict[str, Any] | None:
    """A row of ranks, as the answer shows it."""
    return next(({"value": row["value"], "rank": row["rank"], "foundBy": "try", "stale": run == FIRST_RUN,
                  "customer": {"id": f"c_{customer}"}, "run": {"__typename": "Ranking", "id": f"j_{run}", "nodes": 60 + run - FIRST_RUN}}
                 for row in ranks() if (row["customer_id"], row["metric"], row["run_id"]) == (customer, metric, run)), None)


def number(node: dict[str, Any]) -> int:
    return int(node["id"].partition("_")[2])


ASKED = f"""query($run: ID) {{ customers(first: 100, orderBy: [{{name: ASC}}]) {{ nodes {{ id place {{ {PLACE} }}
 old: place(runId: "j_500") {{ {PLACE} }} given: place(runId: $run) {{ {PLACE} }} otherPlace {{ {PLACE} }}
 unknown: place(runId: "j_999") {{ value }} }} }} }}"""


async def test_joined_rows_are_those_of_the_run_asked_for(scored: Asker) -> None:
    for given in (None, FIRST_RUN + 2):
        nodes = (await scored.data(ASKED, {"run": given and f"j_{given}"}))["customers"]["nodes"]
        for node in nodes:
            c = number(node)
            assert node == {"id": f"c_{c}", "place": found(c, "a", PUBLISHED), "old": found(c, "a", FIRST_RUN),
                            "given": found(c, "a", given or PUBLISHED), "otherPlace": found(c, "b", PUBLISHED), "unknown": None}
        assert sum(node["place"] is not None for node in nodes) > 20
        assert any(node["place"] is None for node in nodes)


@pytest.mark.parametrize("query", [
    ASKED,
    "{ customers(first: 50) { nodes { group { id index run { id } } double place { value } a: place(runId: \"j_502\") { value } } } }",
    "{ relationships(first: 50) { nodes { from { place { value run { id } } } to { group { index } } } } }",
    "{ node(id: \"c_7\") { ... on Customer { place { value stale } group { index } } } }",
])
async def test_they_add_no_statement(scored: Asker, query: str) -> None:
    with counted(scored.database) as count:
        await scored.data(query)
    assert len(count.reads) == 1


async def test_they_stand_on_nodes_behind_edges_and_in_lists_below(scored: Asker) -> None:
    query = """{ customers(first: 30) { nodes { relationships(first: 3) { edges { other { id place { value } place2: place(runId: "j_500")
        { value } } } } } } }"""
    with counted(scored.database) as count:
        answer = await scored.data(query)
    assert len(count.reads) == 2
    others = [edge["other"] for node in answer["customers"]["nodes"] for edge in node["relationships"]["edges"]]
    assert others
    for other in others:
        for name, run in (("place", PUBLISHED), ("place2", FIRST_RUN)):
            wanted = found(number(other), "a", run)
            assert other[name] == (wanted and {"value": wanted["value"]})


async def test_a_foreign_key_of_the_joined_row_is_followed(scored: Asker) -> None:
    nodes = (await scored.data("{ customers(first: 100) { nodes { id group { id index run { id } } } } }"))["customers"]["nodes"]
    for node in nodes:
        c = number(node)
        member = c % 2 and c <= 60
        group = {"id": f"tg_{PUBLISHED * 10 + c % 3}", "index": c % 3, "run": {"id": f"j_{PUBLISHED}"}}
        assert node["group"] == (group if member else None)


async def test_the_run_is_refused_when_it_is_no_run(scored: Asker) -> None:
    for given in ("c_1", "j_x", ""):
        assert await scored.refusals("query($r: ID) { customers { nodes { place(runId: $r) { value } } } }", {"r": given}) == [
            ("BAD_USER_INPUT", ["customers"])]


async def test_each_part_needs_its_permission(scored: Asker) -> None:
    query = "{ customers(first: 1, where: {id: {eq: \"c_1\"}}) { nodes { place { value run { id } } otherPlace { value } } } }"
    answer = await scored.ask(query, allowed=EVERYTHING - {"jobs.read"})
    wanted = found(1, "a", PUBLISHED)
    assert wanted
    assert answer.data["customers"]["nodes"] == [{"place": {"value": wanted["value"], "run": None}, "otherPlace": None}]
    assert sorted(answer.refusals) == [("FORBIDDEN", ["customers", "nodes", 0, *path]) for path in (["otherPlace"], ["place", "run"])]


async def test_computed_by_another_column_than_the_id(scored: Asker) -> None:
    nodes = (await scored.data("{ customers(first: 240) { nodes { double serviceLevel { id } } } }"))["customers"]["nodes"]
    assert {node["double"] for node in nodes} == {2 * number(node["serviceLevel"]) if node["serviceLevel"] else None for node in nodes}
    assert len({node["double"] for node in nodes}) > 2


TOP = """query($metric: String, $first: Int, $after: String, $last: Int, $before: String, $w: RankWhere) {
 finding(id: "j_500") { ... on Ranking {
 top(metric: $metric, first: $first, after: $after, last: $last, before: $before, where: $w) { totalCount pageInfo { endCursor startCursor }
 nodes { metric value customer { id } } } } } }"""


@pytest.mark.parametrize(("metric", "least"), [("a", None), ("b", None), (None, None), ("a", 5.0), (None, 7.0)])
@pytest.mark.parametrize("backwards", [False, True])
async def test_pages_of_rows_with_a_key_of_several_columns(scored: Asker, metric: str | None, least: float | None, backwards: bool) -> None:
    wanted = [(row["value"], row["metric"], row["customer_id"]) for row in ranks() if row["run_id"] == FIRST_RUN
              and metric in (None, row["metric"]) and (least is None or row["value"] >= least)]
    wanted.sort(reverse=True)
    read: list[tuple[float, str, int]] = []
    cursor, where = None, {"w": {"value": {"gte": least}}} if least else {}
    size, at = ("last", "before") if backwards else ("first", "after")
    while True:
        page = (await scored.data(TOP, {"metric": metric, size: 7, at: cursor} | where))["finding"]["top"]
        rows = [(node["value"], node["metric"], number(node["customer"])) for node in page["nodes"]]
        assert page["totalCount"] == len(wanted)
        if not rows:
            break
        assert len(rows) <= 7
        read = [*rows, *read] if backwards else [*read, *rows]
        cursor = page["pageInfo"]["startCursor" if backwards else "endCursor"]
    assert read == wanted


SAME: list[tuple[str, dict[str, Any]]] = [(ASKED, {"run": "j_502"}), (TOP, {"metric": "b", "first": 20}), (TOP, {"last": 9}),
        ("{ findings(first: 9) { totalCount nodes { __typename id plugin ... on Ranking { nodes } } } }", {}),
        ("{ jobs(first: 9) { nodes { __typename id ... on Finding { plugin } } } }", {})]


async def test_both_databases_answer_the_same(scored_urls: dict[str, str], anyio_backend: str) -> None:
    async with opened(scored_urls["sqlite"]) as sqlite, opened(scored_urls["postgresql"]) as postgres:
        askers = [Asker(database, Schema(parts(), database.dialect)) for database in (sqlite, postgres)]
        for query, variables in SAME:
            left, right = [await asker.ask(query, variables) for asker in askers]
            assert left.errors == []
            assert left.bytes() == right.bytes(), query
