"""What an analysis is started with, in its three forms: as clients send it, as a row keeps it, and as the input that compute is given.

All three have the input's fields under their GraphQL names; what is kept is JSON as a client would send it, so that a run can be
started again from it. Nothing here needs a schema: a worker reads what was kept without one.
"""

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

import strawberry
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.lazy_type import LazyType

from schema.analyses.contract import InvalidParameters
from schema.querying.declare import declared
from schema.querying.selecting import Selection
from schema.scalars import parse_date, parse_decimal, parse_moment

T = TypeVar("T")
NAMES = NameConverter()
TEXTS = {datetime.datetime: parse_moment, datetime.date: parse_date, Decimal: parse_decimal}


def read_input(cls: type[T], given: Mapping[str, Any], path: tuple[str, ...] = ()) -> T:
    """The input as Python sees it. `given` holds coerced values, or JSON that was kept; filters stay as they are.

    Raises `InvalidParameters`, its path beginning with `path`, for what the input's `__post_init__` refuses.
    """
    values = {}
    for field in get_object_definition(cls, strict=True).fields:
        name = NAMES.get_graphql_name(field)
        if name in given and isinstance(declared(field), Selection):
            values[field.python_name] = given[name]
        elif name in given:
            values[field.python_name] = _read(field.type, given[name], (*path, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            values[field.python_name] = None  # as Strawberry does: GraphQL has seen to what is required
    try:
        return cls(**values)
    except InvalidParameters as error:
        raise InvalidParameters(str(error), *path, *error.path) from error
    except ValueError as error:
        raise InvalidParameters(str(error), *path) from error


def _read(type_: Any, value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(type_, StrawberryMaybe):
        return strawberry.Some(_read(type_.of_type, value, path))
    if value is None:
        return None
    if isinstance(type_, StrawberryOptional):
        return _read(type_.of_type, value, path)
    if isinstance(type_, StrawberryList):
        return [_read(type_.of_type, one, (*path, str(position))) for position, one in enumerate(value)]
    if isinstance(type_, LazyType):
        return _read(type_.resolve_type(), value, path)
    return _read_plain(type_, value, path)


def _read_plain(type_: Any, value: Any, path: tuple[str, ...]) -> Any:
    """What is not listed here is JSON already: texts, numbers and ids."""
    definition = type_ if isinstance(type_, StrawberryEnumDefinition) else getattr(type_, "__strawberry_definition__", None)
    if isinstance(definition, StrawberryEnumDefinition):
        return value if isinstance(value, enum.Enum) else definition.wrapped_cls[value]
    if isinstance(value, str) and type_ in TEXTS:
        return TEXTS[type_](value)
    if isinstance(value, Mapping) and definition is not None:
        return read_input(definition.origin, value, path)
    return value


def to_json(value: Any) -> Any:
    """Coerced values as JSON that a client could send."""
    if isinstance(value, Mapping):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime.date):  # a moment is one too
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def has_field(cls: type, name: str) -> bool:
    """Whether an input has a field of this Python name."""
    return any(field.python_name == name for field in get_object_definition(cls, strict=True).fields)
