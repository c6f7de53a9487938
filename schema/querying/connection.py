"""The shape of a page, and the cursors in it."""

import base64
import binascii
import datetime
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import orjson
import strawberry

from schema.errors import RequestError

T = TypeVar("T")


@strawberry.interface(description="Anything that has an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque id, stable for ever.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row; null when the page is empty.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row; null when the page is empty.")


@strawberry.type(description="A row of a page with its cursor.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Where this row stands: pass it as `after` or `before`.")
    node: T = strawberry.field(description="The row itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[T] = strawberry.field(description="The rows.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int | None = strawberry.field(description="How many rows the whole list has: counted only when asked for.")


def encode(order: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([order, *values])).decode()


def decode(order: str, cursor: str, types: Sequence[type]) -> list[Any]:
    """The values of a cursor, one for each key of the order. Raises BAD_USER_INPUT when it was made for another list or order."""
    try:
        signature, *values = orjson.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
        if signature != order or len(values) != len(types):
            raise ValueError
        return [value if value is None else _typed(value, type_) for value, type_ in zip(values, types, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        raise RequestError("BAD_USER_INPUT", "cursor") from None


def _typed(value: Any, type_: type) -> Any:
    if type_ is datetime.datetime:
        return datetime.datetime.fromisoformat(value)
    if not isinstance(value, (int, float) if type_ is float else type_) or isinstance(value, bool) != (type_ is bool):
        raise ValueError
    return value
