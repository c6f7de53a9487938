"""The names that contributions to a schema must leave alone."""

from collections.abc import Callable, Mapping
from typing import Any

from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.querying.entities import Filter, Order
from schema.querying.inputs import LOGIC


def check_fields(definition: StrawberryObjectDefinition, contributed: Mapping[str, StrawberryField],
                 name_of: Callable[[StrawberryField], str]) -> None:
    """Raises ValueError when a contributed field would have the name of another, in GraphQL or in Python."""
    known = {name_of(one): one for one in definition.fields} | {one.python_name: one for one in definition.fields}
    for name, one in contributed.items():
        graphql_name = one.graphql_name or name_of(named(name))
        for taken in {graphql_name, name} & known.keys():
            raise ValueError(f"{definition.name}.{graphql_name} is taken: {owner(known[taken])} has it, {owner(one)} adds it")
        known |= {graphql_name: one, name: one}


def named(name: str) -> StrawberryField:
    made = StrawberryField(python_name=name)
    made.name = name
    return made


def owner(one: StrawberryField) -> str:
    return one.origin.__module__ if one.origin else "a contribution"


def claim(keys: dict[str, Any], one: Filter | Order) -> None:
    """Enters a filter or order key. Raises ValueError when it is taken, or could not be told from a path's parts."""
    what = "filter" if isinstance(one, Filter) else "order"
    if "__" in one.name or one.name in LOGIC:
        raise ValueError(f"{one.on.__name__} cannot have a {what} key {one.name}: it means something else in a filter")
    if one.name in keys:
        raise ValueError(f"{one.on.__name__} has the {what} key {one.name} already: {home(keys[one.name])} has it, {home(one)} adds it")
    keys[one.name] = one


def home(one: Filter | Order) -> str:
    """The module that a key comes from: a column's key comes from its type."""
    module: str = (one.condition if isinstance(one, Filter) else one.expression).__module__
    return one.on.__module__ if module == Filter.__module__ else module
