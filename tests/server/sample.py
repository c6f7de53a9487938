"""A small schema with everything that a server must cope with, and an application around it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import strawberry

from schema.changes.change import Change, change
from schema.commerce.models import ProductRow
from schema.compose import Parts, Schema
from schema.context import SYSTEM, Context
from schema.directives import Cost
from schema.errors import RequestError
from schema.staff.models import RoleRow
from server.access.tokens import create_token
from server.app import create_app
from server.database import Database
from server.settings import Settings

SECRET = "王伟 13800138000"
CANCELLED: list[str] = []  # ids of the requests whose slow field was stopped


@strawberry.type
class Thing:
    name: str

    @strawberry.field
    def inner(self) -> "Thing":
        return Thing(name="inner")

    @strawberry.field
    def other(self) -> "Thing":
        return Thing(name="other")

    @strawberry.field(directives=[Cost(weight=2, multipliers=["first", "last"])])
    def things(self, first: int | None = None, last: int | None = None) -> "Things":
        return Things(nodes=[Thing(name=str(number)) for number in range(first or last or 25)])


@strawberry.type
class Things:
    nodes: list[Thing]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "you", times: int = 1) -> str:
        return f"Hello {name}"

    @strawberry.field
    def thing(self) -> Thing:
        return Thing(name="thing")

    @strawberry.field(directives=[Cost(weight=2, multipliers=["first", "last"])])
    def things(self, first: int | None = None, last: int | None = None) -> Things | None:
        return Things(nodes=[Thing(name=str(number)) for number in range(first or last or 25)])

    @strawberry.field(directives=[Cost(weight=1, multipliers=["ids"])])
    def by_ids(self, ids: list[strawberry.ID]) -> list[Thing]:
        return [Thing(name=id_) for id_ in ids]

    @strawberry.field
    def viewer(self, info: strawberry.Info[Context, None]) -> str:
        return f"{info.context.caller.name} {info.context.language} {sorted(info.context.caller.permissions)[:1]}"

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError(f"cannot work with {SECRET}")

    @strawberry.field
    def broken_required(self) -> str:
        raise ValueError(f"cannot work with {SECRET}")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise RequestError("FORBIDDEN", "forbidden", permissions="pii.read")

    @strawberry.field
    async def slow(self, info: strawberry.Info[Any, None]) -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            CANCELLED.append(info.context.request_id)
            raise
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name

    @strawberry.mutation
    async def add(self, info: strawberry.Info[Context, None], key: str) -> int:
        """Takes 0.6 s in the writer's thread."""
        answer = await info.context.change("productAdd", add_slowly, key=key)
        return int(answer["added"])


@strawberry.type
class Seen:
    @strawberry.field
    def permissions(self, info: strawberry.Info[Context, None]) -> int:
        return len(info.context.caller.permissions)

    @strawberry.field
    async def tokens(self, info: strawberry.Info[Context, None]) -> int:
        rows = await info.context.reader.fetch("SELECT count(*) FROM api_tokens", ())
        return int(rows[0][0])


@strawberry.type
class Slow:
    @strawberry.field
    async def answer(self) -> str:
        await asyncio.sleep(60)
        return "done"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, info: strawberry.Info[Context, None], count: int = 3, every: float = 0.01, size: int = 0) -> AsyncGenerator[str]:
        """Numbers, each with `size` characters behind it; fewer for who reads slowly. Its end is noted."""
        try:
            for number in range(count):
                yield f"{number}{'x' * size}"
                await asyncio.sleep(every)
        finally:
            CANCELLED.append(f"ticks {info.context.request_id}")

    @strawberry.subscription
    async def callers(self, info: strawberry.Info[Context, None]) -> AsyncGenerator[Seen]:
        """Who is answered, and how many tokens there are, ten times a second."""
        while True:
            yield Seen()
            await asyncio.sleep(0.1)

    @strawberry.subscription
    async def broken_stream(self) -> AsyncGenerator[int]:
        yield 1
        raise ValueError(f"cannot work with {SECRET}")

    @strawberry.subscription
    async def slow_event(self) -> AsyncGenerator[Slow]:
        yield Slow()

    @strawberry.subscription
    async def refused_stream(self, info: strawberry.Info[Context, None]) -> AsyncGenerator[int]:
        if "pii.read" not in info.context.caller.permissions:
            raise RequestError("FORBIDDEN", "forbidden", permissions="pii.read")
        yield 1


def add_slowly(work: Change) -> dict[str, Any]:
    time.sleep(0.6)
    work.session.add(ProductRow(sku="slow", name="slow"))
    return {"added": 1}


def sample_schema() -> Schema:
    return Schema(Parts(Query, Mutation, Subscription), "sqlite")


def add_token(database: Database, role: str = "reader", **values: Any) -> tuple[int, str]:
    """The token's id and text."""
    made: list[Any] = []

    def perform(work: Any) -> dict[str, Any]:
        found = work.session.query(RoleRow).filter_by(key=role).one()
        row, token = create_token(work, "test", found, None)
        for name, value in values.items():
            setattr(row, name, value)
        made.extend([row.id, token])
        return {}

    change(database.engine, SYSTEM, "tokenCreate", perform)
    return made[0], made[1]


@asynccontextmanager
async def serving(database: Database, schema: Schema | None = None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application of its own, without a socket."""
    app = create_app(Settings(**settings), database, schema or sample_schema())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
