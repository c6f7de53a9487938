"""The two roads to an answer: a plan that makes dicts, and resolvers by which graphql-core reads the same levels.

The plan answers successes only. Where it stands aside, graphql-core executes the operation, and words whatever is wrong.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any

import graphql
from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, get_named_type
from graphql.execution.values import VariableValues
from strawberry.dataloader import DataLoader
from strawberry.types.base import get_object_definition

from schema.context import Context
from schema.errors import RequestError
from schema.permissions import require
from schema.querying.answering import Streamed
from schema.querying.coercing import Unusual
from schema.querying.collect import Collector
from schema.querying.compiler import Compiler, Viewpoint
from schema.querying.completing import forget
from schema.querying.databases import Speech
from schema.querying.declare import Declaration, Listed, Lookup, Many, Referred
from schema.querying.dicts import Dicts
from schema.querying.entities import Entities
from schema.querying.failing import Withheld
from schema.querying.finishing import Aside
from schema.querying.level import Paged, Whole
from schema.querying.naming import check_count, named
from schema.querying.objects import ANSWERS, Objects
from schema.querying.operations import Operation, Operations, keep
from schema.querying.plan import Plan, Planner, together
from schema.querying.records import Record

Info = graphql.GraphQLResolveInfo[Any]
AVOIDED = 10.0  # seconds that a plan which had to stand aside is not tried again
logger = logging.getLogger("guanxi")


def read_answer(source: Any, info: Info, **_: Any) -> Any:
    """The resolver of every declared field that is not on a root."""
    answer = source.__dict__[ANSWERS][info.path.key]
    if answer.__class__ is Withheld:
        raise answer.error()
    return answer


def read_answer_or(resolve: Any) -> Any:
    """The resolver of a field whose objects come from rows and from ordinary resolvers: for those, what the field was before."""
    return lambda source, info, **arguments: (read_answer(source, info) if ANSWERS in source.__dict__
                                              else resolve(source, info, **arguments))


def coerced(info: Info) -> VariableValues:
    """Under Strawberry, resolvers are handed the coerced half of the variables only, whatever the annotation says."""
    values: Any = info.variable_values
    return values if isinstance(values, VariableValues) else VariableValues({}, values)


def place(info: Info) -> tuple[str, ...]:
    """The path of response keys, without the positions in lists: the same for all siblings."""
    return tuple([key for key in info.path.as_list() if isinstance(key, str)])


def selection(info: Info) -> tuple[Any, ...]:
    """What is asked: the type and the positions in the query's text of all nodes that were merged into the field."""
    return info.parent_type.name, *[node.loc.start for node in info.field_nodes if node.loc]


class Roads:
    """The compiled operations of one schema on one kind of database."""

    def __init__(self, entities: Entities, speech: Speech):
        self.entities, self.speech, self.operations = entities, speech, Operations()

    # -- the plan --
    async def answer(self, schema: GraphQLSchema, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode],
                     context: Context, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """The operation's `data`; None when graphql-core has to answer. `given` are the variables as they came."""
        operation = self.operations.of(schema, node, fragments)
        try:
            variables = operation.variables.read(given) if operation.variables else None
        except Unusual:
            return None
        plan = self._plan(schema, operation, variables, context) if variables else None
        clock = asyncio.get_running_loop()
        if plan is None or variables is None or plan.avoided_until > clock.time():
            return None
        try:
            return await plan.answer(context, variables)
        except Aside:
            plan.avoided_until = clock.time() + AVOIDED
            await context.reader.renew()  # a transaction for all that graphql-core asks
        except graphql.GraphQLError:  # the caller's input, or the database's trouble: the next request may fare better
            await context.reader.renew()
        except Exception as error:  # noqa: BLE001  (graphql-core meets it again, and words it)
            logger.debug("a plan failed", extra={"error": type(error).__qualname__})
            plan.avoided_until = clock.time() + AVOIDED
            await context.reader.renew()
        finally:
            forget(context)
        return None

    def _plan(self, schema: GraphQLSchema, operation: Operation, variables: VariableValues, context: Context) -> Plan | None:
        key = context.caller.permissions, context.language, *[variables.coerced.get(name) for name in operation.conditions]
        if key not in operation.plans:
            collector = Collector(schema, operation.node, operation.fragments, variables)
            viewpoint = Viewpoint(context.caller.permissions, context.language)
            try:
                plan = Planner(Compiler(collector, self.entities, self.speech, viewpoint, Dicts(), operation.told)).plan()
            except (Aside, RequestError):
                plan = None
            keep(operation.plans, key, plan)
        found: Plan | None = operation.plans[key]
        return found

    # -- levels for graphql-core --
    def level(self, info: Info, declaration: Any, type_: Any) -> Any:
        """The level behind a field, compiled at the first request of its kind."""
        operation, context = self.operations.of(info.schema, info.operation, info.fragments), info.context
        conditions = [coerced(info).coerced.get(name) for name in operation.conditions]
        key = selection(info), type_.name, context.caller.permissions, context.language, *conditions
        if key in operation.levels:
            return operation.levels[key]
        compiler = Compiler(Collector(info.schema, info.operation, info.fragments, coerced(info)), self.entities, self.speech,
                            Viewpoint(context.caller.permissions, context.language), Objects(), operation.told)
        definition = info.parent_type.fields[info.field_name]
        if not (isinstance(declaration, Referred) and declaration.own):
            guards = *declaration.requires, *compiler.guards(definition), *compiler.type_guards(type_)
            require(context.caller.permissions, guards)
        return keep(operation.levels, key, self._compile(compiler, declaration, definition, type_, info))

    def _compile(self, compiler: Compiler, declaration: Any, definition: Any, type_: Any, info: Info) -> Any:
        if isinstance(declaration, Many):
            return compiler.connection(declaration, definition, list(info.field_nodes))
        if isinstance(declaration, Listed):
            return compiler.listed(declaration, definition, list(info.field_nodes))
        return compiler.single(type_, list(info.field_nodes))

    # -- resolvers --
    async def resolve_list(self, declaration: Many | Listed, info: Info) -> Any:
        """A connection or a list on a root."""
        level: Paged | Whole = self.level(info, declaration, get_named_type(info.return_type))
        variables = coerced(info)
        if isinstance(level, Paged):
            return (await level.answer(info.context, variables, [None]))[None]
        return await self._table(level, info.context, variables)

    async def _table(self, level: Whole, context: Context, variables: VariableValues) -> list[Any]:
        found = await level.answer(context, variables, [None])
        answers: list[Any] = found[None]
        return answers

    async def resolve_lookup(self, declaration: Lookup, info: Info, arguments: dict[str, Any]) -> Any:
        type_: Any = get_named_type(info.return_type)
        if declaration.find:
            # permission before the search: what a look-up finds must not be told by its errors
            level = self.level(info, declaration, type_)
            number = await declaration.find(info.context, **arguments)
            return None if number is None else await self._one(level, info, type_, number)
        if "ids" not in arguments:
            return await self._found(declaration, info, *self.named(info, type_, arguments["id"]))
        wanted = arguments["ids"]
        check_count(wanted)
        return await together([self._found(declaration, info, *one) for one in [self.named(info, type_, id_) for id_ in wanted]])

    def named(self, info: Info, type_: Any, id_: str) -> tuple[Any, int]:
        return named(info.schema, self.entities, type_, id_)

    async def resolve_event(self, declaration: Streamed, number: int, info: Info) -> Any:
        """The record that an event of a subscription is about, as it is now."""
        type_: Any = get_named_type(info.return_type)
        return await self._one(self.level(info, declaration, type_), info, type_, number)

    def subscribe(self, declaration: Streamed, info: Info, arguments: dict[str, Any]) -> Any:
        self.level(info, declaration, get_named_type(info.return_type))  # raises when the caller may not see such records
        return declaration.events(info.context, arguments)

    async def _found(self, declaration: Lookup, info: Info, type_: Any, number: int) -> Any:
        return await self._one(self.level(info, declaration, type_), info, type_, number)

    async def resolve_referred(self, declaration: Referred, source: Any, info: Info) -> Any:
        held = getattr(source, declaration.attribute)
        if held is None:
            return None
        type_: Any = get_named_type(info.return_type)
        level = self.level(info, declaration, type_)
        if isinstance(held, Sequence):
            return await together([self._one(level, info, type_, number) for number in held])
        return await self._one(level, info, type_, held)

    def following(self, resolve: Any) -> Any:
        """A resolver whose answer may have records by their numbers: graphql-core waits for each."""

        async def record(named: Record, info: Info) -> Any:
            type_: Any = info.schema.type_map[get_object_definition(named.type, strict=True).name]
            return await self._one(self.level(info, Declaration(), type_), info, type_, named.number)

        def read(found: Any, info: Info) -> Any:
            if isinstance(found, list | tuple):
                return [read(one, info) for one in found]
            return record(found, info) if isinstance(found, Record) else found

        async def waited(coming: Any, info: Info) -> Any:
            return read(await coming, info)

        def resolved(source: Any, info: Info, **arguments: Any) -> Any:
            found = resolve(source, info, **arguments)
            return waited(found, info) if isawaitable(found) else read(found, info)

        return resolved

    async def _one(self, level: Whole, info: Info, type_: Any, number: int) -> Any:
        """Siblings that refer to records of one type share a statement."""
        context: Context = info.context
        key = place(info), selection(info), type_.name
        if key not in context.loaders:
            variables = coerced(info)

            async def load(numbers: list[int]) -> list[Any]:
                found = await level.answer(context, variables, numbers)
                return [found[n] for n in numbers]

            context.loaders[key] = DataLoader(load)
        return await context.loaders[key].load(number)
