"""Relationships are derived from shared purchases, and kept in line with them."""

import asyncio
import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.jobs.models import JobRow, JobStatus
from schema.relationships import background, derive
from schema.relationships.derive import Bounds
from schema.relationships.derive_inputs import DeriveWeighting
from schema.relationships.models import RelationshipEndRow, RelationshipRow
from schema.rows import utc_now
from tests.schema.customers.asking import Asking
from tests.schema.relationships import ties
from tests.schema.relationships.purchases import Line, excerpt, expected, store, transaction

JOB = """job { id status dryRun created updated ended unchanged warnings startedAt finishedAt requestedBy { name } error { code }
               sample { from { id } to { id } weight evidenceCount } }"""
DAY = datetime.timedelta(days=1)
START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def keep(asking: Asking, lines: Iterable[Line]) -> None:
    change(asking.database.engine, SYSTEM, "store", store(lines))


def lines_of(baskets: dict[int, Iterable[int]], at: datetime.datetime = START) -> list[Line]:
    return [Line(f"{customer}", customer, product, 1, at) for customer, products in baskets.items() for product in products]


async def payload(asking: Asking, **input: Any) -> Any:
    wanted: dict[str, Any] = {"source": "SHARED_TRANSACTIONS", "window": {}, "kind": "co_purchase"}
    return await asking.mutate("relationshipsDerive", wanted | input, JOB)


async def run(asking: Asking, **input: Any) -> Any:
    answer = await payload(asking, **input)
    assert answer["userErrors"] == []
    return answer["job"]


def counts(job: Any) -> tuple[int, int, int, int]:
    return job["created"], job["updated"], job["ended"], job["unchanged"]


def held(asking: Asking) -> dict[tuple[int, int], RelationshipRow]:
    return {(row.from_id, row.to_id): row for row in asking.rows(RelationshipRow) if row.valid_to is None}


async def test_real_purchases_tie_those_whom_sets_tie(asking: Asking) -> None:
    lines = excerpt()
    keep(asking, lines)
    window = {"from": "2011-01-01T00:00:00+00:00", "to": "2011-12-01T00:00:00+00:00"}
    begin, end = (datetime.datetime.fromisoformat(window[key]) for key in ("from", "to"))
    wanted = expected(lines, 2, begin=begin, end=end)
    assert len(wanted) > 100
    assert len(expected([line for line in lines if line.quantity > 0], 2, begin=begin, end=end)) > len(wanted)  # what came back counts
    for weighting, name in (("COUNT", "count"), ("JACCARD", "jaccard"), ("RECENCY_DECAY", "recency")):
        job = await run(asking, window=window, weighting=weighting)
        assert counts(job) == ((len(wanted), 0, 0, 0) if name == "count" else (0, len(wanted), 0, 0))
        found = held(asking)
        weights = {pair: getattr(tie, name) for pair, tie in wanted.items()}
        assert {pair: row.weight for pair, row in found.items()} == pytest.approx(weights, abs=1e-8)
        assert {pair: (row.evidence_count, row.valid_from) for pair, row in found.items()} == {
            pair: (tie.count, tie.since) for pair, tie in wanted.items()}
        strongest = sorted(found.values(), key=lambda row: (-row.weight, -(row.evidence_count or 0), row.from_id, row.to_id))[:20]
        assert job["sample"] == [{"from": {"id": f"c_{row.from_id}"}, "to": {"id": f"c_{row.to_id}"}, "weight": row.weight,
                                  "evidenceCount": row.evidence_count} for row in strongest]
        assert counts(await run(asking, window=window, weighting=weighting)) == (0, 0, 0, len(wanted))
    assert {row.revision for row in held(asking).values()} == {3}
    assert len(asking.rows(RelationshipEndRow)) == 2 * len(wanted)


async def test_common_products_can_be_left_out(asking: Asking) -> None:
    lines = excerpt()
    keep(asking, lines)
    job = await run(asking, maximumCustomersPerProduct=5, minimumEvidence=1, weighting="JACCARD")
    wanted = expected(lines, 1, most=5)
    assert {pair: row.weight for pair, row in held(asking).items()} == pytest.approx({pair: tie.jaccard for pair, tie in wanted.items()})
    warning, = job["warnings"]
    assert warning.endswith("products that more than 5 customers bought were left out.")


async def test_a_derived_tie_is_seen_from_both_ends_and_says_where_it_comes_from(asking: Asking) -> None:
    keep(asking, lines_of({2: [1, 2, 3], 1: [2, 3], 3: [3]}))
    job = await run(asking)
    assert (job["status"], job["requestedBy"], job["error"], job["dryRun"]) == ("SUCCEEDED", {"name": "Administrator"}, None, False)
    assert job["startedAt"] <= job["finishedAt"]
    assert await ties.seen_from(asking, "c_1") == [("c_2", "ALL")]
    assert await ties.seen_from(asking, "c_2", "(direction: IN)") == [("c_1", "ALL")]
    assert await ties.seen_from(asking, "c_3") == []
    provenance = "provenance { origin staff { id } evidenceCount job { id } }"
    shown = await asking.customer("c_2", f"relationships {{ nodes {{ {ties.SHOWN} {provenance} }} }}")
    tie, = shown["relationships"]["nodes"]
    assert tie["provenance"] == {"origin": "DERIVED", "staff": None, "evidenceCount": 2, "job": {"id": job["id"]}}
    assert (tie["from"]["id"], tie["to"]["id"], tie["sign"], tie["weight"], tie["directed"], tie["validFrom"]) == (
        "c_1", "c_2", "POSITIVE", 2.0, False, START.isoformat())


async def test_a_dry_run_counts_and_writes_nothing_but_its_job(asking: Asking) -> None:
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [1, 2]}))
    job = await run(asking, dryRun=True)
    assert (counts(job), job["dryRun"], len(job["sample"])) == ((3, 0, 0, 0), True, 3)
    assert held(asking) == {}
    assert [(action, kind) for action, kind, _, _ in asking.audit()[-1:]] == [("relationshipsDerive", "job")]
    real = await run(asking)
    assert (counts(real), real["sample"]) == (counts(job), job["sample"])
    assert [(kind, number) for action, kind, number, _ in asking.audit() if action == "relationshipsDerive"][1:] == [
        ("job", int(real["id"][2:])), ("relationship", None)]
    query = "query Q($id: ID!) { job(id: $id) { __typename ... on DeriveJob { created sample { weight } } } }"
    stored = await asking.ask(query, id=real["id"])
    assert stored == {"job": {"__typename": "DeriveJob", "created": 3, "sample": [{"weight": 2.0}] * 3}}


async def test_pairs_that_no_longer_qualify_are_ended_and_begin_anew_later(asking: Asking) -> None:
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [1, 2]}))
    await run(asking)
    before = held(asking)
    change(asking.database.engine, SYSTEM, "return", lambda work: _give_back(work, 3, 1))
    job = await run(asking)
    assert counts(job) == (0, 0, 2, 1)
    assert held(asking).keys() == {(1, 2)}
    assert held(asking)[1, 2].revision == 1
    ended = {(row.from_id, row.to_id): row for row in asking.rows(RelationshipRow) if row.valid_to is not None}
    assert ended.keys() == {(1, 3), (2, 3)}
    assert all(row.revision == 2 and row.id == before[pair].id for pair, row in ended.items())
    assert await ties.seen_from(asking, "c_3", f'(asOf: "{(START + DAY).isoformat()}")') == [("c_1", "ALL"), ("c_2", "ALL")]
    assert await ties.seen_from(asking, "c_3", f'(asOf: "{utc_now().isoformat()}")') == []
    again = await run(asking, minimumEvidence=1)
    assert counts(again) == (2, 0, 0, 1)
    assert all(held(asking)[pair].valid_from == ended[pair].valid_to for pair in ended)
    assert counts(await run(asking, minimumEvidence=1)) == (0, 0, 0, 3)


def _give_back(work: Change, customer: int, product: int) -> dict[str, Any]:
    work.session.add(transaction("C9", START + DAY, [Line("C9", customer, product, -1, START + DAY)]))
    return {}


async def test_only_derived_ties_of_the_kind_are_touched(asking: Asking) -> None:
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [3]}))
    manual = [await ties.tie(asking, "c_1", other, "co_purchase", weight=7) for other in ("c_2", "c_3")]
    other_kind = await run(asking, kind="partner")
    await run(asking)
    rows = {f"r_{row.id}": row for row in asking.rows(RelationshipRow)}
    assert len(rows) == 4
    assert [(rows[tie["id"]].weight, rows[tie["id"]].valid_to, rows[tie["id"]].revision) for tie in manual] == [(7.0, None, 1)] * 2
    assert counts(await run(asking, window={"to": START.isoformat()})) == (0, 0, 1, 0)
    assert counts(await run(asking, kind="partner", dryRun=True)) == (0, 0, 0, other_kind["created"])


async def test_too_much_work_is_refused_with_what_would_fit(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "AT_MOST", Bounds(5, 100))
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [1], 4: [1]}))
    for asking.language, said in (("en", "7 times; at most 5"), ("zh", "7 次客户关联，一次最多处理 5 次")):
        answer = await payload(asking)
        error, = answer["userErrors"]
        assert (answer["job"], error["code"], error["path"]) == (None, "LIMIT_EXCEEDED", ["input", "window"])
        assert said in error["message"]
        assert "maximumCustomersPerProduct" in error["message"]
    assert asking.rows(JobRow) == []
    job = await run(asking, maximumCustomersPerProduct=2, minimumEvidence=1)
    assert (counts(job), job["warnings"]) == ((1, 0, 0, 0), ["已排除 1 种购买客户数超过 2 的商品。"])


async def test_too_many_relationships_are_refused(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "AT_MOST", Bounds(100, 2))
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [1]}))
    answer = await payload(asking, minimumEvidence=1)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [("LIMIT_EXCEEDED", ["input", "minimumEvidence"])]
    assert held(asking) == {}
    assert counts(await run(asking)) == (1, 0, 0, 0)


def test_the_proposed_bound_fits() -> None:
    crowds = Counter({2: 10, 1_000: 3, 63_200: 1})
    assert derive.meetings(crowds) == 10 + 3 * 499_500 + 1_997_088_400
    assert derive.fitting(crowds) == 63_200
    assert derive.fitting(crowds + Counter({2_000: 1})) == 2_000
    assert derive.fitting(Counter({70_000: 1})) == 1


@pytest.mark.parametrize(("input", "refused"), [
    ({"kind": "trust"}, ("INVALID", ["input", "kind"])),
    ({"kind": "loves"}, ("NOT_FOUND", ["input", "kind"])),
    ({"minimumEvidence": 0}, ("INVALID", ["input", "minimumEvidence"])),
    ({"maximumCustomersPerProduct": 0}, ("INVALID", ["input", "maximumCustomersPerProduct"])),
    ({"maximumCustomersPerProduct": 1}, ("INVALID", ["input", "maximumCustomersPerProduct"])),
    ({"window": {"from": START.isoformat(), "to": START.isoformat()}}, ("INVALID", ["input", "window", "to"])),
])
async def test_bad_input_is_refused(asking: Asking, input: dict[str, Any], refused: tuple[str, list[str]]) -> None:
    answer = await payload(asking, **input)
    assert answer["job"] is None
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [refused]
    assert asking.rows(JobRow) == []


async def test_without_purchases_there_is_nothing_to_derive(asking: Asking) -> None:
    for weighting in ("COUNT", "JACCARD", "RECENCY_DECAY"):
        assert counts(await run(asking, weighting=weighting)) == (0, 0, 0, 0)


async def test_a_derivation_that_breaks_off_leaves_a_failed_job_and_nothing_else(asking: Asking) -> None:
    keep(asking, lines_of({1: [1, 2], 2: [1, 2]}))
    with asking.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE relationship_ends"))
    result = await asking.execute("""mutation { relationshipsDerive(input: {source: SHARED_TRANSACTIONS, window: {}, kind: "co_purchase"})
                                     { job { id } } }""")
    assert len(result.errors) == 1
    assert asking.rows(RelationshipRow) == []
    job, = asking.rows(JobRow)
    assert (job.status, job.error_code, job.created) == (JobStatus.FAILED, "INTERNAL", 0)
    with asking.database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE relationship_ends (a INTEGER)"))
    assert counts(await run(asking, dryRun=True)) == (1, 0, 0, 0)  # what broke off left no temporary table in its way


async def test_two_derivations_at_once_make_each_tie_once(asking: Asking) -> None:
    keep(asking, lines_of({customer: [1, 2, 3] for customer in range(1, 30)}))
    jobs = await asyncio.gather(*[run(asking) for _ in range(4)])
    assert sorted(map(counts, jobs)) == [(0, 0, 0, 406)] * 3 + [(406, 0, 0, 0)]
    assert len(asking.rows(RelationshipRow)) == 406


@pytest.mark.parametrize("bounds", [Bounds(4, 100, 100), Bounds(100, 2, 100), Bounds(100, 100, 4)])
async def test_what_is_too_large_for_a_request_is_put_into_the_queue(
        asking: Asking, monkeypatch: pytest.MonkeyPatch, bounds: Bounds) -> None:
    monkeypatch.setattr(derive, "WITHIN_REQUEST", bounds)
    keep(asking, lines_of({1: [1, 2], 2: [1, 2], 3: [1, 2]}))
    asking.language = "zh"
    job = await run(asking, weighting="JACCARD", window={"from": START.isoformat()}, maximumCustomersPerProduct=7)
    assert (job["status"], counts(job), job["startedAt"], job["requestedBy"]) == ("QUEUED", (0, 0, 0, 0), None, {"name": "Administrator"})
    assert held(asking) == {}
    row, = asking.rows(JobRow)
    assert (row.kind, row.plugin, row.language, row.attempts) == ("DERIVE", None, "zh", 0)
    kept = background.wanted_by(row.parameters)
    assert background.kept(kept) == row.parameters
    assert (kept.weighting, kept.window.from_, kept.window.to, kept.maximum_customers_per_product, kept.minimum_evidence, kept.dry_run) == (
        DeriveWeighting.JACCARD, START, None, 7, 2, False)
    assert (await asking.mutate("jobCancel", {"id": job["id"]}, "job { status }"))["job"] == {"status": "CANCELLED"}
