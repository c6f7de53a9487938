"""A record by its number: what a plugin's function gives where a field leads to records of a declared type, or to a union with such a
type in it. Whatever is asked of the record is read as for any other, all records of one place by one statement."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """In place of an object of the declared type `type`: the one with this number. When it is no longer there it is null."""

    type: type
    number: int


def fits(value: Any, cls: type) -> bool:
    """Whether a value can stand for an object of a Strawberry class."""
    return value.type is cls if isinstance(value, Record) else isinstance(value, cls)


def class_of(value: Any) -> type:
    found: type = value.type if isinstance(value, Record) else type(value)
    return found
