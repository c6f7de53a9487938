"""The part of an analysis's parameters that says which data it is about: filters, and the moment as of which ties hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from strawberry.types.base import get_object_definition, has_object_definition

from schema.analyses.parameters import NAMES
from schema.checking import Faults
from schema.context import Context
from schema.errors import ErrorCode, RequestError
from schema.querying.declare import declared
from schema.querying.entities import Entities, unwrap
from schema.querying.selecting import Selection, select_ids

AS_OF = "asOf"


@dataclass(frozen=True)
class Given:
    """A filter among the parameters: on which type, what, and where it stands."""

    type: type
    where: Mapping[str, Any]
    path: tuple[str, ...]


def filters(cls: type, given: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Given]:
    """The filters in an input, coerced or kept, wherever in it they are."""
    for field in get_object_definition(cls, strict=True).fields:
        name, selection = NAMES.get_graphql_name(field), declared(field)
        value = given.get(name)
        if isinstance(selection, Selection):
            if value is not None:
                yield Given(selection.of(), value, (*path, name))
        elif isinstance(value, Mapping) and has_object_definition(inner := unwrap(field.type)):
            yield from filters(inner, value, (*path, name))


def filter_of(cls: type, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Which customers, or which transactions, the analysis is about: the first filter in its input. None: all of them."""
    return next((one.where for one in filters(cls, given)), None)


def as_of(given: Mapping[str, Any]) -> str | None:
    """The moment that parameters, as they are kept, ask for: theirs, or that of an input in them."""
    moments = [given.get(AS_OF), *[as_of(inner) for inner in given.values() if isinstance(inner, Mapping) and "asOf" in inner]]
    return next((moment for moment in moments if moment is not None), None)


def check_filters(context: Context, entities: Entities, cls: type, given: Mapping[str, Any], faults: Faults) -> None:
    """Whoever may not filter a list by something may not have an analysis do it either."""
    for one in filters(cls, given):
        try:
            select_ids(entities.by_name[one.type.__name__], one.where, context.caller.permissions, context.reporting_currency,
                       context.dialect)
        except RequestError as error:
            code = ErrorCode.FORBIDDEN if error.key == "forbidden" else ErrorCode.INVALID
            faults.at(*one.path).add(code, error.key, **error.parameters)
