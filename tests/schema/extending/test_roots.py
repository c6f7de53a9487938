"""What a plugin answers at the root of queries with objects of its own: they refer to records, and their failures are the plugin's."""

from dataclasses import dataclass
from typing import Any

import pytest
import strawberry

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.customers.types import Customer
from schema.errors import RequestError, UserError
from schema.extending.composing import compose
from schema.extending.contribution import Contribution, Mutation, Query
from schema.inquiries.asking import inquire
from schema.mutating import no_errors
from schema.querying.answering import raw
from schema.querying.declare import argument, referred
from schema.roots import core
from server.database import Database
from tests.populating import populate
from tests.schema.querying.asking import Asker
from tests.schema.querying.test_statements import sent

PLUGIN = {"code": "PLUGIN_ERROR", "plugin": "roots"}


@strawberry.type(description="One of a row.")
class Guest:
    number: strawberry.Private[Any]
    numbers: strawberry.Private[Any]
    customer: Customer = referred("number", "Who.")
    friends: list[Customer] | None = referred("numbers", "With whom.")


@strawberry.type(description="A table.")
class Table:
    guests: list[Guest] = strawberry.field(description="Who sits there.")
    seats: int = strawberry.field(description="How many.")


@dataclass
class Nothing:
    """No guest at all."""


async def table(context: Any, kind: str) -> Any:
    match kind:
        case "guests":
            rows = await context.reader.fetch("SELECT id FROM customers ORDER BY id", [])
            return Table(guests=[Guest(number=number, numbers=[number, rows[0][0]]) for number, in rows], seats=len(rows))
        case "nobody":
            return Table(guests=[Guest(number=1, numbers="x")], seats=1)
        case "broken":
            return Table(guests=[Guest(number=1, numbers=[1]), Nothing()], seats="many")  # type: ignore[list-item, arg-type]  # on purpose
        case "other":
            return 7
        case "invalid":
            raise InvalidParameters("There is no such table.", "kind")
        case "empty":
            raise InsufficientData("Nobody came.")
        case "nul":
            return await inquire(context, "roots", "guess", {"text": ["\0"]})
    return await inquire(context, "roots", "guess", {})


@pytest.fixture
def added() -> Contribution:
    given = [argument("kind", str, "Which.")]
    return Contribution("roots", "1", fields={Query: {"table": raw(table, "A table.", arguments=given, type_=Table | None)}})


def asker_of(database: Database, added: Contribution) -> Asker:
    schema, refused = compose(core(), [added], database.dialect)
    assert refused == {}
    return Asker(database, schema)


async def test_a_list_of_objects_that_refer_to_customers_takes_one_statement(database: Database, added: Contribution) -> None:
    populate(database)
    asker = asker_of(database, added)
    query = '{ table(kind: "guests") { seats guests { customer { id name } friends { id } } } }'
    found = (await asker.data(query))["table"]
    assert found["seats"] == len(found["guests"]) == 2
    ids = [guest["customer"]["id"] for guest in found["guests"]]
    assert [[friend["id"] for friend in guest["friends"]] for guest in found["guests"]] == [[id_, ids[0]] for id_ in ids]
    assert len(await sent(asker, query)) == 3


@pytest.mark.parametrize(
    ("query", "data", "errors"),
    [
        ('table(kind: "nobody") { guests { friends { id } } }', {"guests": [{"friends": None}]},
         [(PLUGIN, ["table", "guests", 0, "friends"])]),
        ('table(kind: "broken") { guests { __typename } }', None, [(PLUGIN, ["table", "guests"])]),
        ('table(kind: "broken") { seats }', None, [(PLUGIN, ["table", "seats"])]),
        ('table(kind: "other") { seats }', None, [(PLUGIN, ["table"])]),
        ('table(kind: "invalid") { seats }', None, [({"code": "INVALID", "path": ["kind"]}, ["table"])]),
        ('table(kind: "empty") { seats }', None, [({"code": "INSUFFICIENT_DATA"}, ["table"])]),
        ('table(kind: "nul") { seats }', None, [({"code": "BAD_USER_INPUT"}, ["table"])]),
        ('table(kind: "guess") { seats }', None, [({"code": "UNAVAILABLE"}, ["table"])]),
    ],
)
async def test_what_fails_is_told_and_the_rest_is_there(sqlite_database: Database, added: Contribution, query: str, data: Any,
                                                        errors: list[Any]) -> None:
    populate(sqlite_database)
    answer = await asker_of(sqlite_database, added).ask(f"{{ staff {{ totalCount }} {query} }}")
    assert answer.data["table"] == data
    assert answer.data["staff"]["totalCount"] is not None
    found = [error.original_error or error for error in answer.errors]
    assert all(isinstance(one, RequestError) for one in found)
    assert [(one.extensions, error.path) for one, error in zip(found, answer.errors, strict=True)] == errors  # type: ignore[attr-defined]


def test_a_name_at_the_root_is_taken_once(added: Contribution) -> None:
    schema, refused = compose(core(), [added, Contribution("other", "2", fields=added.fields)], "sqlite")
    assert refused == {"other": "Query.table is taken: the plugin roots has it, the plugin other adds it."}
    assert schema.as_str().count(' @plugin(name: "roots", since: "1")') == 1


# -- mutations --
@strawberry.type(description="What became of a seat.")
class SeatPayload:
    customer_id: strawberry.Private[int | None] = None
    customer: Customer | None = referred("customer_id", "Who sits there.")
    user_errors: list[UserError] = no_errors()


async def seat(_: Any, kind: str) -> SeatPayload:
    if kind == "invalid":
        raise InvalidParameters("There is no such seat.", "kind")
    if kind == "empty":
        raise InsufficientData("Nobody came.")
    if kind == "broken":
        raise ZeroDivisionError
    return SeatPayload(customer_id=1)


def seating() -> Contribution:
    given = [argument("kind", str, "Which.")]
    made = raw(seat, "Seats somebody.", payload=SeatPayload, arguments=given, type_=SeatPayload | None, requires=["customers.write"])
    return Contribution("roots", "1", fields={Mutation: {"seat": made}})


@pytest.mark.parametrize(("kind", "customer", "refused"), [
    ("good", "c_1", []),
    ("invalid", None, [{"code": "INVALID", "message": "There is no such seat.", "path": ["input", "kind"]}]),
    ("empty", None, [{"code": "INSUFFICIENT_DATA", "message": "Nobody came.", "path": ["input"]}]),
])
async def test_a_mutation_of_a_plugin_says_no_in_its_own_words(database: Database, kind: str, customer: str | None, refused: Any) -> None:
    populate(database)
    asked = f'mutation {{ seat(kind: "{kind}") {{ customer {{ id }} userErrors {{ code message path }} }} }}'
    found = (await asker_of(database, seating()).data(asked))["seat"]
    assert found == {"customer": customer and {"id": customer}, "userErrors": refused}


async def test_a_mutation_that_breaks_is_the_plugins_failure(sqlite_database: Database) -> None:
    populate(sqlite_database)
    answer = await asker_of(sqlite_database, seating()).ask('mutation { seat(kind: "broken") { customer { id } } }')
    assert answer.data == {"seat": None}
    assert [(error.original_error or error).extensions for error in answer.errors] == [PLUGIN]
