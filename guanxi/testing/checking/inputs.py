"""The smallest input that a type allows, and the numbers in it."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, GraphQLScalarType, Undefined, get_nullable_type

from guanxi.testing.server import Server

SAMPLES = {"Int": 1, "Float": 0.5, "String": "a", "Boolean": False, "ID": "c_1", "Decimal": "1", "Date": "2026-01-01",
           "DateTime": "2026-01-01T00:00:00Z"}
EXTREMES = {"Int": (-(2**31), 2**31 - 1), "Float": (-1e300, 1e300)}


def start_input(server: Server, analysis: str) -> GraphQLInputObjectType:
    mutation = server.application.schema._schema.mutation_type  # noqa: SLF001  Strawberry has no other way to it
    assert mutation is not None
    found = get_nullable_type(mutation.fields[f"{analysis}RunStart"].args["input"].type)
    assert isinstance(found, GraphQLInputObjectType)
    return found


def smallest(server: Server, analysis: str) -> dict[str, Any]:
    """Only what has to be given; and the seed 1, where there is one."""
    type_ = start_input(server, analysis)
    found: dict[str, Any] = sample(type_)
    return found | ({"seed": 1} if "seed" in type_.fields else {})


def sample(type_: Any) -> Any:
    match get_nullable_type(type_):
        case GraphQLList() as many:
            return [sample(many.of_type)]
        case GraphQLEnumType() as choice:
            return next(iter(choice.values))
        case GraphQLInputObjectType(is_one_of=True) as choice_of_one:
            name, one = next(iter(choice_of_one.fields.items()))
            return {name: sample(one.type)}
        case GraphQLInputObjectType() as whole:
            needed = {name: one for name, one in whole.fields.items()
                      if isinstance(one.type, GraphQLNonNull) and one.default_value is Undefined}
            return {name: sample(one.type) for name, one in needed.items()}
        case GraphQLScalarType() as scalar:
            return SAMPLES.get(scalar.name, "a")


def numbers(server: Server, analysis: str) -> Iterator[tuple[str, Any, Any]]:
    """The numbers that runs are started with, and the ends of what their types can hold. A seed may be anything."""
    for name, one in start_input(server, analysis).fields.items():
        type_ = get_nullable_type(one.type)
        if isinstance(type_, GraphQLScalarType) and type_.name in EXTREMES and name != "seed":
            yield name, *EXTREMES[type_.name]
