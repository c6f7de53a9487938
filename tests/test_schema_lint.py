"""The schema's lint: silent about the schema that ships, and each of its rules has something that breaks it."""

import enum
from pathlib import Path
from typing import Any

import pytest
import strawberry
from strawberry.schema_directive import Location

from checks import schema_lint
from schema.compose import Parts, Schema
from schema.customers.models import AddressRow, ContactPointRow, CustomerRow
from schema.directives import PiiLevel
from schema.querying.connection import Connection, Node
from schema.querying.declare import column, key, listed, lookup, many, one
from schema.querying.entities import Filter, Order
from schema.querying.inputs import StringFilter
from schema.roots import build_schema

ROOT = Path(__file__).resolve().parent.parent


@strawberry.enum
class Mood(enum.Enum):
    GOOD = "GOOD"


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class Silent:
    pass


@strawberry.type(description="Anybody may read it by its id.")
class Address(Node):
    id: strawberry.ID = key(AddressRow.id, code="ad")
    line: str | None = column(AddressRow.line, "Street and number.", pii=PiiLevel.DIRECT)
    city: str | None = column(AddressRow.city, "The city.", requires=["pii.read"])


@strawberry.type(description="Without an id, and reached from the root.")
class Reach:
    value: str = column(ContactPointRow.value, "The number.")


@strawberry.type(description="Guarded.")
class Person(Node):
    id: strawberry.ID = key(CustomerRow.id, code="c", requires=["customers.read"])
    name: str = column(CustomerRow.name, "The name.")
    given_name: str | None = column(CustomerRow.given_name, "The given name.", requires=["pii.read"], pii=PiiLevel.DIRECT, order=True)
    nothing: str | None = strawberry.field(default=None, description="Answered by nobody.")
    addresses: Connection[Address] = many(AddressRow.customer_id, "Where they are.", cost=0)
    reach: list[Reach] = listed(ContactPointRow.customer_id, "How to reach them.")
    home: Address | None = one(CustomerRow.owner_id, "Where they live.")


@strawberry.input(description="What to do.")
class Wish:
    mood: Mood = strawberry.field(description="In which mood.")
    reason: str | None = None


@strawberry.type(description="What came of it.")
class Outcome:
    done: bool = strawberry.field(description="Whether it was done.")


@strawberry.type(description="What can be asked.")
class Query:
    person: Person | None = lookup("One person.")
    reaches: list[Reach] | None = listed(None, "All ways to reach anybody.")
    addresses: Connection[Address] | None = many(None, "All addresses.")
    people: Connection[Person] | None = many(None, "All people.")

    @strawberry.field(description="How many people.")
    def head_count(self) -> int:
        return 0

    @strawberry.field(description="In which mood we are.", directives=[Silent()])
    def mood(self, since: str | None = None) -> Mood | None:
        return None


@strawberry.type(description="What can be changed.")
class Mutation:
    @strawberry.mutation(description="Does something.")
    def do(self, wish: Wish) -> Outcome | None:
        return None

    @strawberry.mutation(description="Makes a person.")
    def person_make(self, input: Wish) -> Outcome:
        return Outcome(done=True)


def row_name(row: Any, _: Any) -> Any:
    return row.c.name


FILTERS = (
    Filter(Person, "givenName", StringFilter, row_name, "By given name, without the permission that reading it needs."),
    Filter(Person, "shoeSize", StringFilter, row_name, "By something that is no field."),
)


@pytest.fixture(scope="module")
def found() -> list[str]:
    bad = Schema(Parts(Query, Mutation, filters=FILTERS, orders=(Order(Person, "reach", row_name, "By how to reach them."),)), "sqlite")
    return schema_lint.lint(bad, {"Person.reach": "what one person has", "Query.reaches": "few", "Person.name": "no list at all"})


def test_the_schema_keeps_its_rules() -> None:
    assert schema_lint.complaints(ROOT) == []


def test_what_plugins_that_ship_add_keeps_them_too() -> None:
    schema = schema_lint.shipped().schema
    unbounded = {name: bound for name, bound in schema_lint.BOUNDED.items() if name != "GraphMetricsRun.charts"}
    assert [one.partition(":")[0] for one in schema_lint.lint(schema, unbounded)] == ["GraphMetricsRun.charts"]


def test_both_databases_have_one_schema() -> None:
    assert build_schema("sqlite").as_str() == build_schema("postgresql").as_str()


@pytest.mark.parametrize("complaint", [
    "Mood: has no description",
    "Mood.GOOD: has no description",
    "Wish.reason: has no description",
    "Query.mood(since:): has no description",
    "@silent: has no description",
    "Person.name: is in the table of bounded lists, but is none",
    "Person.addresses: a connection must be nullable, so that an error in it does not take its parent along",
    "Person.addresses: a connection needs @cost with a weight and the multipliers first and last",
    "Address.line: shows personal data of level DIRECT without @requires",
    "Query.headCount: a root field must be nullable, so that one error does not empty the answer",
    "Query.headCount: can be asked without any permission",
    "Query.addresses: can be asked without any permission",
    "Query.reaches: can be asked without any permission",
    "Query.reaches: leads to Reach, and neither needs a permission",
    "Address: its records can be read without any permission",
    "Person.nothing: is not declared, so nothing checks who may see it",
    "Person.shoeSize: a filter or order key must be named after a field, or be in the table of what keys speak of",
    "Person.givenName: filters or sorts by givenName without what reading it needs: pii.read",
    "Mutation.do: takes one argument, input",
    "Mutation.do: needs @cost",
    "Mutation.do: can be done without any permission",
    "Mutation.personMake: input must be PersonMakeInput!, not Wish!",
    "Mutation.personMake: its payload must be called PersonMakePayload, not Outcome",
    "Mutation.personMake: its payload needs userErrors: [UserError!]!",
    "Mutation.personMake: a root field must be nullable, so that one error does not empty the answer",
])
def test_each_rule_is_broken_somewhere(complaint: str, found: list[str]) -> None:
    assert complaint in found


def test_what_keeps_the_rules_is_not_complained_of(found: list[str]) -> None:
    """Guarded records and fields, lists whose bound is told."""
    innocent = {"Query.person", "Query.people", "Person", "Person.id", "Person.reach", "Address.city", "Wish", "Outcome.done"}
    assert innocent.isdisjoint(complaint.split(":")[0] for complaint in found)


def test_a_list_needs_pages_or_a_bound() -> None:
    complaints = schema_lint.lint(schema_lint.shipped().schema, {k: v for k, v in schema_lint.BOUNDED.items() if k != "Customer.tags"})
    assert "Customer.tags: is a list without pages; make it a connection, or say in the table what bounds it" in complaints
