"""Contributions of small plugins: one that fits, and what others may get wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from sqlalchemy import FromClause
from sqlalchemy.sql import ColumnElement

from schema.analyses.contract import Analysis, Estimate, Result
from schema.analyses.starting import RunStart
from schema.analyses.types import AnalysisRun, from_summary
from schema.context import Context
from schema.customers.models import CustomerRow
from schema.customers.types import Customer
from schema.extending.contribution import Contribution
from schema.jobs.models import JobRow
from schema.querying.answering import raw
from schema.querying.attaching import joined
from schema.querying.declare import argument, computed, derived
from schema.querying.entities import Filter, Order
from schema.querying.inputs import IntFilter
from schema.roots import Query


async def luck(context: Context, ids: Sequence[int], least: int = 0) -> Mapping[int, int]:
    return {number: number % 7 for number in ids if number % 7 >= least}


def lucky_rest(row: FromClause, _: Any = None) -> ColumnElement[Any]:
    found: ColumnElement[Any] = row.c.id % 7
    return found


LUCK = computed(luck, "How lucky.", arguments=[argument("least", int, "At least so much.", 0)], type_=int | None)
FILTER = Filter(Customer, "luck", IntFilter, lambda row, operand: operand.holds(lucky_rest(row)), "By luck.")
ORDER = Order(Customer, "luck", lucky_rest, "By luck.", nullable=False)


@strawberry.input(description="How to draw.")
class DrawRunStartInput(RunStart):
    times: int = strawberry.field(default=1, description="How often.")


def broken_summary(summary: Mapping[str, Any] | None) -> Any:
    raise ZeroDivisionError("the number 4711")


@strawberry.type(description="Something drawn.")
class Prize:
    worth: int | None = strawberry.field(description="How much.")

    @strawberry.field(description="Never there.")  # type: ignore[untyped-decorator]  # Strawberry leaves it untyped
    def gone(self) -> int | None:
        raise KeyError("4711")


@strawberry.type(description="Something small.")
class Crumb:
    worth: int | None = strawberry.field(description="How much.")


@strawberry.type(description="A draw.")
class DrawRun(AnalysisRun):
    winners: int | None = from_summary("winners", "How many won.")
    broken: int | None = derived(broken_summary, JobRow.summary, description="Always fails.")
    odd: int | None = from_summary("odd", "Not a number.")
    prize: Prize | None = derived(lambda summary: Prize(worth=5), JobRow.summary, description="What was won.")


def never(*_: Any) -> Result:
    raise AssertionError("nothing computes here")


def draw(**more: Any) -> Analysis[Any]:
    given: dict[str, Any] = {
        "name": "draw", "title": "Draw", "title_zh": "抽奖", "description": "Draws.", "version": 1, "start": DrawRunStartInput,
        "run": DrawRun, "needs": ("customers",), "compute": never, "slots": lambda _: ["luck"],
        "estimate": lambda counts, _: Estimate(1, 1.0, 1.0)}
    return Analysis(**given | more)


def lucky(plugin: str = "lucky", **more: Any) -> Contribution:
    given: dict[str, Any] = {"fields": {Customer: {"luck": LUCK}}, "filters": [FILTER], "orders": [ORDER], "analyses": [draw()]}
    return Contribution(plugin, "1.2", **given | more)


def with_field(name: str, field: Any, on: type = Customer, plugin: str = "other") -> Contribution:
    return Contribution(plugin, "0.1", fields={on: {name: field}})


# -- what fails when it is asked --
async def raises(context: Context, ids: Sequence[int]) -> Mapping[int, int]:
    raise ValueError("the secret 4711")


async def sleeps(context: Context, ids: Sequence[int]) -> Mapping[int, int]:
    await asyncio.sleep(60)
    return {}


async def nonsense(context: Context, ids: Sequence[int]) -> Any:
    return 17


async def words(context: Context, ids: Sequence[int]) -> Any:
    return {number: "seven" if number % 2 else 7 for number in ids}


async def wrong_sql(context: Context, ids: Sequence[int]) -> Any:
    return await context.reader.fetch("SELECT nothing FROM nowhere", [])


async def slow_root(context: Context) -> Any:
    raise ValueError("4711")


def lost_match(here: FromClause, there: FromClause, _: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = here.c.no_such_column == there.c.id
    return found


def broken_key(*_: Any) -> Any:
    raise AttributeError("4711")


def failing() -> Contribution:
    fields: dict[str, Any] = {
        name: computed(load, "Fails.", type_=int | None) for name, load in (
            ("raises", raises), ("sleeps", sleeps), ("nonsense", nonsense), ("words", words), ("wrong_sql", wrong_sql))}
    fields["shouted"] = derived(lambda name: 1 / 0, CustomerRow.name, description="Fails.")
    fields["shouted"].type = str | None
    fields["lost"] = joined(JobRow, lost_match, "Fails.", columns={"worth": JobRow.done}, type_=Crumb | None)
    return Contribution("shaky", "0.1", fields={Customer: fields, Query: {"slow": raw(slow_root, "Fails.", type_=int | None)}},
                        filters=[Filter(Customer, "shaky", IntFilter, broken_key, "Fails.")],
                        orders=[Order(Customer, "shaky", broken_key, "Fails.")])
