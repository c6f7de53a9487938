"""Every field, filter key and order key of every record, asked by every role and by callers who lack one permission.

Whoever lacks what a field needs gets FORBIDDEN and never a value; whoever has it gets what everybody else gets. The cases are made from
the schema, so that a new field is in the matrix without anybody's thinking of it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, is_composite_type
from sqlalchemy.orm import Session

from checks.schema_access import OPEN, SPEAK_OF, guards, needs
from schema.analyses.models import PublishedRunRow
from schema.compose import Schema
from schema.jobs.models import JobRow, JobStatus
from schema.marketing.models import SegmentRow
from schema.permissions import PERMISSIONS, ROLES
from schema.querying.declare import Many, declared
from schema.querying.entities import Entity
from schema.roots import build_schema
from schema.rows import utc_now
from schema.staff.models import ApiTokenRow
from server.database import open_database
from tests.conftest import opened
from tests.databases import copied_sqlite
from tests.schema.querying.asking import Answer, Asker
from tests.schema.querying.data import FIRST, fill, make_world

EVERYTHING = frozenset(PERMISSIONS)
CALLERS = {
    "nobody": frozenset[str](),
    **{f"role {key}": frozenset(permissions) for key, _, _, permissions in ROLES},
}
# What these allow is not reading, or not there yet.
WITHOUT_FIELDS = {"customers.write", "relationships.write", "segments.write", "surveys.write", "analyses.run", "analyses.publish",
                  "audit.read"}
ASKED = "asked_"  # the response key of a field under test begins like this
PLAIN = build_schema("sqlite")  # to name the cases; each test's database has a schema of its own


@dataclass(frozen=True)
class Case:
    """One thing to ask for: `query` has it under the response key `key`; `needed` are the permissions without which it is refused."""

    name: str
    query: str
    key: str
    needed: frozenset[str]


# -- what there is to ask for --
def field_cases(schema: Schema) -> Iterator[Case]:
    for entity in schema.entities.by_name.values():
        before, after, needed = way_to(schema, entity)
        type_: Any = schema._schema.type_map[entity.name]
        for name, field in type_.fields.items():
            query = f"{before} {ASKED}{name}: {name}{selection(field.type)} {after}"
            yield Case(f"{entity.name}.{name}", query, ASKED + name, needed | needs(schema, entity, name))


def way_to(schema: Schema, entity: Entity) -> tuple[str, str, frozenset[str]]:
    """What stands before and after a field of this type in a query, and what the way there needs."""
    if entity.code:
        before = f"query (${entity.code}: [ID!]!) {{ nodes(ids: ${entity.code}) {{ ... on {entity.name} {{"
        return before, "} } }", frozenset(entity.requires)
    for parent in schema.entities.by_name.values():
        type_: Any = schema._schema.type_map[parent.name]
        for name, field in type_.fields.items():
            inside = steps_into(get_named_type(field.type), entity.name)
            if inside:
                before, after, needed = way_to(schema, parent)
                return f"{before} {name} {inside}", "}" * inside.count("{") + after, needed | needs(schema, parent, name)
    raise AssertionError(f"nothing leads to {entity.name}")


def steps_into(type_: Any, name: str) -> str | None:
    if type_.name == name:
        return "{"
    if name in {member.name for member in getattr(type_, "types", ())}:
        return f"{{ ... on {name} {{"
    edges = getattr(type_, "fields", {}).get("edges")
    return "{ edges {" if edges and get_named_type(edges.type).name == name else None


def selection(type_: Any) -> str:
    return " { __typename }" if is_composite_type(get_named_type(type_)) else ""


def key_cases(schema: Schema) -> Iterator[Case]:
    """Each filter and order key, in each connection that takes it, by itself and inside `and` and `not`."""
    for place, entity, before, after, field, needed in connections(schema):
        spoken_of = {name: needs(schema, entity, SPEAK_OF.get(f"{entity.name}.{name}", name)) for name in (*entity.filters, *entity.orders)}
        for name in entity.filters:
            condition = f"{{{name}: {operand(field.args['where'].type.fields[name].type)}}}"
            for given in (condition, f"{{and: [{{not: {condition}}}]}}"):
                asked = f"{before} {ASKED}key: {place[1]}(where: {given}) {{ __typename totalCount }} {after}"
                yield Case(f"{'.'.join(place)}(where: {given})", asked, f"{ASKED}key", needed | spoken_of[name])
        for name in entity.orders:
            asked = f"{before} {ASKED}key: {place[1]}(orderBy: [{{{name}: ASC}}]) {{ __typename nodes {{ __typename }} }} {after}"
            yield Case(f"{'.'.join(place)}(orderBy: {name})", asked, f"{ASKED}key", needed | spoken_of[name])


def connections(schema: Schema) -> Iterator[tuple[tuple[str, str], Entity, str, str, Any, frozenset[str]]]:
    query: Any = schema._schema.query_type
    for type_ in (query, *(schema._schema.type_map[name] for name in schema.entities.by_name)):
        for name, field in type_.fields.items():
            declaration = declared(field.extensions["strawberry-definition"])
            if not isinstance(declaration, Many) or "where" not in field.args:
                continue
            parent = schema.entities.by_name.get(type_.name)
            before, after, needed = way_to(schema, parent) if parent else ("{", "}", frozenset[str]())
            connection: Any = get_named_type(field.type)
            node = listed_entity(schema, get_named_type(connection.fields["nodes"].type).name)
            yield (type_.name, name), node, before, after, field, needed | guards(schema, field.type) | frozenset(declaration.requires)


def listed_entity(schema: Schema, name: str) -> Entity:
    """What a list is of; for an interface, a type that it shows."""
    variant = schema.entities.variants.get(name)
    return schema.entities.by_name[variant.members[0].__name__ if variant else name]


def operand(type_: Any) -> str:
    if isinstance(type_, GraphQLInputObjectType):
        return "{isNull: false}" if "isNull" in type_.fields else '{customerId: "c_1"}'
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    return {"Boolean": "true", "String": '"tea"'}[type_.name]


def root_cases(schema: Schema) -> Iterator[Case]:
    query: Any = schema._schema.query_type
    ids = {"Relationship": "r_1", "Product": "p_1", "Job": "j_1", "Segment": "sg_1", "Survey": "sv_1"}
    for name, field in query.fields.items():
        if name not in OPEN:
            inner = get_named_type(field.type).name
            arguments = '(ref: {id: "c_1"})' if name == "customer" else f'(id: "{ids[inner]}")' if "id" in field.args else ""
            asked = f"{{ {ASKED}root: {name}{arguments} {{ __typename }} }}"
            declaration = declared(field.extensions["strawberry-definition"])
            needed = guards(schema, field.type) | frozenset(declaration.requires if declaration else ())
            yield Case(f"Query.{name}", asked, f"{ASKED}root", needed)


NUMBERS = (*range(1, 13), *range(FIRST, FIRST + 6))
VARIABLES = {entity.code: [f"{entity.code}_{number}" for number in NUMBERS] for entity in PLAIN.entities.by_name.values() if entity.code}
FIELDS, KEYS, ROOTS = list(field_cases(PLAIN)), list(key_cases(PLAIN)), list(root_cases(PLAIN))


# -- asking --
@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A world in which every field has a value somewhere."""
    url = copied_sqlite(sqlite_template, tmp_path_factory.mktemp("matrix"))
    world, now = make_world(), utc_now()
    world.add(ApiTokenRow, id=FIRST, name="crm", prefix="gx_1", hash=b"h" * 32, role_id=1, created_at=now, expires_at=now, last_used_at=now)
    for address in world["addresses"]:
        address["region"] = "Anhui"
    for job in world["jobs"]:
        job |= {"finished_at": now, "started_at": now, "error_code": "UNAVAILABLE", "error_message": "away", "stage": "done", "staff_id": 1}
    database = open_database(url)
    fill(database, world)
    with Session(database.engine) as session, session.begin():
        session.add(lost_run())
        session.flush()
        session.add(PublishedRunRow(kind="lost", slot="lost", run_id=FIRST))
        session.get_one(SegmentRow, 2).run_id = FIRST
    database.engine.dispose()
    return url


def lost_run() -> JobRow:
    """A run, which repeats another, of an analysis that is not here. Everything that a run can have it has."""
    now = utc_now()
    snapshot = {"asOf": now.isoformat(), "digest": "d", "selection": {}, "rowCounts": {}, "excludedForConsent": 0, "versions": {}}
    estimate = {"rows": 1, "memory": 1, "seconds": 1, "withinLimits": True}
    return JobRow(id=FIRST, kind="lost", status=JobStatus.SUCCEEDED, plugin="lost", label="Lost", slots=["lost"], parameters={}, seed=1,
                  estimate=estimate, snapshot=snapshot, environment={}, summary={}, metrics=[], charts=[], artifacts=[], result_digest="d",
                  rerun_of_id=FIRST, staff_id=1, stage="done", error_code="UNAVAILABLE", started_at=now, finished_at=now)


@pytest.fixture
async def asker(url: str, anyio_backend: str) -> AsyncIterator[Asker]:
    async with opened(url) as database:
        yield Asker(database, PLAIN)


def values(data: Any, key: str) -> list[Any]:
    """Everything that stands under this response key, however deep."""
    if isinstance(data, list):
        return [found for one in data for found in values(one, key)]
    if isinstance(data, dict):
        return [data[key]] if key in data else [found for one in data.values() for found in values(one, key)]
    return []


@pytest.fixture(scope="module")
async def open_answers(url: str, anyio_backend: str) -> dict[str, Answer]:
    """What a caller with all permissions gets."""
    async with opened(url) as database:
        asker = Asker(database, PLAIN)
        return {case.name: await asker.ask(case.query, VARIABLES) for case in (*FIELDS, *KEYS, *ROOTS)}


# -- the matrix --
def test_every_field_is_in_the_matrix() -> None:
    """As many cases as the printed types have fields, and every one of them is guarded."""
    types: Any = PLAIN._schema.type_map
    assert len(FIELDS) == sum(len(types[name].fields) for name in PLAIN.entities.by_name)
    assert [case.name for case in (*FIELDS, *KEYS, *ROOTS) if not case.needed] == []


@pytest.mark.parametrize("case", [*FIELDS, *KEYS, *ROOTS], ids=lambda case: case.name)
async def test_with_all_permissions_there_is_a_value(case: Case, open_answers: dict[str, Answer]) -> None:
    """Otherwise that nobody else gets one would prove nothing."""
    answer = open_answers[case.name]
    assert answer.refusals == []
    assert any(value is not None for value in values(answer.data, case.key))


@pytest.mark.parametrize("cases", [FIELDS, KEYS, ROOTS], ids=["fields", "filters and orders", "roots"])
@pytest.mark.parametrize("caller", CALLERS)
async def test_a_role_gets_what_it_may_see_and_nothing_else(caller: str, cases: list[Case], asker: Asker,
                                                            open_answers: dict[str, Answer]) -> None:
    wrong = []
    for case in cases:
        answer = await asker.ask(case.query, VARIABLES, allowed=CALLERS[caller])
        if case.needed <= CALLERS[caller]:
            same = values(answer.data, case.key) == values(open_answers[case.name].data, case.key)
            wrong += [] if same and not answer.errors else [f"{case.name} must be as others get it: {answer.refusals[:1]}"]
        else:
            wrong += disclosures(case, answer)
    assert wrong == []


@pytest.mark.parametrize("lacking", PERMISSIONS)
async def test_each_permission_is_missed_wherever_it_is_needed(lacking: str, asker: Asker) -> None:
    """A caller with all permissions but this one."""
    cases = [case for case in (*FIELDS, *KEYS, *ROOTS) if lacking in case.needed]
    wrong = [text for case in cases for text in disclosures(case, await asker.ask(case.query, VARIABLES, allowed=EVERYTHING - {lacking}))]
    assert wrong == []
    assert cases or lacking in WITHOUT_FIELDS


def disclosures(case: Case, answer: Answer) -> list[str]:
    """What a caller who must be refused got nevertheless."""
    found = [value for value in values(answer.data, case.key) if value is not None]
    codes = {code for code, _ in answer.refusals}
    return [] if codes == {"FORBIDDEN"} and not found else [f"{case.name} must be refused: {codes} {found[:1]}"]
