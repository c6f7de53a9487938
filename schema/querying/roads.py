"""How graphql-core comes to the plan: resolvers that compile a level once an operation and read answers from its rows."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphql
from graphql import get_named_type
from graphql.execution.values import VariableValues
from graphql.language import VariableNode, Visitor, visit
from strawberry.dataloader import DataLoader

from schema import ids
from schema.context import Context
from schema.errors import RequestError
from schema.permissions import require
from schema.querying.collect import Collector
from schema.querying.compiler import Compiler, Viewpoint
from schema.querying.databases import Speech
from schema.querying.declare import Listed, Lookup, Many, Referred
from schema.querying.entities import Entities
from schema.querying.level import LARGEST_PAGE, Paged, Whole
from schema.querying.rows import ANSWERS, Forbidden

Info = graphql.GraphQLResolveInfo[Any]
KEPT_OPERATIONS, KEPT_LEVELS = 500, 64  # operations of a schema, levels of an operation


@dataclass
class Operation:
    """One query text and operation name: its levels by what is asked where, viewpoint and the variables of @skip and @include."""

    conditions: tuple[str, ...]
    levels: dict[Any, Any] = field(default_factory=dict)


def condition_variables(info: Info) -> tuple[str, ...]:
    found: dict[str, None] = {}

    class Find(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            found.update((a.value.name.value, None) for a in node.arguments if isinstance(a.value, VariableNode))

    for node in (info.operation, *info.fragments.values()):
        visit(node, Find())
    return tuple(found)


def read_answer(source: Any, info: Info, **_: Any) -> Any:
    """The resolver of every declared field that is not on a root."""
    answer = source.__dict__[ANSWERS][info.path.key]
    if answer.__class__ is Forbidden:
        raise answer.error()
    return answer


def read_answer_or_attribute(source: Any, info: Info) -> Any:
    """For small objects such as Money, which rows hold and ordinary resolvers return too."""
    return read_answer(source, info) if ANSWERS in source.__dict__ else getattr(source, info.field_name)


def coerced(info: Info) -> VariableValues:
    """graphql-core hands resolvers the coerced half of the variables only, whatever its annotation says."""
    values: Any = info.variable_values
    return VariableValues({}, values)


def place(info: Info) -> tuple[str, ...]:
    """The path of response keys, without the positions in lists: the same for all siblings."""
    return tuple([key for key in info.path.as_list() if isinstance(key, str)])


def selection(info: Info) -> tuple[Any, ...]:
    """What is asked: the type and the positions in the query's text of all nodes that were merged into the field."""
    return info.parent_type.name, *[node.loc.start for node in info.field_nodes if node.loc]


async def together(answers: Iterable[Awaitable[Any]]) -> list[Any]:
    """All of them. When one fails the others are waited for too: nothing may go on reading after the request has ended."""
    found = await asyncio.gather(*answers, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found


class Roads:
    """The compiled operations of one schema on one kind of database."""

    def __init__(self, entities: Entities, speech: Speech):
        self.entities, self.speech = entities, speech
        self.operations: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()

    def operation(self, info: Info) -> Operation:
        assert info.operation.loc
        key = info.operation.loc.source.body, info.operation.name.value if info.operation.name else None
        if key not in self.operations:
            if len(self.operations) >= KEPT_OPERATIONS:
                self.operations.popitem(last=False)
            self.operations[key] = Operation(condition_variables(info))
        self.operations.move_to_end(key)
        return self.operations[key]

    def level(self, info: Info, declaration: Any, type_: Any) -> Any:
        """The level behind a field, compiled at the first request of its kind."""
        operation, context = self.operation(info), info.context
        conditions = [coerced(info).coerced.get(name) for name in operation.conditions]
        key = selection(info), type_.name, context.caller.permissions, context.language, *conditions
        if key not in operation.levels:
            if len(operation.levels) >= KEPT_LEVELS:
                operation.levels.clear()
            compiler = Compiler(Collector(info.schema, info.fragments, coerced(info)), self.entities, self.speech,
                                Viewpoint(context.caller.permissions, context.language))
            definition = info.parent_type.fields[info.field_name]
            if not (isinstance(declaration, Referred) and declaration.own):
                guards = *declaration.requires, *compiler.guards(definition), *compiler.type_guards(type_)
                require(context.caller.permissions, guards)
            operation.levels[key] = self._compile(compiler, declaration, definition, type_, info)
        return operation.levels[key]

    def _compile(self, compiler: Compiler, declaration: Any, definition: Any, type_: Any, info: Info) -> Any:
        if isinstance(declaration, Many):
            return compiler.connection(declaration, definition, list(info.field_nodes))
        if isinstance(declaration, Listed):
            return compiler.listed(declaration, type_, list(info.field_nodes))
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
        if len(wanted) > LARGEST_PAGE:
            raise RequestError("BAD_USER_INPUT", "too_many", name="ids", most=LARGEST_PAGE, given=len(wanted))
        return await together([self._found(declaration, info, *one) for one in [self.named(info, type_, id_) for id_ in wanted]])

    def named(self, info: Info, type_: Any, id_: str) -> tuple[Any, int]:
        """The type and the number that an id names. Raises BAD_USER_INPUT when the field's type cannot hold it."""
        code, number = ids.decode(id_)
        name = self.entities.by_code.get(code)
        if name is None:
            raise RequestError("BAD_USER_INPUT", "not_any_id", value=id_[:40])
        found: Any = info.schema.type_map[name]
        if found is not type_ and not (hasattr(type_, "resolve_type") and info.schema.is_sub_type(type_, found)):
            raise RequestError("BAD_USER_INPUT", "not_an_id", value=id_[:40], type=type_.name)
        return found, number

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
