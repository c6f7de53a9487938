"""Asking a schema without a server: one operation, one request's context, one read transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, parse

from schema.compose import Schema
from schema.context import Caller, Context, Reader
from schema.extending.catalogue import EMPTY, Catalogue
from schema.permissions import PERMISSIONS
from server.database import Database
from tests import roads

EVERYTHING = frozenset(PERMISSIONS)


@dataclass(frozen=True)
class Asker:
    """A database with its schema, which asks the plan first, as a server does: see tests/roads.py."""

    database: Database
    schema: Schema
    catalogue: Catalogue = EMPTY

    def context(self, reader: Reader, allowed: Iterable[str] = EVERYTHING, language: str = "en", currency: str = "GBP") -> Context:
        return Context(reader, self.database.writer, Caller("staff:1", frozenset(allowed), staff_id=1), language,
                       reporting_currency=currency, dialect=self.database.dialect, catalogue=self.catalogue)

    async def ask(self, query: str, variables: dict[str, Any] | None = None, *, allowed: Iterable[str] = EVERYTHING, language: str = "en",
                  currency: str = "GBP", operation: str | None = None) -> "Answer":
        async with self.database.reader() as reader:
            context = self.context(reader, allowed, language, currency)
            result = await self.schema.execute(query, variable_values=variables, context_value=context, operation_name=operation)
        return Answer(result.data, list(result.errors or ()))

    async def both(self, query: str, variables: dict[str, Any] | None = None, **viewpoint: Any) -> tuple[dict[str, Any] | None, "Answer"]:
        """What the plan answers, if it does, and graphql-core's answer. For valid documents of one operation."""
        document = parse(query)
        operation, *_ = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        async with self.database.reader() as reader:
            planned = await roads.answer_by_plan(self.schema.roads, self.schema._schema, operation, fragments,
                                                 self.context(reader, **viewpoint), variables or {})
            executed = await roads.execute_by_strawberry(self.schema, query, variables, self.context(reader, **viewpoint))
        return planned, Answer(executed.data, list(executed.errors or ()))

    async def data(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
        """The answer of a query that must succeed."""
        answer = await self.ask(query, variables, **more)
        assert answer.errors == []
        return answer.data

    async def refusals(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> list[tuple[str, list[str | int]]]:
        """(code, path) of each error."""
        return (await self.ask(query, variables, **more)).refusals


@dataclass(frozen=True)
class Answer:
    data: Any
    errors: list[GraphQLError]

    @property
    def refusals(self) -> list[tuple[str, list[str | int]]]:
        return [(code(error), error.path or []) for error in self.errors]

    def bytes(self) -> bytes:
        return orjson.dumps({"data": self.data, "errors": [(e.message, e.path, code(e)) for e in self.errors]})


def code(error: GraphQLError) -> str:
    """The code of an error; an exception that nobody meant for the client is a failure of the server."""
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        raise error.original_error
    return str((error.extensions or {}).get("code", "BAD_USER_INPUT"))


def listed(connection: Any) -> list[Any]:
    found: list[Any] = connection["nodes"]
    return found
