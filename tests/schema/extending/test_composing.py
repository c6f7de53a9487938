"""Plugins composed into a schema: those that fit serve, whatever the others do, and the core stays as it is."""

from dataclasses import replace
from typing import Any

import pytest
import strawberry
from graphql import build_schema as read_sdl
from graphql import print_type
from sqlalchemy import insert

from schema.commerce.models import ProductRow
from schema.context import Context
from schema.extending.composing import compose
from schema.extending.contribution import Contribution
from schema.jobs.models import JobRow, JobStatus
from schema.money import Money, MoneyInput
from schema.querying.answering import raw
from schema.querying.declare import argument, computed, key, referred
from schema.roots import Mutation, Query, core
from server.database import Database
from tests.populating import populate
from tests.schema.extending.lucky import FILTER, LUCK, ORDER, DrawRun, draw, luck, lucky, with_field
from tests.schema.querying.asking import Asker


def described(**more: Any) -> Any:
    return computed(luck, "How lucky.", **{"type_": int | None} | more)


def type_of(name: str, code: str) -> type:
    made = type(name, (), {"__annotations__": {"id": strawberry.ID}, "id": key(ProductRow.id, code=code), "__qualname__": f"{code}.{name}"})
    return strawberry.type(made, description="A thing.")


async def thing(context: Context, ids: Any) -> Any:
    return {}


def showing(type_: type, plugin: str) -> Contribution:
    return with_field(f"from_{plugin}", computed(thing, "A thing.", type_=type_ | None), plugin=plugin)


async def start(context: Context) -> int:
    return 1


@strawberry.field(description="By hand.")  # type: ignore[untyped-decorator]
def by_hand(self: Any) -> int | None:
    return 1


Q = [
    (lambda: with_field("luck", LUCK), "Customer.luck is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: with_field("name", LUCK), "Customer.name is taken: the core has it, the plugin other adds it."),
    (lambda: with_field("createdAt", LUCK), "Customer.createdAt is taken: the core has it, the plugin other adds it."),
    (lambda: Contribution("other", "1", filters=[FILTER]),
     "Customer's filter key luck is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: Contribution("other", "1", orders=[ORDER]),
     "Customer's order key luck is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: Contribution("other", "1", filters=[replace(FILTER, name="name")]),
     "Customer's filter key name is taken: the core has it, the plugin other adds it."),
    (lambda: Contribution("other", "1", analyses=[draw()]),
     "The analysis draw is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: Contribution("other", "1", analyses=[draw(name="IMPORT")]), "IMPORT is taken: the core has it, the plugin other adds it."),
    (lambda: with_field("drawRunStart", raw(start, "Starts.", type_=int | None), on=Mutation),
     "Mutation.drawRunStart is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: showing(type_of("DrawRun", "ot"), "other"), "The type DrawRun is taken: the plugin lucky has it, the plugin other adds it."),
    (lambda: showing(type_of("Product", "ot"), "other"), "The type Product is taken: the core has it, the plugin other adds it."),
    (lambda: showing(type_of("Thing", "p"), "other"), "is taken: the core has it, the plugin other adds it."),
    (lambda: with_field("hand", by_hand), "Customer.hand has a resolver of its own"),
    (lambda: with_field("luck2", described(type_=int)), "Customer.luck2 must be nullable"),
    (lambda: with_field("luck2", described(type_=None)), "Customer.luck2 has no type"),
    (lambda: with_field("luck2", computed(luck, "", type_=int | None)), "Customer.luck2 has no description"),
    (lambda: with_field("luck2", described(arguments=[argument("least", int, "", 0)])), "argument least without a description"),
    (lambda: with_field("luck2", referred("x", "Not here.")), "Customer.luck2 cannot be made by referred there"),
    (lambda: with_field("luck2", raw(start, "Not here.", type_=int | None)), "Customer.luck2 cannot be made by raw there"),
    (lambda: with_field("luck2", LUCK, on=Query), "Query.luck2 cannot be made by computed there"),
    (lambda: with_field("luck2", LUCK, on=type_of("Lost", "lo")), "Nothing in the schema leads to Lost"),
    (lambda: with_field("luck2", LUCK, on=MoneyInput), "MoneyInput is an input"),
    (lambda: with_field("luck2", LUCK, on=int), "It does not fit into the schema"),
    (lambda: Contribution("other", "1", filters=[replace(FILTER, on=Money)]), "Nothing in the schema leads to Money"),
    (lambda: Contribution("other", "1", filters=[replace(FILTER, name="not")]), "cannot have a filter key not"),
    (lambda: Contribution("other", "1", filters=[replace(FILTER, name="luck2", description="")]), "luck2 without a description"),
    (lambda: Contribution("other", "1", analyses=[draw(name="draw2", run=int)]), "It does not fit into the schema"),
]


@pytest.mark.parametrize(("other", "said"), Q)
def test_the_later_claimant_is_set_aside_and_both_are_named(other: Any, said: str) -> None:
    schema, refused = compose(core(), [lucky(), other(), with_field("fits", LUCK, plugin="third")], "sqlite")
    assert list(refused) == ["other"]
    assert said in refused["other"]
    assert {"luck", "fits"} <= set(schema.entities.by_name["Customer"].fields)
    assert schema.owners["DrawRun"] == "lucky"
    assert schema.entities.variants["Job"].types["draw"] is DrawRun


def test_whoever_comes_first_keeps_the_name() -> None:
    other = with_field("luck", LUCK)
    assert list(compose(core(), [other, lucky()], "sqlite")[1]) == ["lucky"]
    assert list(compose(core(), [showing(type_of("Thing", "x1"), "b"), showing(type_of("Thing", "x2"), "a")], "sqlite")[1]) == ["a"]


def types_of(sdl: str) -> dict[str, Any]:
    return dict(read_sdl(sdl).type_map)


def test_the_core_is_not_changed_by_contributions() -> None:
    plain, _ = compose(core(), [], "sqlite")
    before = plain.as_str()
    schema, refused = compose(core(), [lucky()], "sqlite")
    assert refused == {}
    old, new = types_of(before), types_of(schema.as_str())
    grown = {name for name in old if print_type(old[name]) != print_type(new[name])}
    assert grown == {"Customer", "CustomerWhere", "CustomerOrder", "Mutation"}
    for name in grown:
        assert {field: str(one.type) for field, one in new[name].fields.items() if field not in ("luck", "drawRunStart")} == {
            field: str(one.type) for field, one in old[name].fields.items()}
    assert set(new) - set(old) == {"DrawRun", "DrawRunStartInput", "DrawRunStartPayload", "Prize"}
    assert compose(core(), [], "sqlite")[0].as_str() == before


def test_the_sdl_names_the_plugin() -> None:
    text = compose(core(), [lucky()], "sqlite")[0].as_str()
    assert text.count('@plugin(name: "lucky", since: "1.2")') == 4
    plugin = '@plugin(name: "lucky", since: "1.2")'
    for line in (f"  ): Int @cost(weight: 1, multipliers: []) {plugin}", f"  luck: IntFilter {plugin}", f"  luck: SortDirection {plugin}"):
        assert line in text


@pytest.fixture
def filled(database: Database) -> Database:
    populate(database)
    with database.engine.begin() as connection:
        connection.execute(insert(JobRow), {"id": 900, "kind": "draw", "status": JobStatus.SUCCEEDED, "plugin": "lucky",
                                            "summary": {"winners": 3}})
    return database


async def test_what_is_contributed_answers(filled: Database) -> None:
    schema, _ = compose(core(), [lucky()], filled.dialect)
    nodes = (await Asker(filled, schema).data("{ customers(where: {luck: {gte: 1}}, orderBy: [{luck: DESC}]) { nodes { id luck } } }"))
    found = [(int(node["id"][2:]), node["luck"]) for node in nodes["customers"]["nodes"]]
    assert found
    assert found == sorted(found, key=lambda pair: -pair[1])
    assert all(number % 7 == rest for number, rest in found)


async def test_two_schemas_see_their_own_runs(filled: Database) -> None:
    with_ = Asker(filled, compose(core(), [lucky()], filled.dialect)[0])
    without = Asker(filled, compose(core(), [], filled.dialect)[0])
    query = '{ node(id: "j_900") { __typename ... on AnalysisRun { published } } }'
    assert await with_.data(query) == {"node": {"__typename": "DrawRun", "published": False}}
    assert await without.data(query) == {"node": {"__typename": "UnavailableRun", "published": False}}
    assert (await with_.data('{ node(id: "j_900") { ... on DrawRun { winners } } }'))["node"] == {"winners": 3}
    assert [code for code, _ in await without.refusals("{ customers { nodes { luck } } }")] == ["BAD_USER_INPUT"]


async def test_a_start_mutation_is_there(filled: Database) -> None:
    schema, _ = compose(core(), [lucky()], filled.dialect)
    query = "mutation { drawRunStart(input: {estimateOnly: true}) { run { id } userErrors { code } } }"
    answer = await Asker(filled, schema).ask(query, allowed=())
    assert answer.refusals == [("FORBIDDEN", ["drawRunStart"])]


