"""Asking the real schema on a real database, as one member of staff."""

from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.models import AuditEntryRow, DataVersionRow
from schema.context import Caller, Context
from schema.permissions import PERMISSIONS
from schema.roots import build_schema
from schema.rows import Row
from server.database import Database

schema_for = cache(build_schema)  # one for each kind of database: what it keeps are compiled queries
EVERYTHING = frozenset(PERMISSIONS)
ERRORS = "userErrors { code message path }"


class Asking:
    """What a client of one application sees. `language` and `permissions` may be changed between requests."""

    def __init__(self, database: Database):
        self.database, self.schema = database, schema_for(database.dialect)
        self.language, self.permissions = "en", EVERYTHING

    async def ask(self, query: str, **variables: Any) -> Any:
        result = await self.execute(query, **variables)
        assert result.errors is None, result.errors
        return result.data

    async def execute(self, query: str, **variables: Any) -> Any:
        async with self.database.reader() as reader:
            context = Context(reader, self.database.writer, Caller("staff:1", self.permissions, staff_id=1), self.language,
                              dialect=self.database.dialect, request_id="r-1")
            return await self.schema.execute(query, variable_values=variables, context_value=context)

    async def mutate(self, name: str, input: Any, selection: str = "customer { id revision }") -> Any:
        """The payload of one mutation."""
        type_ = f"{name[0].upper()}{name[1:]}Input!"
        answer = await self.ask(f"mutation M($input: {type_}) {{ {name}(input: $input) {{ {selection} {ERRORS} }} }}", input=input)
        return answer[name]

    async def create(self, name: str = "王伟", **more: Any) -> str:
        """The id of a new customer."""
        payload = await self.mutate("customerCreate", person(name) | more)
        assert payload["userErrors"] == []
        return str(payload["customer"]["id"])

    async def refusals(self, name: str, input: Any, selection: str = "customer { id }") -> list[tuple[str, str]]:
        """The code and the dotted path of each refusal; nothing else may be in the payload."""
        payload = await self.mutate(name, input, selection)
        assert not payload.get("customer")
        return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]

    async def customer(self, id_: str, selection: str) -> Any:
        return (await self.ask(f"query Q($id: ID!) {{ customer(ref: {{id: $id}}) {{ {selection} }} }}", id=id_))["customer"]

    def rows(self, kind: type[Row]) -> list[Any]:
        with Session(self.database.engine) as session:
            return list(session.scalars(select(kind)).unique())

    def audit(self) -> list[tuple[str, str, int | None, list[str]]]:
        return [(e.action, e.subject_kind, e.subject_id, e.changed_fields) for e in sorted(self.rows(AuditEntryRow), key=lambda e: e.id)]

    def versions(self) -> int:
        return len(self.rows(DataVersionRow))


def person(name: str = "王伟", **details: Any) -> dict[str, Any]:
    return {"name": name, "details": {"person": details}}


def organization(name: str = "Acme", **details: Any) -> dict[str, Any]:
    return {"name": name, "details": {"organization": details}}
