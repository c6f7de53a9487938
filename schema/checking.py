"""Checking what a mutation was given: every fault is collected, with where in the input it is, before anything is refused."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute
from strawberry import Some

from schema import ids
from schema.errors import ErrorCode, Problem, Refused, RequestError, problem

T = TypeVar("T")


class Faults:
    """What is wrong so far, seen from one place in the input. Places share what was found."""

    def __init__(self, path: tuple[str, ...] = ("input",), found: list[Problem] | None = None):
        self.path, self.found = path, [] if found is None else found

    def at(self, *steps: str | int) -> "Faults":
        return Faults((*self.path, *map(str, steps)), self.found)

    def add(self, code: ErrorCode, message: str, /, **parameters: Any) -> None:
        self.found.append(problem(code, message, *self.path, **parameters))

    def refuse(self) -> None:
        """Raises `Refused` when anything is wrong anywhere."""
        if self.found:
            raise Refused(*self.found)


def said(value: Some[T] | None) -> T | None:
    """What was given; None when it was left out."""
    return value.value if value else None


def longest(column: InstrumentedAttribute[Any]) -> int:
    """How many characters a column of text holds."""
    length: int = column.type.length
    return length


def checked_text(value: str | None, most: int, place: Faults) -> str | None:
    """The text without the space around it; null when nothing is left."""
    text = value.strip() if value else ""
    if "\0" in text:
        place.add(ErrorCode.INVALID, "nul")
        text = text.replace("\0", "")  # the database must not see it when it is asked for the rest
    if len(text) > most:
        place.add(ErrorCode.LIMIT_EXCEEDED, "too_long", most=most, given=len(text))
    return text or None


def required_text(value: str | None, most: int, place: Faults) -> str:
    text = checked_text(value, most, place)
    if text is None:
        place.add(ErrorCode.REQUIRED, "required") if value is None else place.add(ErrorCode.INVALID, "blank")
    return text or ""


def checked_list(items: Sequence[T] | None, most: int, place: Faults) -> Sequence[T]:
    """The items, or none of them when they are too many to look at."""
    given = items or ()
    if len(given) <= most:
        return given
    place.add(ErrorCode.LIMIT_EXCEEDED, "too_many", name=place.path[-1], most=most, given=len(given))
    return ()


def checked_id(value: str, code: str, type_: str, place: Faults) -> int | None:
    """The number of an opaque id."""
    try:
        return ids.number(value, code, type_)
    except RequestError as error:
        place.add(ErrorCode.INVALID, error.key, **error.parameters)
        return None


def distinct(items: Sequence[T], key: Callable[[T], Any], place: Callable[[T], Faults]) -> list[T]:
    """The items in their order; one that comes again is a fault."""
    found: dict[Any, T] = {}
    for item in items:
        if found.setdefault(key(item), item) is not item:
            place(item).add(ErrorCode.DUPLICATE, "given_twice")
    return list(found.values())
