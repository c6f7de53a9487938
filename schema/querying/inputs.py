"""Filter operators: the inputs that clients send, and how one of them becomes a condition."""

import datetime
import enum
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, bindparam, func
from sqlalchemy.types import TypeEngine
from strawberry.types.enum import StrawberryEnumDefinition

from schema.errors import RequestError
from schema.querying.databases import Converted


@strawberry.enum(description="Which way a list is sorted. Rows without a value come last either way.")
class SortDirection(enum.Enum):
    ASC = strawberry.enum_value("ASC", description="Smallest first.")
    DESC = strawberry.enum_value("DESC", description="Largest first.")


OPERATORS = {
    "eq": "Equal to this.",
    "ne": "Not equal to this; rows without a value do not match.",
    "in": "Equal to one of these, at most 1,000.",
    "startsWith": "Begins with this text, upper and lower case told apart.",
    "contains": "Contains this text, upper and lower case told apart.",
    "gt": "Greater than this.",
    "gte": "Greater than or equal to this; a moment: at or after it.",
    "lt": "Less than this; a moment: before it.",
    "lte": "Less than or equal to this.",
    "isNull": "True: rows without a value. False: rows with one.",
}
MOST_MEMBERS = 1000
LOGIC = ("and", "or", "not")
MOST_CONDITIONS, MOST_LEVELS = 100, 20  # what a filter may hold, and how deep and, or, not may be nested


def operator_input(name: str, type_: Any, operators: str, description: str, **more: tuple[Any, str]) -> type:
    """A Strawberry input of optional operators; `more` adds fields that are no operators, as (type, description)."""
    kinds = {"in": list[type_], "isNull": bool}
    fields = {o: (kinds.get(o, type_), OPERATORS[o]) for o in operators.split()} | more
    cls = type(name, (), {"__annotations__": {f"{field}_": kind | None for field, (kind, _) in fields.items()}})
    for field, (_, text) in fields.items():
        setattr(cls, f"{field}_", strawberry.field(name=field, default=strawberry.UNSET, description=text))
    return strawberry.input(cls, description=description)


StringFilter = operator_input("StringFilter", str, "eq ne in startsWith contains isNull", "Conditions on a text; all of them must hold.")
IntFilter = operator_input("IntFilter", int, "eq in gt gte lt lte isNull", "Conditions on a whole number; all of them must hold.")
FloatFilter = operator_input("FloatFilter", float, "eq gt gte lt lte isNull", "Conditions on a number; all of them must hold.")
DecimalFilter = operator_input("DecimalFilter", Decimal, "eq gt gte lt lte isNull", "Conditions on an exact number; all of them must hold.")
DateTimeFilter = operator_input("DateTimeFilter", datetime.datetime, "gte lt isNull", "Conditions on a moment; all of them must hold.")
BooleanFilter = operator_input("BooleanFilter", bool, "eq isNull", "Conditions on a yes or no.")
IdFilter = operator_input("IdFilter", strawberry.ID, "eq in isNull", "Conditions on an id.")
MoneyFilter = operator_input("MoneyFilter", Decimal, "gt gte lt lte isNull", "Conditions on an amount, compared in one currency.",
                             currency=(str, "ISO 4217 code; left out: the installation's reporting currency."))

BY_TYPE: dict[Any, type] = {str: StringFilter, int: IntFilter, float: FloatFilter, Decimal: DecimalFilter,
                            datetime.datetime: DateTimeFilter,
                            bool: BooleanFilter, strawberry.ID: IdFilter}


def filter_input(type_: Any, made: dict[type, type]) -> type:
    """The input for a field of this type. Enums get one of their own, kept in `made`, which belongs to one schema."""
    if type_ in BY_TYPE:
        return BY_TYPE[type_]
    if isinstance(type_, StrawberryEnumDefinition):
        type_ = type_.wrapped_cls
    if type_ not in made:
        made[type_] = operator_input(f"{type_.__name__}Filter", type_, "eq in isNull", f"Conditions on a {type_.__name__}.")
    return made[type_]


def flatten(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A nested input as (path, leaf) pairs: the paths are the statement's shape, the leaves its parameters.

    Refuses what could be taken for "match everything": an empty object, an empty list of conditions, null, an empty text to find.
    """
    if sum(name in LOGIC for name in path.split("__")) > MOST_LEVELS:
        raise RequestError("BAD_USER_INPUT", "filter_deep", path=path.partition("__")[0], most=MOST_LEVELS)
    if isinstance(value, Mapping | list) and not path.endswith("__in"):
        if not value:
            raise RequestError("BAD_USER_INPUT", "filter_empty", path=dotted(path))
        for name, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from flatten(inner, f"{path}__{name}")
    else:
        check_leaf(value, path)
        yield path, value


def check_leaf(value: Any, path: str) -> None:
    members = value if isinstance(value, list) else [value]
    if None in members:
        raise RequestError("BAD_USER_INPUT", "filter_null", path=dotted(path))
    if value == "" and path.endswith(("__startsWith", "__contains")):
        raise RequestError("BAD_USER_INPUT", "filter_empty", path=dotted(path))
    if any(isinstance(one, str) and "\0" in one for one in members):  # PostgreSQL's texts cannot hold it
        raise RequestError("BAD_USER_INPUT", "nul")
    if len(members) > MOST_MEMBERS:
        raise RequestError("BAD_USER_INPUT", "too_many", name=dotted(path), most=MOST_MEMBERS, given=len(members))


def dotted(path: str) -> str:
    return path.replace("__", ".")


def structural(value: Any) -> bool:
    """Leaves that change the statement and are no parameters of it."""
    return isinstance(value, bool | enum.Enum)


@dataclass(frozen=True)
class Operand:
    """What a client gave for one filter or order key: `path` names its parameters, `value` is the coerced input."""

    path: str
    value: Any
    members: Callable[..., Any]  # Speech.members: a list parameter as a sub-select, as the database wants it

    def parameter(self, name: str | None = None, type_: TypeEngine[Any] | None = None, default: str | None = None) -> Any:
        """A leaf as a bound parameter; `default` names a value of the request that stands in for it."""
        present = name is None or (isinstance(self.value, Mapping) and name in self.value)
        path = (f"{self.path}__{name}" if name else self.path) if present else default
        assert path
        return bindparam(path, type_=type_ or String())

    def holds(self, expression: SQLColumnExpression[Any], type_: TypeEngine[Any] | None = None) -> ColumnElement[bool]:
        """Every operator that was given holds for the expression; a bare value must be equal. `type_` converts the values, when
        that is not the expression's own type."""
        left: Any = expression
        kind = type_ or left.type
        if isinstance(self.value, Mapping):
            given = [operator for operator in self.value if operator in OPERATORS]
            if not given:  # an amount's currency alone
                raise RequestError("BAD_USER_INPUT", "filter_empty", path=dotted(self.path))
            return and_(*[self._compare(left, operator, kind) for operator in given])
        same: ColumnElement[bool] = equal(left, bindparam(self.path, type_=kind), self.value)
        return same

    def _compare(self, left: Any, operator: str, kind: TypeEngine[Any]) -> Any:
        path, given = f"{self.path}__{operator}", self.value[operator]
        if operator == "in":
            return left.in_(self.members(path, kind))
        if operator == "isNull":
            return left.is_(None) if given else left.is_not(None)
        return COMPARISONS[operator](left, bindparam(path, type_=kind), given)


def equal(left: Any, right: Any, given: Any) -> Any:
    return left == (given if structural(given) else right)  # what belongs to the shape is a constant


def unequal(left: Any, right: Any, given: Any) -> Any:
    return left != (given if structural(given) else right)


def starts(left: Any, right: Any, _: Any) -> Any:
    """A range, which an index can use: both databases compare texts by their code points."""
    return and_(left >= right, left < bindparam(f"{right.key}~after", type_=Converted(right.type, after)))


def after(prefix: str) -> str:
    """The first text that comes after all that begin with the prefix."""
    head = prefix.rstrip(chr(sys.maxunicode))
    if not head:
        return prefix + chr(sys.maxunicode)
    following = ord(head[-1]) + 1
    return head[:-1] + chr(0xE000 if following == 0xD800 else following)  # surrogates are no characters


def contains(left: Any, right: Any, _: Any) -> Any:
    return func.replace(left, right, "") != left  # the two databases have no exact search of the same name


COMPARISONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "eq": equal, "ne": unequal, "startsWith": starts, "contains": contains,
    "gt": lambda left, right, _: left > right, "gte": lambda left, right, _: left >= right,
    "lt": lambda left, right, _: left < right, "lte": lambda left, right, _: left <= right,
}
