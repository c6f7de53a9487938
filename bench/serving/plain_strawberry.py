"""Ordinary Strawberry, as its documentation teaches it: types with resolvers, ORM objects, DataLoaders for what is nested.

The tables are ours. Nobody signs in and nothing is limited.
"""

import datetime
import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Self

import strawberry
from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import aliased
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.types import Info

import schema.staff.models  # noqa: F401  customers refer to its tables
from schema.customers.models import CustomerRow
from schema.relationships.models import RelationshipEndRow, RelationshipRow

FIRST = 5  # relationships: what the only query asks for


@strawberry.type
class Relationship:
    weight: float
    other_id: strawberry.Private[int]

    @strawberry.field
    async def other(self, info: Info) -> "Customer":
        row: CustomerRow = await info.context["customers"].load(self.other_id)
        return Customer.of(row)


@strawberry.type
class Customer:
    id: strawberry.ID
    kind: str
    name: str
    revision: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    legal_name: str | None
    registration_number: str | None
    industry: str | None
    employee_count: int | None

    @classmethod
    def of(cls, row: CustomerRow) -> Self:
        return cls(id=strawberry.ID(str(row.id)), kind=row.kind.name, name=row.name, revision=row.revision, created_at=row.created_at,
                   updated_at=row.updated_at, legal_name=row.legal_name, registration_number=row.registration_number, industry=row.industry,
                   employee_count=row.employee_count)

    @strawberry.field
    async def relationships(self, info: Info, first: int) -> list[Relationship]:
        rows: list[tuple[RelationshipEndRow, RelationshipRow]] = await info.context["relationships"].load(int(self.id))
        return [Relationship(weight=relationship.weight, other_id=end.other_id) for end, relationship in rows[:first]]


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:
        async with info.context["sessions"]() as session:
            row = await session.get(CustomerRow, int(id))
        return Customer.of(row) if row else None

    @strawberry.field
    async def customers(self, info: Info, first: int, after: strawberry.ID | None = None) -> list[Customer]:
        page = select(CustomerRow).order_by(CustomerRow.id).limit(first)
        async with info.context["sessions"]() as session:
            rows = await session.scalars(page.where(CustomerRow.id > int(after)) if after else page)
            return [Customer.of(row) for row in rows]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def customer_update(self, info: Info, id: strawberry.ID, employee_count: int) -> Customer | None:
        async with info.context["sessions"]() as session, session.begin():
            row = await session.get(CustomerRow, int(id))
            if row:
                row.employee_count = employee_count
        return Customer.of(row) if row else None


class Loading:
    """What DataLoaders ask the database for: everything for the keys of one request at once."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]):
        self.sessions = sessions

    async def customers(self, keys: Sequence[int]) -> list[CustomerRow]:
        async with self.sessions() as session:
            rows = {row.id: row for row in await session.scalars(select(CustomerRow).where(CustomerRow.id.in_(keys)))}
        return [rows[key] for key in keys]

    async def relationships(self, keys: Sequence[int]) -> list[list[tuple[RelationshipEndRow, RelationshipRow]]]:
        """The first few of each customer."""
        place = func.row_number().over(partition_by=RelationshipEndRow.customer_id, order_by=RelationshipEndRow.relationship_id)
        ranked = select(RelationshipEndRow, place.label("place")).where(RelationshipEndRow.customer_id.in_(keys)).subquery()
        end = aliased(RelationshipEndRow, ranked)
        chosen = select(end, RelationshipRow).join(RelationshipRow, RelationshipRow.id == end.relationship_id)
        found: defaultdict[int, list[tuple[RelationshipEndRow, RelationshipRow]]] = defaultdict(list)
        async with self.sessions() as session:
            for one, relationship in await session.execute(chosen.where(ranked.c.place <= FIRST).order_by(end.relationship_id)):
                found[one.customer_id].append((one, relationship))
        return [found[key] for key in keys]


class Application(GraphQL[dict[str, Any], None]):
    def __init__(self, schema: strawberry.Schema, sessions: async_sessionmaker[AsyncSession]):
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        loading = Loading(self._sessions)
        return {"sessions": self._sessions, "customers": DataLoader(loading.customers), "relationships": DataLoader(loading.relationships)}


def create_app() -> Application:
    engine = create_async_engine(make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg"), pool_size=32)
    return Application(strawberry.Schema(Query, Mutation), async_sessionmaker(engine, expire_on_commit=False))
