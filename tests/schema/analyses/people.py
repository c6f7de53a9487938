"""A small plugin: it gives every customer a renown, which nobody ever computes here, and takes all kinds of parameters."""

import datetime
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from schema.analyses.contract import Analysis, Estimate, InvalidParameters, Result
from schema.analyses.models import PublishedRunRow
from schema.analyses.scores import score
from schema.analyses.starting import RunStart
from schema.analyses.types import AnalysisRun, from_summary
from schema.compose import Schema
from schema.context import Caller, Context, RunLimits, Unwatched, Watch
from schema.customers.models import CustomerKind, CustomerRow
from schema.customers.types import Customer
from schema.extending.catalogue import Catalogue, KnownPlugin, PluginStatus
from schema.extending.composing import compose
from schema.extending.contribution import Contribution
from schema.extending.tables import PluginRow, customer_key, run_key
from schema.jobs.models import JobRow, JobStatus
from schema.querying.selecting import selection
from schema.roots import core
from server.database import Database
from tests.schema.querying.asking import EVERYTHING, Answer


class Tables(PluginRow, DeclarativeBase):
    pass


class RenownRow(Tables):
    __tablename__ = "people_renown"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    metric: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
    rank: Mapped[int | None]
    percentile: Mapped[float | None]


@strawberry.enum(description="How to count.")
class Method(enum.Enum):
    HEADS = strawberry.enum_value("HEADS", description="Every head.")
    HANDS = strawberry.enum_value("HANDS", description="Every hand.")


@strawberry.input(description="What counts how much.")
class WeightInput:
    name: str = strawberry.field(description="What.")
    weight: float = strawberry.field(default=1.0, description="How much.")

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise InvalidParameters("A weight is not negative.", "weight")


@strawberry.input(description="Which people, and when.")
class ScopeInput:
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers.")
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description="As of when.")
    weights: list[WeightInput] | None = strawberry.field(default=None, description="What counts how much.")


@strawberry.input(description="How to count people.")
class CensusRunStartInput(RunStart):
    scope: ScopeInput = strawberry.field(description="Which people.")
    method: Method = strawberry.field(default=Method.HEADS, description="How.")
    methods: list[Method] = strawberry.field(default_factory=list, description="More ways.")
    start: strawberry.ID | None = strawberry.field(default=None, description="With whom to begin.")
    fee: Decimal | None = strawberry.field(default=None, description="What it may cost.")
    day: datetime.date | None = strawberry.field(default=None, description="On which day.")
    limit: strawberry.Maybe[int | None] = strawberry.field(default=None, description="How many at most; null: all.")
    seed: int | None = strawberry.field(default=None, description="Where chance comes from.")
    damping: float = strawberry.field(default=0.85, description="Between 0 and 1.")

    def __post_init__(self) -> None:
        if not 0 < self.damping < 1:
            raise ValueError("The damping lies between 0 and 1.")


@strawberry.type(description="A count of people.")
class CensusRun(AnalysisRun):
    people: int | None = from_summary("people", "How many there are.")


def never(*_: Any) -> Result:
    raise AssertionError("nothing computes here")


def needed(counts: Mapping[str, int], _: CensusRunStartInput) -> Estimate:
    return Estimate(rows=sum(counts.values()), memory=counts["customers"] * 2**20, seconds=counts["customers"] / 10)


def census(**more: Any) -> Analysis[CensusRunStartInput]:
    given: dict[str, Any] = {
        "name": "census", "title": "Census", "title_zh": "人口普查", "description": "Counts people.", "version": 1,
        "start": CensusRunStartInput, "run": CensusRun, "needs": ("customers", "relationships"), "compute": never,
        "slots": lambda start: ["renown", f"by{start.method.name.title()}"], "estimate": needed}
    return Analysis(**given | more)


RENOWN = score(RenownRow, analysis="census", slot="renown", description="How renowned they are.", match={"metric": "renown"},
               requires=["commerce.read"])
PLUGIN = KnownPlugin("people", PluginStatus.ACTIVE, version="2.1", api="1.0", tables=("people_renown",), settings={"secret": "hush"})
BROKEN = KnownPlugin("broken", PluginStatus.FAILED, reason="It cannot be imported.")


def catalogue_of(*analyses: Analysis[Any]) -> Catalogue:
    return Catalogue((PLUGIN, BROKEN), {one.name: one for one in analyses}, {one.name: "people" for one in analyses})


def contribution_of(analysis: Analysis[Any]) -> Contribution:
    return Contribution("people", "2.1", fields={Customer: {"renown": RENOWN.field}}, filters=[RENOWN.filter("renown", "By renown.")],
                        orders=[RENOWN.order("renown", "By renown.")], analyses=[analysis])


@dataclass
class House:
    """A database, a schema with the plugin, and what an application knows."""

    database: Database
    schema: Schema
    catalogue: Catalogue
    limits: RunLimits = field(default_factory=RunLimits)
    watch: Watch = field(default_factory=Unwatched)

    def context(self, reader: Any, allowed: frozenset[str] = EVERYTHING, language: str = "en") -> Context:
        return Context(reader, self.database.writer, Caller("staff:1", allowed, staff_id=1), language, dialect=self.database.dialect,
                       catalogue=self.catalogue, limits=self.limits, watch=self.watch)

    async def ask(self, query: str, variables: dict[str, Any] | None = None, *, allowed: frozenset[str] = EVERYTHING,
                  language: str = "en") -> Answer:
        async with self.database.reader() as reader:
            result = await self.schema.execute(query, variable_values=variables, context_value=self.context(reader, allowed, language))
        return Answer(result.data, list(result.errors or ()))

    async def data(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = await self.ask(query, variables, **more)
        assert answer.errors == []
        return answer.data


def house(database: Database, analysis: Analysis[Any] | None = None, **more: Any) -> House:
    Tables.metadata.create_all(database.engine)
    chosen = analysis or census()
    schema, refused = compose(core(), [contribution_of(chosen)], database.dialect)
    assert refused == {}
    return House(database, schema, catalogue_of(chosen), **more)


def settle(database: Database, names: Sequence[str]) -> list[int]:
    """Customers of these names; their numbers."""
    with Session(database.engine) as session, session.begin():
        rows = [CustomerRow(kind=CustomerKind.PERSON, name=name, search_name=name.lower()) for name in names]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


SNAPSHOT: dict[str, Any] = {"asOf": "2024-05-01T00:00:00+00:00", "readAt": "2024-05-01T00:00:01+00:00", "digest": "ab", "selection": {},
                            "rowCounts": {"customers": 3}, "excludedForConsent": 1, "versions": {"customer": 0}}


def finished_run(database: Database, values: Mapping[int, float] | None = None, *, slots: Sequence[str] = ("renown",),
                 publish: bool = False, **more: Any) -> int:
    """A run that has succeeded, with these scores."""
    now = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    given: dict[str, Any] = {"kind": "census", "status": JobStatus.SUCCEEDED, "plugin": "people", "plugin_version": "2.0",
                             "plugin_api": "1.0", "slots": list(slots), "parameters": {"scope": {}, "seed": 7}, "snapshot": SNAPSHOT,
                             "summary": {"people": 3}, "finished_at": now} | more
    with Session(database.engine) as session, session.begin():
        run = JobRow(**given)
        session.add(run)
        session.flush()
        if publish:
            session.add_all([PublishedRunRow(kind=run.kind, slot=slot, run_id=run.id) for slot in slots])
        for place, (customer, value) in enumerate(sorted((values or {}).items(), key=lambda item: -item[1]), 1):
            for metric, number in (("renown", value), ("other", -value)):
                session.execute(insert(RenownRow).values(run_id=run.id, customer_id=customer, metric=metric, value=number, rank=place,
                                                         percentile=100 * (1 - (place - 1) / len(values or ()))))
        return run.id
