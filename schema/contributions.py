"""What contributions to a schema must keep to: names that are free, and fields that cannot take the rest of an answer with them."""

from collections.abc import Callable, Mapping
from typing import Any

from strawberry.types.base import StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import UNRESOLVED, StrawberryField

from schema.querying.answering import Raw, Streamed
from schema.querying.declare import Listed, Lookup, Many, Referred, declared
from schema.querying.entities import Filter, Order
from schema.querying.inputs import LOGIC
from schema.querying.selecting import Selection

ON_ROOTS = {"Query": (Raw, Lookup, Many, Listed), "Mutation": (Raw,), "Subscription": (Streamed,)}
ONLY_ELSEWHERE = (Raw, Lookup, Streamed, Referred, Selection)


class Taken(ValueError):
    """Two claim the same name."""

    def __init__(self, what: str, holder: str, claimant: str):
        super().__init__(f"{what} is taken: {holder} has it, {claimant} adds it")


class SameCode(ValueError):
    """Two types whose ids could not be told apart."""

    def __init__(self, code: str, first: str, second: str):
        super().__init__(f"{first} and {second} have the same type code {code}")
        self.code, self.types = code, (first, second)


def check_fields(definition: StrawberryObjectDefinition, contributed: Mapping[str, StrawberryField],
                 name_of: Callable[[StrawberryField], str]) -> None:
    """Raises ValueError when a contributed field would have the name of another, in GraphQL or in Python, or breaks a rule."""
    if definition.is_input and contributed:
        raise ValueError(f"{definition.name} is an input: what can be added to are the filters and orders of a type")
    known = {name_of(one): one for one in definition.fields} | {one.python_name: one for one in definition.fields}
    for name, one in contributed.items():
        graphql_name = one.graphql_name or name_of(named(name))
        for taken in {graphql_name, name} & known.keys():
            raise Taken(f"{definition.name}.{graphql_name}", owner(known[taken]), owner(one))
        check_rules(definition.name, graphql_name, one)
        known |= {graphql_name: one, name: one}


def check_rules(type_: str, name: str, one: StrawberryField) -> None:
    """Raises ValueError when a plugin's field is not one that can fail alone and explain itself."""
    place, declaration = f"{type_}.{name}", declared(one)
    if declaration is None or one.base_resolver is not None:
        raise ValueError(f"{place} has a resolver of its own; declare it with score, joined, computed, many or raw")
    fit = ON_ROOTS.get(type_)
    if not isinstance(declaration, fit) if fit else isinstance(declaration, ONLY_ELSEWHERE):
        raise ValueError(f"{place} cannot be made by {type(declaration).__name__.lower()} there")
    type_of: Any = one.type
    if type_of is UNRESOLVED:
        raise ValueError(f"{place} has no type: say type_=... or annotate it")
    nullable = isinstance(type_of, StrawberryOptional)
    if not nullable:
        raise ValueError(f"{place} must be nullable, so that the rest of an answer stands when it fails")
    if not one.description:
        raise ValueError(f"{place} has no description")
    for argument in one.arguments:
        if not argument.description:
            raise ValueError(f"{place} has an argument {argument.graphql_name or argument.python_name} without a description")


def named(name: str) -> StrawberryField:
    made = StrawberryField(python_name=name)
    made.name = name
    return made


def owner(one: StrawberryField) -> str:
    declaration = declared(one)
    if declaration and declaration.plugin:
        return plugin_called(declaration.plugin)
    return home(one.origin.__module__) if one.origin else "a contribution"


def plugin_called(name: str) -> str:
    return f"the plugin {name}"


def home(module: str) -> str:
    return "the core" if module.startswith("schema.") else module


def claim(keys: dict[str, Any], one: Filter | Order) -> None:
    """Enters a filter or order key. Raises ValueError when it is taken, or could not be told from a path's parts."""
    what = "filter" if isinstance(one, Filter) else "order"
    if "__" in one.name or one.name in LOGIC:
        raise ValueError(f"{one.on.__name__} cannot have a {what} key {one.name}: it means something else in a filter")
    if not one.description:
        raise ValueError(f"{one.on.__name__} has a {what} key {one.name} without a description")
    if one.name in keys:
        raise Taken(f"{one.on.__name__}'s {what} key {one.name}", owner_of_key(keys[one.name]), owner_of_key(one))
    keys[one.name] = one


def owner_of_key(one: Filter | Order) -> str:
    """A column's key comes from its type."""
    if one.plugin:
        return plugin_called(one.plugin)
    module: str = (one.condition if isinstance(one, Filter) else one.expression).__module__
    return home(one.on.__module__ if module == Filter.__module__ else module)


