"""What plain Python made (a payload, a report, a computed object), in the form that is sent.

Beside querying/dicts.py, which knows rows only. What an object refers to, and what its resolvers still wait for, is noted in the
request's context and settled for the whole answer at once.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable

from schema.context import Context
from schema.permissions import missing
from schema.querying.arguments import ArgumentReader
from schema.querying.declare import Referred, declared
from schema.querying.failing import Withheld
from schema.querying.finishing import Aside
from schema.querying.level import Whole
from schema.querying.records import Record, class_of

if TYPE_CHECKING:
    from schema.querying.compiler import Compiler

Complete = Callable[[Any, Context], Any]
Fill = Callable[[Any, Context, dict[str, Any]], Any]  # (object, context, the answer so far) -> one field's answer


@dataclass(frozen=True)
class Reference:
    """A record, or records, still to be read into an answer."""

    level: Whole
    numbers: Any  # one, or several
    answer: dict[str, Any]
    key: str
    required: bool  # each of them

    @property
    def wanted(self) -> Sequence[int]:
        return self.numbers if isinstance(self.numbers, Sequence) else (self.numbers,)

    def fill(self, found: dict[int, Any]) -> None:
        records = [found[number] for number in self.wanted]
        if self.required and None in records:
            raise Aside
        self.answer[self.key] = records if isinstance(self.numbers, Sequence) else records[0]


@dataclass(frozen=True)
class Named:
    """An answer that is a record, still to be read: it is empty until then."""

    level: Whole
    number: int
    answer: dict[str, Any]

    @property
    def wanted(self) -> Sequence[int]:
        return (self.number,)

    def fill(self, found: dict[int, Any]) -> None:
        record = found[self.number]
        if record is None:
            raise Aside
        self.answer.update(record)


@dataclass(frozen=True)
class Awaited:
    """A value that a resolver still waits for."""

    coming: Awaitable[Any]
    complete: Complete
    answer: dict[str, Any]
    key: str


async def settle(context: Context, variables: VariableValues) -> None:
    """Fill in what was noted while the answer was made. Records of one place share a statement."""
    while context.pending:
        noted, context.pending = context.pending, []
        places: dict[int, list[Reference | Named]] = {}
        for one in noted:
            if isinstance(one, Awaited):
                one.answer[one.key] = one.complete(await one.coming, context)
            else:
                places.setdefault(id(one.level), []).append(one)
        for references in places.values():
            found = await references[0].level.answer(context, variables, dict.fromkeys(n for one in references for n in one.wanted))
            for one in references:
                one.fill(found)


def forget(context: Context) -> None:
    """Nobody waits any more."""
    noted, context.pending = context.pending, []
    for one in noted:
        if isinstance(one, Awaited) and hasattr(one.coming, "close"):
            one.coming.close()


class Completer:
    """Compiles, for a compiler's operation, how values of a type are completed."""

    def __init__(self, compiler: "Compiler"):
        self._compiler = compiler

    def of(self, type_: Any, nodes: list[FieldNode]) -> Complete:
        if isinstance(type_, GraphQLNonNull):
            return required(self.of(type_.of_type, nodes))
        if isinstance(type_, GraphQLList):
            return listed(self.of(type_.of_type, nodes))
        if is_leaf_type(type_):
            return leaf(type_.serialize)
        if is_abstract_type(type_):
            possible = self._compiler.schema.get_possible_types(type_)
            return by_class({self._compiler.python(one): self._object(one, nodes) for one in possible})
        return self._object(type_, nodes)

    def _object(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        if self._compiler.entities.is_record(type_.name):
            return self._record(type_, nodes)
        cls = self._compiler.python(type_)
        parts = [(key, self._field(type_, key, group)) for key, group in self._compiler.collector.fields(type_, nodes).items()]

        def complete(value: Any, context: Context) -> Any:
            if value is None:
                return None
            if not isinstance(value, cls):
                raise Aside
            made: dict[str, Any] = {}
            for key, fill in parts:
                made[key] = fill(value, context, made)
            return made

        return complete

    def _record(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        compiler = self._compiler
        if missing(compiler.view.permissions, compiler.type_guards(type_)):
            raise Aside
        level, cls = compiler.single(type_, nodes), compiler.python(type_)

        def complete(value: Any, context: Context) -> Any:
            if value is None:
                return None
            if not (isinstance(value, Record) and value.type is cls):
                raise Aside
            made: dict[str, Any] = {}
            context.pending.append(Named(level, value.number, made))
            return made

        return complete

    def _field(self, type_: GraphQLObjectType, key: str, group: list[FieldNode]) -> Fill:
        name = group[0].name.value
        if name == "__typename":
            return lambda _value, _context, _made: type_.name
        definition = type_.fields[name]
        field = definition.extensions["strawberry-definition"]
        declaration = declared(field)
        if isinstance(declaration, Referred):
            return self._reference(declaration, definition, key, group)
        if declaration is not None:
            raise Aside
        complete = self.of(definition.type, group)
        if field.base_resolver is not None:
            return self._resolved(type_, definition, key, group, complete)
        attribute = field.python_name
        return lambda value, context, _: complete(getattr(value, attribute), context)

    def _reference(self, declaration: Referred, definition: Any, key: str, group: list[FieldNode]) -> Fill:
        compiler = self._compiler
        if not declaration.own and missing(compiler.view.permissions, (*declaration.requires, *compiler.guards(definition))):
            raise Aside
        level = compiler.single(get_named_type(definition.type), group)
        wanted, attribute = isinstance(definition.type, GraphQLNonNull), declaration.attribute
        inner = get_nullable_type(definition.type)
        several = isinstance(inner, GraphQLList)
        each = isinstance(inner.of_type, GraphQLNonNull) if several else wanted

        def fill(value: Any, context: Context, made: dict[str, Any]) -> None:
            numbers = getattr(value, attribute)
            if numbers is None:
                if wanted:
                    raise Aside
            elif isinstance(numbers, Sequence) is not several:
                raise Aside
            else:
                context.pending.append(Reference(level, numbers, made, key, each))

        return fill

    def _resolved(self, type_: GraphQLObjectType, definition: Any, key: str, group: list[FieldNode], complete: Complete) -> Fill:
        """A field with a resolver of its own, which is called as graphql-core would."""
        arguments, ask = ArgumentReader(definition, group[0]), self.asking(type_, definition, key, group)

        def fill(value: Any, context: Context, made: dict[str, Any]) -> Any:
            found = ask(value, context, arguments.read(context.variables))
            if isawaitable(found):
                context.pending.append(Awaited(found, complete, made, key))
                return None
            return complete(found, context)

        return fill

    def asking(self, type_: GraphQLObjectType, definition: Any, key: str,
               group: list[FieldNode]) -> Callable[[Any, Context, dict[str, Any]], Any]:
        """Calls the field's resolver: (object, context, arguments) -> what it answers, which may be awaitable."""
        compiler, resolve = self._compiler, definition.resolve
        collector = compiler.collector
        info: GraphQLResolveInfo[Any] = GraphQLResolveInfo(
            field_name=group[0].name.value, field_nodes=group, return_type=definition.type, parent_type=type_,
            path=Path(None, key, type_.name), schema=compiler.schema, fragments=dict(collector.fragments), root_value=None,
            operation=collector.operation, variable_values=VariableValues({}, {}), is_awaitable=default_is_awaitable, context=None,
            abort_signal=None, async_helpers=None)  # type: ignore[arg-type]  # nobody here cancels or tracks
        return lambda value, context, given: resolve(
            value, info._replace(context=context, variable_values=context.variables.coerced), **given)


def required(complete: Complete) -> Complete:
    def completed(value: Any, context: Context) -> Any:
        found = complete(value, context)
        if found is None:
            raise Aside
        return found

    return completed


def listed(complete: Complete) -> Complete:
    def completed(value: Any, context: Context) -> Any:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise Aside
        return [complete(one, context) for one in value]

    return completed


def leaf(serialize: Callable[[Any], Any]) -> Complete:
    def completed(value: Any, _: Context) -> Any:
        if value.__class__ is Withheld:
            raise Aside
        return None if value is None else serialize(value)

    return completed


def by_class(completes: dict[type, Complete]) -> Complete:
    return lambda value, context: None if value is None else completes[class_of(value)](value, context)
