"""The shape of a page, and the cursors in it."""

import base64
import binascii
import datetime
import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

import orjson
import strawberry

from schema.errors import RequestError
from schema.rows import SCALE

T = TypeVar("T")
WIDEST = 2**63  # what the databases' whole numbers hold


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


@dataclass(frozen=True)
class CursorKey:
    """What a cursor holds for one key of the order."""

    type: type
    nullable: bool


def encode(order: str, values: Sequence[Any]) -> str:
    """`values` are the driver's. PostgreSQL sums whole numbers up to a decimal without places."""
    return base64.urlsafe_b64encode(orjson.dumps([order, *values], default=int)).decode()


def decode(order: str, cursor: str, keys: Sequence[CursorKey]) -> list[Any]:
    """The values of a cursor, one for each key of the order. Raises BAD_USER_INPUT when it was made for another list or order."""
    try:
        signature, *values = orjson.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
        if signature != order:
            raise ValueError
        return [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise RequestError("BAD_USER_INPUT", "cursor") from None


def _typed(value: Any, key: CursorKey) -> Any:
    """The Python value that the key's column takes. Raises an error that `decode` expects for what no list would have written."""
    if value is None and key.nullable:
        return None
    if key.type is datetime.datetime:
        moment = datetime.datetime.fromisoformat(value)
        return refuse_unless(moment.tzinfo is not None, moment.astimezone(datetime.UTC))
    if key.type is float:
        return refuse_unless(type(value) in (int, float) and math.isfinite(value), value)
    if issubclass(key.type, enum.Enum):
        return key.type[refuse_unless(value in key.type.__members__, value)]
    if key.type is Decimal:
        return Decimal(refuse_unless(type(value) is int and abs(value) < WIDEST, value)) / SCALE
    if key.type is int:
        return refuse_unless(type(value) is int and abs(value) < WIDEST, value)
    return refuse_unless(type(value) is key.type and "\0" not in str(value), value)


def refuse_unless(right: bool, value: T) -> T:
    if not right:
        raise ValueError
    return value
