"""A whole operation as dicts: what each of its root fields is answered by, and how the answers come together.

It answers successes only. Whatever is unusual raises `Aside` (or what went wrong), and graphql-core answers in its place; reading
twice changes nothing, and what a root field's function has done is remembered in the context.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import FieldNode, OperationType, get_named_type
from graphql.execution.values import VariableValues

from schema.context import Context
from schema.permissions import missing
from schema.querying.answering import Raw
from schema.querying.arguments import ArgumentReader
from schema.querying.compiler import Compiler
from schema.querying.completing import settle
from schema.querying.declare import Declaration, Listed, Lookup, Many, declared
from schema.querying.finishing import Aside
from schema.querying.level import Level, Paged, Whole
from schema.querying.naming import check_count, named

Answer = Callable[[Context, VariableValues], Awaitable[Any]]


async def together(answers: Iterable[Awaitable[Any]]) -> list[Any]:
    """All of them. When one fails the others are waited for too: nothing may go on reading after the request has ended."""
    found = await asyncio.gather(*answers, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found


@dataclass
class Plan:
    """The answers of an operation's root fields by response key."""

    roots: Mapping[str, Answer]
    serial: bool
    avoided_until: float = 0.0  # on the event loop's clock: it has stood aside lately

    async def answer(self, context: Context, variables: VariableValues) -> dict[str, Any]:
        """Raises Aside, and what a level raises."""
        context.variables = variables
        if not self.serial and len(self.roots) > 1:
            found = dict(zip(self.roots, await together([root(context, variables) for root in self.roots.values()]), strict=True))
        else:
            found = {}
            for key, root in self.roots.items():
                found[key] = await root(context, variables)
                if self.serial:
                    await settle(context, variables)
        await settle(context, variables)
        return found


class Planner:
    """Makes the plan of one operation from one viewpoint. Raises Aside when there can be none."""

    def __init__(self, compiler: Compiler):
        self._compiler, self._operation = compiler, compiler.collector.operation
        found = compiler.schema.get_root_type(self._operation.operation)
        if found is None or self._operation.operation is OperationType.SUBSCRIPTION:
            raise Aside
        self._type = found

    def plan(self) -> Plan:
        fields = self._compiler.collector.fields(self._type, [self._operation])
        roots = {key: self._root(key, group, alone=len(fields) == 1) for key, group in fields.items()}
        return Plan(roots, self._operation.operation is OperationType.MUTATION)

    def _root(self, key: str, group: list[FieldNode], *, alone: bool) -> Answer:
        name = group[0].name.value
        if name == "__typename":
            return constant(self._type.name)
        definition = self._type.fields.get(name)
        if definition is None:  # introspection
            raise Aside
        field = definition.extensions["strawberry-definition"]
        match declared(field):
            case Many() as many:
                self._require(many, definition)
                return listing(self._compiler.connection(many, definition, group), alone)
            case Listed() as listed:
                self._require(listed, definition)
                return listing(self._compiler.listed(listed, definition, group), alone)
            case Lookup() as lookup:
                self._require(lookup, definition)
                return LookedUp(self._compiler, lookup, definition, group, alone).answer
            case Raw() as raw:
                return self._performed(raw, definition, key, group)
            case None if field.base_resolver is not None:
                return self._resolved(definition, key, group)
        raise Aside

    def _require(self, declaration: Declaration, definition: Any) -> None:
        guards = *declaration.requires, *self._compiler.guards(definition), *self._compiler.type_guards(get_named_type(definition.type))
        if missing(self._compiler.view.permissions, guards):
            raise Aside

    def _performed(self, raw: Raw, definition: Any, key: str, group: list[FieldNode]) -> Answer:
        arguments, complete = ArgumentReader(definition, group[0]), self._compiler.completer.of(definition.type, group)
        more = {"entities": self._compiler.entities} if raw.entities else {}

        async def answer(context: Context, variables: VariableValues) -> Any:
            given = arguments.read(variables)
            return complete(await performed(context, key, raw.answer(context, given | more)), context)

        return answer

    def _resolved(self, definition: Any, key: str, group: list[FieldNode]) -> Answer:
        arguments, complete = ArgumentReader(definition, group[0]), self._compiler.completer.of(definition.type, group)
        ask = self._compiler.completer.asking(self._type, definition, key, group)

        async def answer(context: Context, variables: VariableValues) -> Any:
            found = ask(None, context, arguments.read(variables))
            return complete(await performed(context, key, found) if isawaitable(found) else found, context)

        return answer


async def performed(context: Context, key: str, coming: Awaitable[Any]) -> Any:
    """What a root's function gives, remembered for graphql-core, which must not do it again."""
    try:
        context.performed[key] = await coming
    except Exception as error:
        context.performed[key] = error
        raise
    return context.performed[key]


def constant(what: Any) -> Answer:
    async def answer(_context: Context, _variables: VariableValues) -> Any:
        return what

    return answer


def listing(level: Paged | Whole, alone: bool) -> Answer:
    async def answer(context: Context, variables: VariableValues) -> Any:
        if alone:
            announce(level, context)
        return (await level.answer(context, variables, (None,)))[None]

    return answer


def announce(level: Level, context: Context) -> None:
    """A request of one statement needs no transaction."""
    if level.statements_sent == 1:
        context.reader.single()


class LookedUp:
    """Rows by their ids, or by what a function finds."""

    def __init__(self, compiler: Compiler, declaration: Lookup, definition: Any, group: list[FieldNode], alone: bool):
        self._compiler, self._find, self._group, self._alone = compiler, declaration.find, group, alone
        self._type: Any = get_named_type(definition.type)
        self._arguments = ArgumentReader(definition, group[0])
        self._levels: dict[str, Whole] = {}

    async def answer(self, context: Context, variables: VariableValues) -> Any:
        given = self._arguments.read(variables)
        if self._find:
            level = self._level(self._type)
            if self._alone:
                announce(level, context)
            number = await self._find(context, **given)
            return None if number is None else (await level.answer(context, variables, (number,)))[number]
        if "ids" in given:
            return await self._several(given["ids"], context, variables)
        type_, number = self._named(given["id"])
        level = self._level(type_)
        if self._alone:
            announce(level, context)
        return (await level.answer(context, variables, (number,)))[number]

    async def _several(self, ids: list[str], context: Context, variables: VariableValues) -> list[Any]:
        """In the order asked. Records of one type share a statement."""
        check_count(ids)
        wanted = [self._named(one) for one in ids]
        found = {type_.name: await self._level(type_).answer(context, variables, [n for other, n in wanted if other is type_])
                 for type_ in dict.fromkeys(type_ for type_, _ in wanted)}
        return [found[type_.name][number] for type_, number in wanted]

    def _named(self, id_: str) -> tuple[Any, int]:
        return named(self._compiler.schema, self._compiler.entities, self._type, id_)

    def _level(self, type_: Any) -> Whole:
        if type_.name not in self._levels:
            if missing(self._compiler.view.permissions, self._compiler.type_guards(type_)):
                raise Aside
            self._levels[type_.name] = self._compiler.single(type_, self._group)
        return self._levels[type_.name]
