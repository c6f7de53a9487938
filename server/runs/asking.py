"""Asking an application's schema from within its process, as somebody who may do everything."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from schema.compose import Schema
from schema.context import Context
from server.database import Database

BRIEFLY = {"AnalysisKind": "key title"}  # the rest describes the analysis, not the run


class Unanswered(Exception):
    """What was refused, in words."""


class Asking:
    def __init__(self, schema: Schema, database: Database, context: Callable[[Any], Context]):
        self._schema = copy.copy(schema)
        self._schema.process_errors = lambda *_, **__: None  # type: ignore[method-assign]  # they are told to whoever asks, not logged
        self._database, self._context = database, context

    async def query(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The field that the query calls `answer`. Raises `Unanswered`."""
        async with self._database.reader() as reader:
            result = await self._schema.execute(text, dict(variables), self._context(reader))
        if result.errors:
            raise Unanswered("\n".join(error.message for error in result.errors))
        answer: dict[str, Any] = (result.data or {})["answer"]
        return answer

    async def mutate(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The payload that the mutation calls `answer`, when it has no `userErrors`. Raises `Unanswered`."""
        payload = await self.query(text, variables)
        if payload["userErrors"]:
            raise Unanswered("\n".join(f"{'.'.join(one['path'])}: {one['message']}" for one in payload["userErrors"]))
        return payload


def fields_of(schema: Schema, type_: str) -> str:
    """Everything of a type that is a value, or an object of values, as a selection. What has pages, or needs an argument, is left out."""
    found = schema._schema.type_map[type_]  # noqa: SLF001  Strawberry has no other way to it
    assert isinstance(found, GraphQLObjectType)
    return " ".join(selected(found, inner=True))


def selected(type_: Any, *, inner: bool) -> Iterator[str]:
    if type_.name in BRIEFLY:
        yield BRIEFLY[type_.name]
        return
    for name, field in type_.fields.items():
        named: Any = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(named):
            yield name
        elif inner and "id" not in getattr(named, "fields", {"id": None}) and (values := " ".join(selected(named, inner=False))):
            yield f"{name} {{ {values} }}"
