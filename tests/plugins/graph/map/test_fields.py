"""What a map costs: statements for its customers and relationships, points, and permissions."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.orm import Session

from plugins.graph.map.fields import COST
from plugins.graph.models import CommunityRow, MemberRow, ScoreRow
from plugins.manager import Choices, Plugins
from schema.analyses.models import PublishedRunRow
from schema.changes.change import change
from schema.context import SYSTEM, Caller, Context
from schema.inquiries.contract import Question
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.application import assemble, owners
from server.database import Database
from tests.plugins.graph.office import Counting, settle
from tests.schema.querying.asking import EVERYTHING, Answer

MAP = """{ relationshipMap(input: {}) { nodes { customer { id name kind } } edges { id weight kind { key } } %s } }"""
FOUND = {"nodes": [34, 1, 2], "depths": [0, 0, 0], "points": None, "relationships": [2, 1], "roots": [], "totalNodes": 35, "totalEdges": 80,
         "asOf": "2026-01-01T00:00:00+00:00"}


@dataclass
class Canned:
    """Answers as the warm process would, and keeps what it was asked."""

    asked: dict[str, Question] = field(default_factory=dict)

    async def answer(self, question: Question, caller: Caller, language: str) -> Any:
        self.asked[question.inquiry] = question
        return {"relationshipMap": FOUND, "relationshipMapPicture": {"svg": "a.svg", "png": "a.png"}, "relationshipMapFile": "a.gexf"}[
            question.inquiry]


@dataclass
class Desk:
    database: Database
    application: Any
    canned: Canned = field(default_factory=Canned)
    sent: list[str] = field(default_factory=list)

    async def ask(self, query: str, allowed: frozenset[str] = EVERYTHING) -> Answer:
        self.sent.clear()
        async with self.database.reader() as reader:
            context = Context(Counting(reader, self.sent), self.database.writer, Caller("staff:1", allowed, staff_id=1), "zh",
                              dialect=self.database.dialect, catalogue=self.application.catalogue, inquiries=self.canned)
            result = await self.application.schema.execute(query, context_value=context)
        return Answer(result.data, list(result.errors or ()))


@pytest.fixture
def desk(database: Database) -> Desk:
    plugins = Plugins(Choices())
    for owner in owners(plugins).values():
        migrations.upgrade(database, owner)
    change(database.engine, SYSTEM, "settle", settle, key="settle")
    fill(database)
    return Desk(database, assemble(plugins, database))


def fill(database: Database) -> None:
    """What a run would have left; `hub` is not published."""
    published = ("pageRank", "community", "neighbourPurchaseTotal")
    community = 2**32
    with Session(database.engine) as session:
        for rows in ([JobRow(id=1, kind="graphMetrics", status=JobStatus.SUCCEEDED, plugin="graph")],
                     [PublishedRunRow(kind="graphMetrics", slot=slot, run_id=1) for slot in published],
                     [ScoreRow(run_id=1, metric=metric, customer_id=1, value=0.5, rank=1, percentile=100.0)
                      for metric in ("pageRank", "neighbourPurchaseTotal", "hub")],
                     [CommunityRow(run_id=1, id=community, number=0, size=2, name="上海")],
                     [MemberRow(run_id=1, customer_id=customer, community_id=community) for customer in (1, 2)]):
            session.add_all(rows)
            session.flush()
        session.commit()


async def test_customers_and_relationships_take_a_statement_each(desk: Desk) -> None:
    answer = await desk.ask(MAP % "")
    assert answer.errors == []
    shown = answer.data["relationshipMap"]
    assert [node["customer"]["name"] for node in shown["nodes"]] == ["会员 34", "会员 1", "会员 2"]
    assert [edge["id"] for edge in shown["edges"]] == ["r_2", "r_1"]
    assert len(desk.sent) == 2
    assert set(desk.canned.asked) == {"relationshipMap"}


async def test_scores_and_communities_take_a_statement_each_for_a_picture(desk: Desk) -> None:
    assert (await desk.ask("{ relationshipMap(input: {}) { pictureUrl(format: PNG) } }")).errors == []
    assert len(desk.sent) == 2
    given = desk.canned.asked["relationshipMapPicture"].given
    assert given["scores"] == {"pageRank": [None, 0.5, None]}
    assert (given["communities"], given["communityNames"]) == ([None, 0, 0], {"0": "上海"})
    assert given["layout"] == "FORCE_DIRECTED"


async def test_files_hold_published_scores_that_the_caller_may_see(desk: Desk) -> None:
    query = "{ relationshipMap(input: {layout: CIRCULAR}) { fileUrl(format: GEXF) } }"
    assert (await desk.ask(query)).errors == []
    given = desk.canned.asked["relationshipMapFile"].given
    assert given["scores"] == {"neighbourPurchaseTotal": [None, 0.5, None], "pageRank": [None, 0.5, None]}
    assert (given["format"], given["anonymised"], given["layout"]) == ("GEXF", True, "CIRCULAR")
    assert (await desk.ask(query, EVERYTHING - {"commerce.read"})).errors == []
    assert set(desk.canned.asked["relationshipMapFile"].given["scores"]) == {"pageRank"}


@pytest.mark.parametrize("lacking", ["customers.read", "relationships.read"])
async def test_both_customers_and_relationships_must_be_seen(desk: Desk, lacking: str) -> None:
    answer = await desk.ask("{ relationshipMap(input: {}) { totalNodes } }", EVERYTHING - {lacking})
    assert answer.refusals == [("FORBIDDEN", ["relationshipMap"])]
    assert desk.canned.asked == {}


async def test_filters_moments_and_costs(desk: Desk) -> None:
    query = """{ relationshipMap(input: {where: {kind: {eq: PERSON}}, asOf: "2024-01-01T00:00:00Z"}) {
                 asOf truncated totalNodes nodes { x depth } } }"""
    shown = (await desk.ask(query)).data["relationshipMap"]
    question = desk.canned.asked["relationshipMap"]
    assert question.as_of is not None
    assert question.as_of.isoformat() == "2024-01-01T00:00:00+00:00"
    assert set(question.where or ()) == {"kind"}
    assert (shown["truncated"], shown["totalNodes"], shown["nodes"][0]) == (True, 35, {"x": None, "depth": 0})
    assert COST == 50
