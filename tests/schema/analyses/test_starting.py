"""Start mutations: what is kept of a run that may be started, and why others may not."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.analyses.contract import Estimate, InsufficientData
from schema.analyses.parameters import read_input
from schema.analyses.selections import as_of, filter_of
from schema.commerce.models import TransactionKind, TransactionRow
from schema.context import RunLimits
from schema.customers.models import AddressRow, TagRow
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.schema.analyses.people import CensusRunStartInput, House, Method, census, house, settle
from tests.schema.querying.asking import EVERYTHING

START = """mutation($input: CensusRunStartInput!) { censusRunStart(input: $input) { run { id status label slots seed parameters people
 kind { key title } plugin { name version apiVersion } requestedBy { id } snapshot { digest } estimate { rows withinLimits } }
 estimate { rows memoryBytes seconds withinLimits } userErrors { code message path } } }"""
ALL: dict[str, Any] = {
    "label": " Spring ", "method": "HANDS", "methods": ["HEADS", "HANDS"], "start": "c_7", "fee": "12.50", "day": "2024-05-01",
    "limit": None, "seed": 7, "damping": 0.5, "scope": {
        "asOf": "2024-05-01T08:00:00+08:00", "weights": [{"name": "tea", "weight": 2}, {"name": "books"}],
        "where": {"and": [{"kind": {"in": ["PERSON"]}}, {"createdAt": {"gte": "2020-01-01T00:00:00Z"}}]}}}
KEPT: dict[str, Any] = ALL | {"scope": ALL["scope"] | {
    "asOf": "2024-05-01T00:00:00+00:00", "weights": [{"name": "tea", "weight": 2}, {"name": "books", "weight": 1}],
    "where": {"and": [{"kind": {"in": ["PERSON"]}}, {"createdAt": {"gte": "2020-01-01T00:00:00+00:00"}}]}}}
del KEPT["label"]


async def started(house_: House, given: dict[str, Any], **more: Any) -> Any:
    return (await house_.data(START, {"input": given}, **more))["censusRunStart"]


async def refused(house_: House, given: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """(code, path) of each refusal; nothing was started."""
    answer = await started(house_, given, **more)
    assert answer["run"] is None
    assert runs(house_.database) == []
    return [(one["code"], ".".join(one["path"])) for one in answer["userErrors"]]


def runs(database: Database) -> list[JobRow]:
    with Session(database.engine) as session:
        return list(session.scalars(select(JobRow)))


async def test_what_is_kept_of_a_run(people: House) -> None:
    settle(people.database, ["Ada"])
    answer = await started(people, ALL)
    row, = runs(people.database)
    assert answer == {"run": {
        "id": f"j_{row.id}", "status": "QUEUED", "label": "Spring", "slots": ["renown", "byHands"], "seed": 7, "parameters": KEPT,
        "people": None, "kind": {"key": "census", "title": "Census"}, "plugin": {"name": "people", "version": "2.1", "apiVersion": "1.0"},
        "requestedBy": {"id": "s_1"}, "snapshot": None, "estimate": {"rows": 1, "withinLimits": True}},
        "estimate": {"rows": 1, "memoryBytes": 2.0**20, "seconds": 0.1, "withinLimits": True}, "userErrors": []}
    assert (row.kind, row.status, row.analysis_version, row.language) == ("census", JobStatus.QUEUED, 1, "en")


async def test_compute_is_given_what_the_client_sent(people: House) -> None:
    """The worker reads it from what was kept, without a schema."""
    settle(people.database, ["Ada"])
    await started(people, ALL)
    row, = runs(people.database)
    start = read_input(CensusRunStartInput, row.parameters or {})
    assert (start.method, start.methods, start.start) == (Method.HANDS, [Method.HEADS, Method.HANDS], "c_7")
    assert (start.fee, start.day, start.damping) == (Decimal("12.5"), datetime.date(2024, 5, 1), 0.5)
    assert start.limit is not None
    assert start.limit.value is None
    assert start.scope.as_of == datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    assert [(one.name, one.weight) for one in start.scope.weights or ()] == [("tea", 2.0), ("books", 1.0)]
    assert filter_of(CensusRunStartInput, row.parameters or {}) == KEPT["scope"]["where"]
    assert as_of(row.parameters or {}) == "2024-05-01T00:00:00+00:00"


async def test_what_is_left_out_has_its_default(people: House) -> None:
    settle(people.database, ["Ada"])
    answer = await started(people, {"scope": {}})
    assert answer["run"]["seed"] is not None
    assert answer["run"]["parameters"] == {"scope": {"weights": None}, "method": "HEADS", "methods": [], "start": None, "fee": None,
                                           "day": None, "seed": answer["run"]["seed"], "damping": 0.85}
    row, = runs(people.database)
    start = read_input(CensusRunStartInput, row.parameters or {})
    assert (start.scope.where, start.limit, start.seed) == (None, None, answer["run"]["seed"])


async def test_estimating_starts_nothing(people: House) -> None:
    settle(people.database, ["Ada", "Bea"])
    answer = await started(people, {"scope": {}, "estimateOnly": True})
    assert answer == {"run": None, "userErrors": [],
                      "estimate": {"rows": 2, "memoryBytes": 2.0**21, "seconds": 0.2, "withinLimits": True}}
    assert runs(people.database) == []


async def test_more_than_the_limits_allow_is_refused_with_both_numbers(database: Database) -> None:
    small = house(database, limits=RunLimits(memory=2**20, seconds=0.1))
    settle(database, ["Ada", "Bea", "Cleo"])
    answer = await started(small, {"scope": {}})
    assert [(one["code"], one["message"], one["path"]) for one in answer["userErrors"]] == [
        ("LIMIT_EXCEEDED", "The run needs about 3 MiB of memory; at most 1 MiB are allowed here.", ["input"]),
        ("LIMIT_EXCEEDED", "The run takes about 0.3 s; at most 0.1 s are allowed here.", ["input"])]
    assert runs(database) == []
    only = await started(small, {"scope": {}, "estimateOnly": True})
    assert only["estimate"]["withinLimits"] is False


async def test_too_little_data(database: Database) -> None:
    picky = house(database, census(minimum_rows=2))
    settle(database, ["Ada"])
    answer = await started(picky, {"scope": {}}, language="zh")
    assert answer["userErrors"] == [{"code": "INSUFFICIENT_DATA", "path": ["input"], "message": "customers 共 1 条，该分析至少需要 2 条。"}]


async def test_only_the_tables_that_the_parameters_ask_for_are_counted(database: Database) -> None:
    """What a snapshot will hold is not known yet: never fewer, and not more than there are rows to make it from."""
    heard: list[dict[str, int]] = []

    def listen(counts: dict[str, int], _: CensusRunStartInput) -> Estimate:
        heard.append(counts)
        return Estimate(1, 1.0, 0.1)

    def needs(start: CensusRunStartInput) -> tuple[str, ...]:
        return ("customers",) if start.method is Method.HEADS else ("behaviour", "traits", "customers")

    settle(database, ["Ada", "Bea"])
    with Session(database.engine) as session, session.begin():
        session.add_all([TagRow(customer_id=1, name="vip"), AddressRow(customer_id=1, country="France", city="Brest")])
        session.add(TransactionRow(kind=TransactionKind.PURCHASE, customer_id=1, total_amount=Decimal(1), total_currency="EUR",
                                   occurred_at=datetime.datetime.now(datetime.UTC), source="till", external_id="1"))
    listening = house(database, census(needs=needs, estimate=listen))
    for method in ("HEADS", "HANDS"):
        await started(listening, {"scope": {}, "method": method, "estimateOnly": True})
    assert heard == [{"customers": 2}, {"behaviour": 1, "traits": 5, "customers": 2}]


async def test_an_estimate_may_find_too_little_data(database: Database) -> None:
    def say_no(*_: Any) -> Any:
        raise InsufficientData("Nobody is tied to anybody.")

    settle(database, ["Ada"])
    answer = await started(house(database, census(estimate=say_no)), {"scope": {}})
    assert answer["userErrors"] == [{"code": "INSUFFICIENT_DATA", "path": ["input"], "message": "Nobody is tied to anybody."}]


@pytest.mark.parametrize(("given", "code", "path"), [
    ({"damping": 1.5, "scope": {}}, "INVALID", "input"),
    ({"scope": {"weights": [{"name": "a"}, {"name": "b", "weight": -1}]}}, "INVALID", "input.scope.weights.1.weight"),
    ({"scope": {}, "label": "x" * 201}, "LIMIT_EXCEEDED", "input.label"),
    ({"scope": {}, "label": "a\0b"}, "INVALID", "input.label"),
    ({"scope": {"weights": [{"name": "a\0b"}]}}, "INVALID", "input"),
    ({"scope": {"weights": [{"name": "x" * 100_001}]}}, "LIMIT_EXCEEDED", "input"),
    ({"scope": {"where": {}}}, "INVALID", "input.scope.where"),
    ({"scope": {"where": {"name": {"eq": None}}}}, "INVALID", "input.scope.where"),
    ({"scope": {"where": {"ownerId": {"eq": "c_1"}}}}, "INVALID", "input.scope.where"),
    ({"scope": {}, "idempotencyKey": ""}, "INVALID", "input.idempotencyKey"),
])
async def test_parameters_out_of_bounds(people: House, given: dict[str, Any], code: str, path: str) -> None:
    settle(people.database, ["Ada"])
    assert await refused(people, given) == [(code, path)]


async def test_who_may_not_filter_by_something_may_not_have_an_analysis_do_it(people: House) -> None:
    settle(people.database, ["Ada"])
    given = {"scope": {"where": {"and": [{"renown": {"gte": 1}}]}}}
    assert await refused(people, given, allowed=EVERYTHING - {"commerce.read"}) == [("FORBIDDEN", "input.scope.where")]
    assert (await started(people, given))["userErrors"] == []


async def test_starting_needs_its_permission(people: House) -> None:
    answer = await people.ask(START, {"input": {"scope": {}}}, allowed=EVERYTHING - {"analyses.run"})
    assert answer.refusals == [("FORBIDDEN", ["censusRunStart"])]
    assert runs(people.database) == []


async def test_the_same_key_starts_one_run(people: House) -> None:
    """Though a seed is drawn each time."""
    settle(people.database, ["Ada"])
    given = {"scope": {}, "idempotencyKey": "k"}
    first, second = await started(people, given), await started(people, given)
    assert first == second
    assert len(runs(people.database)) == 1
    other = await started(people, given | {"damping": 0.5})
    assert [(one["code"], one["path"]) for one in other["userErrors"]] == [("CONFLICT", ["input", "idempotencyKey"])]


@strawberry.input(description="How not to count people.")
class ClumsyRunStartInput(CensusRunStartInput):
    def __post_init__(self) -> None:
        raise KeyError("4711")


def broken(*_: Any) -> Any:
    raise ZeroDivisionError("4711")


@pytest.mark.parametrize("more", [{"slots": broken}, {"slots": lambda _: None}, {"estimate": broken}, {"estimate": lambda *_: None},
                                  {"needs": broken}, {"start": ClumsyRunStartInput}],
                         ids=["slots raise", "slots are none", "estimate raises", "estimate is none", "needs raise", "start raises"])
async def test_a_plugin_that_fails_while_a_run_is_started_is_named_and_nothing_is_stored(
        database: Database, more: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    house_ = house(database, census(**more))
    settle(database, ["Ada"])
    name = "ClumsyRunStartInput" if "start" in more else "CensusRunStartInput"
    answer = await house_.ask(START.replace("CensusRunStartInput", name), {"input": {"scope": {}}})
    error, = answer.errors
    assert error.extensions == {"code": "PLUGIN_ERROR", "plugin": "people"}
    assert error.message == "The plugin people could not answer this; the server's log says why."
    assert answer.data == {"censusRunStart": None}
    assert runs(database) == []
    assert "the plugin people failed in the start of census" in caplog.text
