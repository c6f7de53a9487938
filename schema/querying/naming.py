"""What opaque ids name in one schema."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLSchema

from schema import ids
from schema.errors import RequestError
from schema.querying.entities import Entities
from schema.querying.level import LARGEST_PAGE


def named(schema: GraphQLSchema, entities: Entities, type_: Any, id_: str) -> tuple[Any, int]:
    """The type and the number that an id names. Raises BAD_USER_INPUT when a field of the type `type_` cannot hold it."""
    code, number = ids.decode(id_)
    name = entities.by_code.get(code)
    if name is None:
        raise RequestError("BAD_USER_INPUT", "not_any_id", value=id_[:40])
    found: Any = schema.type_map[name]
    if type_.name in entities.variants and type_ is not found and schema.is_sub_type(found, type_):
        return type_, number  # an interface within the interface that has the code: other rows are null
    if found is not type_ and not (hasattr(type_, "resolve_type") and schema.is_sub_type(type_, found)):
        raise RequestError("BAD_USER_INPUT", "not_an_id", value=id_[:40], type=type_.name)
    return found, number


def check_count(wanted: Sequence[str]) -> None:
    """Raises BAD_USER_INPUT for more ids than a page holds."""
    if len(wanted) > LARGEST_PAGE:
        raise RequestError("BAD_USER_INPUT", "too_many", name="ids", most=LARGEST_PAGE, given=len(wanted))
