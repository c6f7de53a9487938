"""An application on a database with the karate club in it: runs are started by GraphQL and computed by real workers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from plugins.manager import Choices, Plugins
from schema.changes.change import Change, change
from schema.context import SYSTEM, Caller, Context
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from schema.relationships.models import (
    ProvenanceOrigin,
    RelationshipEndRow,
    RelationshipKindRow,
    RelationshipRow,
    RelationshipSign,
    ends_of,
)
from server import migrations
from server.application import Application, assemble, owners
from server.database import Database
from server.runs.assembly import dispatcher_of, means_of
from server.runs.hub import Hub
from server.runs.selecting import Selections
from server.settings import Settings
from tests.plugins.graph.networks import karate_club
from tests.schema.querying.asking import EVERYTHING, Answer
from tests.server.runs.house import ended

Filling = Callable[[Change], dict[str, Any]]
MEMBERS = 34
START = """
mutation Start($input: GraphMetricsRunStartInput!) {
  graphMetricsRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code path } }
}"""
PUBLISH = "mutation P($id: ID!) { analysisRunPublish(input: {id: $id}) { run { publishedSlots } replaced { id } userErrors { code } } }"


@dataclass
class Office:
    database: Database
    application: Application
    hub: Hub
    sent: list[str] = field(default_factory=list)  # the statements of the last request

    async def ask(self, query: str, variables: dict[str, Any] | None = None, *, allowed: frozenset[str] = EVERYTHING) -> Answer:
        self.sent.clear()
        async with self.database.reader() as reader:
            context = Context(Counting(reader, self.sent), self.database.writer, Caller("staff:1", allowed, staff_id=1), "en",
                              dialect=self.database.dialect, catalogue=self.application.catalogue, watch=self.hub)
            result = await self.application.schema.execute(query, variable_values=variables, context_value=context)
        return Answer(result.data, list(result.errors or ()))

    async def data(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = await self.ask(query, variables, **more)
        assert answer.errors == []
        return answer.data

    async def refused(self, **given: Any) -> list[dict[str, Any]]:
        started = (await self.data(START, {"input": given}))["graphMetricsRunStart"]
        assert started["run"] is None
        found: list[dict[str, Any]] = started["userErrors"]
        return found

    async def run(self, *metrics: str, publish: bool = False, **given: Any) -> JobRow:
        """The row of a run that has ended."""
        started = (await self.data(START, {"input": {"metrics": list(metrics), "seed": 1} | given}))["graphMetricsRunStart"]
        assert started["userErrors"] == []
        row = await ended(self.database, int(started["run"]["id"].removeprefix("j_")))
        if publish:
            assert (await self.data(PUBLISH, {"id": started["run"]["id"]}))["analysisRunPublish"]["userErrors"] == []
        return row


@dataclass
class Counting:
    """A reader that keeps the statements it was given."""

    reader: Any
    sent: list[str]

    async def fetch(self, sql: str, parameters: Any) -> Any:
        self.sent.append(sql)
        return await self.reader.fetch(sql, parameters)

    async def renew(self) -> None:
        await self.reader.renew()


@asynccontextmanager
async def opened_office(database: Database, folder: Path, filling: Filling | None = None, **runs: Any) -> AsyncIterator[Office]:
    """`filling` fills the database; left out, the karate club does. `runs`: settings of that section."""
    plugins = Plugins(Choices())
    for owner in owners(plugins).values():
        migrations.upgrade(database, owner)
    change(database.engine, SYSTEM, "settle", filling or settle, key="settle")
    application, hub = assemble(plugins, database), Hub()
    settings = Settings(files=folder / "files", runs={"workers": 1} | runs)
    selections = Selections(application.schema, application.catalogue, "GBP")
    means = means_of(settings, database, application.catalogue, selections, hub)
    async with dispatcher_of(settings, application.catalogue, means):
        yield Office(database, application, hub)


def settle(work: Change) -> dict[str, Any]:
    """Members are persons 1 to 34. A company, whom a member trades with and another one fights, is no member."""
    session, club = work.session, karate_club()
    kinds = [RelationshipKindRow(key="mate", directed=False, default_sign=RelationshipSign.POSITIVE),
             RelationshipKindRow(key="fights", directed=True, default_sign=RelationshipSign.NEGATIVE)]
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"会员 {i}", search_name=f"会员 {i}") for i in range(1, MEMBERS + 1)]
    company = CustomerRow(kind=CustomerKind.ORGANIZATION, name="空手道公司", search_name="空手道公司")
    session.add_all([*kinds, *people, company])
    session.flush()
    for a, b in zip(club.source.tolist(), club.target.tolist(), strict=True):
        tie(session, people[a], people[b], kinds[0])
    tie(session, people[1], company, kinds[0])
    tie(session, people[2], company, kinds[1])
    return {}


def tie(session: Session, one: CustomerRow, other: CustomerRow, kind: RelationshipKindRow) -> None:
    row = RelationshipRow(from_id=one.id, to_id=other.id, kind_id=kind.id, directed=kind.directed, sign=kind.default_sign, weight=1.0,
                          origin=ProvenanceOrigin.MANUAL)
    session.add(row)
    session.flush()
    session.add_all([RelationshipEndRow(customer_id=customer, relationship_id=id_, other_id=far, direction=direction)
                     for customer, id_, far, direction in ends_of(row.id, one.id, other.id, kind.directed)])
