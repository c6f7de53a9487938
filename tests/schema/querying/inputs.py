"""Input of any type: values as a request sends them, literals as a query writes them. Most of them are good, some are not."""

import json
import math
import re
import string
from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_non_null_type,
)
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
DEEPEST = 4  # input objects within each other, where a type leaves it open
HOLES = ("a", "b", "c")  # the variables of literals
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

texts = st.text(string.ascii_letters + "王 \n\"\\", max_size=6)
whole = st.sampled_from([0, 1, -1, 7, 2**31 - 1, -(2**31)])
json_values = st.recursive(st.none() | st.booleans() | whole | texts,
                           lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2), max_leaves=4)
GOOD: Mapping[str, st.SearchStrategy[Any]] = {
    "Int": whole | st.sampled_from([2.0, -0.0]), "Float": st.floats(allow_nan=False, allow_infinity=False) | whole,
    "String": texts, "ID": texts | st.integers(), "Boolean": st.booleans(), "JSON": json_values,
    "DateTime": st.sampled_from(["2024-05-01T08:30:00+08:00", "2024-05-01T08:30:00Z"]), "Date": st.just("2024-05-01"),
    "Decimal": st.sampled_from(["0", "-1.25", "1234.5678"]),
}
# Each is bad for most types, and good for one or another.
odd = st.sampled_from([None, True, 1, 1.0, 1.5, 2**31, -(2**31) - 1, 2**53 + 1, 10**400, math.inf, math.nan, "", "NOPE", "٣",
                       "2024-05-01T08:30:00", [], [None], [[1]], ["a"], {}, {"nope": 1}])
# What variables hold once they are coerced: whether it suits a type is validation's business.
held = st.sampled_from([None, "x", 3, 1.5, ["x", None], {"key": 1}])
variable_values = st.dictionaries(st.sampled_from(HOLES), held)


def rarely(draw: Draw) -> bool:
    return bool(draw(st.integers(0, 24)) == 24)


@st.composite
def values(draw: Draw, type_: Any, depth: int = 0) -> Any:
    if rarely(draw):
        return draw(odd)
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    elif rarely(draw):
        return None
    if isinstance(type_, GraphQLList):
        return draw(values(type_.of_type, depth) if rarely(draw) else st.lists(values(type_.of_type, depth), max_size=2))
    if isinstance(type_, GraphQLInputObjectType):
        return {name: draw(values(type_.fields[name].type, depth + 1) if name in type_.fields else odd)
                for name in chosen(draw, type_, depth)}
    return draw(st.sampled_from(list(type_.values)) if isinstance(type_, GraphQLEnumType) else GOOD[type_.name])


def chosen(draw: Draw, type_: GraphQLInputObjectType, depth: int) -> list[str]:
    """The fields that must be given and a few more, or one alone where that is the rule; in any order."""
    possible = [name for name, field in type_.fields.items()
                if depth < DEEPEST or not isinstance(get_named_type(field.type), GraphQLInputObjectType)]
    if one_of(type_) and possible and not rarely(draw):
        return [draw(st.sampled_from(possible))]
    required = [name for name, field in type_.fields.items() if is_non_null_type(field.type) and not rarely(draw)]
    more = draw(st.lists(st.sampled_from(possible), max_size=3)) if possible else []
    names = list(dict.fromkeys([*required, *more, *(["nope"] if rarely(draw) else [])]))
    return list(draw(st.permutations(names)))


def one_of(type_: GraphQLInputObjectType) -> bool:
    definition = type_.extensions.get("strawberry-definition")
    return type_.is_one_of or bool(definition and definition.is_one_of)


@st.composite
def literals(draw: Draw, type_: Any, holes: int) -> str:
    """Text of a query. Of `holes` values out of a hundred there is a variable instead."""
    return write(draw, type_, draw(values(type_)), holes)


def write(draw: Draw, type_: Any, value: Any, holes: int) -> str:
    if draw(st.integers(0, 99)) < holes:
        return "$" + draw(st.sampled_from(HOLES))
    type_ = get_nullable_type(type_)
    if isinstance(value, list):
        inner = type_.of_type if isinstance(type_, GraphQLList) else type_
        return "[" + ", ".join(write(draw, inner, one, holes) for one in value) + "]"
    if isinstance(value, dict):
        named = get_named_type(type_)
        fields = named.fields if isinstance(named, GraphQLInputObjectType) else {}
        return "{" + ", ".join(f"{name}: {write(draw, fields[name].type if name in fields else named, one, holes)}"
                               for name, one in value.items() if NAME.fullmatch(name)) + "}"
    if isinstance(value, str) and isinstance(get_named_type(type_), GraphQLEnumType) and NAME.fullmatch(value):
        return value
    return "null" if isinstance(value, float) and not math.isfinite(value) else json.dumps(value, ensure_ascii=False)
