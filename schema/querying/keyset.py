"""Where a page begins: comparing rows with a cursor, key by key of the order, NULLs last on every database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, tuple_


@dataclass(frozen=True)
class SortKey:
    expression: ColumnElement[Any]
    descending: bool
    nullable: bool
    beside: bool = False  # of a row of another table, which an index may give in this order

    def direction(self, at: ColumnElement[Any], backwards: bool) -> ColumnElement[Any]:
        """NULLs come last in both directions, on every database; first when the list is read backwards."""
        way = at.desc() if self.descending is not backwards else at.asc()
        if not self.nullable:
            return way
        return way.nulls_first() if backwards else way.nulls_last()


def in_turn(keys: Sequence[SortKey], cursor: Sequence[Any] | None, backwards: bool, chosen: Callable[..., Any]) -> list[Any]:
    """Sorted by the rows of another table: those that have one, which its index gives in order; then the others, which are not even
    looked for while the page is not full."""
    head, *rest = keys
    there, absent = replace(head, nullable=False), head.expression.is_(None)
    with_one = partial(chosen, head.expression.is_not(None), by=[there, *rest])
    without = partial(chosen, absent, by=rest)
    if cursor is None:
        parts = [with_one(after=None), without(after=None)]
    elif cursor[0] is None:
        parts = [with_one(after=None)] if backwards else []
        parts.append(without(after=cursor[1:]))
    else:
        parts = [with_one(after=cursor)] + ([] if backwards else [without(after=None)])
    return parts[::-1] if backwards else parts


def beyond(keys: Sequence[SortKey], cursor: Sequence[Any], backwards: bool, first: int = 0, *,
           as_rows: bool = True) -> ColumnElement[bool]:
    """Strictly after the cursor (before it, when backwards), NULLs last. Which cursor values are NULL belongs to the shape. `first` is
    the place in the whole cursor of the values given here. `as_rows`: an index serves to compare rows of values."""
    if as_rows and len(keys) > 1 and not any(key.nullable for key in keys) and len({key.descending for key in keys}) == 1:
        return beyond_all(keys, backwards, first)
    choices: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for index, (key, value) in enumerate(zip(keys, cursor, strict=True)):
        at = bindparam(f"cursor__{first + index}", type_=key.expression.type)
        if value is None:
            if backwards:
                choices.append(and_(*same, key.expression.is_not(None)))
            same.append(key.expression.is_(None))
            continue
        further = key.expression < at if key.descending is not backwards else key.expression > at
        choices.append(and_(*same, or_(further, key.expression.is_(None)) if key.nullable and not backwards else further))
        same.append(key.expression == at)
    head = keys[0]
    bound: list[ColumnElement[bool]] = []
    if len(keys) > 1 and not head.nullable and cursor[0] is not None:  # lets the index start in the right place
        at = bindparam(f"cursor__{first}", type_=head.expression.type)
        bound = [head.expression <= at if head.descending is not backwards else head.expression >= at]
    return and_(*bound, or_(*choices))


def beyond_all(keys: Sequence[SortKey], backwards: bool, first: int) -> ColumnElement[bool]:
    """When all keys go the same way, comparing rows of values leads straight to a place in an index. Where the first key is another
    table's, no index has both, and its own is told where to start."""
    head, falling = keys[0], keys[0].descending is not backwards
    places = [bindparam(f"cursor__{i}", type_=key.expression.type) for i, key in enumerate(keys, first)]
    row, at = tuple_(*[key.expression for key in keys]), tuple_(*places)
    found: ColumnElement[bool] = row < at if falling else row > at
    if head.beside:
        found = and_(head.expression <= places[0] if falling else head.expression >= places[0], found)
    return found
