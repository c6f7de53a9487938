"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

START = """
mutation Start($input: PotentialPartnersRunStartInput!) {
  potentialPartnersRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code path } }
}"""
PAGE = """
query Page($first: Int!, $partners: Int! = 10) {
  customers(first: $first, orderBy: [{name: ASC}]) {
    nodes { name potentialPartners(first: $partners) { rank score common reason partner { name } via { name } run { id method auc } } }
  }
}"""
OF_ONE = """
query One($id: ID!, $run: ID, $first: Int! = 10) {
  customer(ref: {id: $id}) { potentialPartners(first: $first, runId: $run) { rank reason partner { id } run { id } } }
}"""
RERUN = "mutation R($id: ID!) { analysisRunRerun(input: {id: $id}) { run { id } userErrors { code } } }"


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_office(database, tmp_path) as office:
        yield office


async def started(office: Office, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await office.data(START, {"input": given}))["potentialPartnersRunStart"]
    return answer


async def run(office: Office, publish: bool = False, **given: Any) -> JobRow:
    answer = await started(office, **{"seed": 1} | given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row


async def people(office: Office) -> dict[str, str]:
    """Ids by name."""
    nodes = (await office.data("{ customers(first: 100) { nodes { id name } } }"))["customers"]["nodes"]
    return {node["name"]: node["id"] for node in nodes}


async def of_one(office: Office, id_: str, run: JobRow | None = None, first: int = 10) -> Any:
    asked = {"id": id_, "first": first} | ({"run": f"j_{run.id}"} if run else {})
    return (await office.data(OF_ONE, asked))["customer"]["potentialPartners"]


async def test_proposals_become_part_of_customers(office: Office) -> None:
    ids = await people(office)
    row = await run(office, publish=True)
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["potentialPartners"])
    nodes = (await office.data(PAGE, {"first": 100}))["customers"]["nodes"]
    for_all = len(office.sent)
    partners = {node["name"]: node["potentialPartners"] for node in nodes}
    assert len(partners) == 35
    first = partners["会员 34"][0]
    assert (first["rank"], first["partner"]["name"], first["common"]) == (1, "会员 3", 6)
    assert first["score"] == pytest.approx(4.719381, abs=1e-6)
    assert [one["name"] for one in first["via"]] == ["会员 10", "会员 29", "会员 28"]
    assert first["reason"].startswith("They share 6 contacts. ")
    assert (first["run"]["id"], first["run"]["method"]) == (f"j_{row.id}", "ADAMIC_ADAR")
    assert 0 < first["run"]["auc"] < 1
    assert {one["partner"]["name"] for one in partners["空手道公司"]}.isdisjoint({"会员 2", "会员 3", "空手道公司"})
    assert all([one["rank"] for one in found] == list(range(1, len(found) + 1)) for found in partners.values())
    await office.data(PAGE, {"first": 1, "partners": 1})
    assert len(office.sent) == for_all == 6  # customers, the run that answers, its proposals; partners, those in between, runs
    await what_cannot_be_answered(office, row, ids)
    await who_is_erased_is_proposed_to_nobody(office, ids)


async def what_cannot_be_answered(office: Office, row: JobRow, ids: dict[str, str]) -> None:
    president, place = ids["会员 34"], ["customer", "potentialPartners"]
    for first in (0, 51):
        refused = await office.ask(OF_ONE, {"id": president, "first": first})
        assert refused.data == {"customer": {"potentialPartners": None}}
        assert refused.refusals == [("INVALID", place)]
        assert "from 1 to 50" in refused.errors[0].message
    wrong = await office.ask(OF_ONE, {"id": president, "run": president})
    assert wrong.refusals == [("BAD_USER_INPUT", place)]
    assert (await office.data(OF_ONE, {"id": president, "run": "j_999999"}))["customer"]["potentialPartners"] is None
    hidden = await office.ask(OF_ONE, {"id": president, "run": f"j_{row.id}"}, allowed=EVERYTHING - {"relationships.read"})
    assert hidden.refusals == [("FORBIDDEN", place)]


async def who_is_erased_is_proposed_to_nobody(office: Office, ids: dict[str, str]) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(delete(CustomerRow).where(CustomerRow.id == int(ids["会员 3"].removeprefix("c_"))))
    found = await of_one(office, ids["会员 34"])
    assert ids["会员 3"] not in [one["partner"]["id"] for one in found]
    assert found[0]["rank"] == 2


async def test_a_draft_is_seen_by_its_run_alone(office: Office) -> None:
    ids = await people(office)
    president = ids["会员 34"]
    assert await of_one(office, president) is None
    draft = await run(office, method="JACCARD", perCustomer=3, hiddenShare=0.2, graph={"where": {"kind": {"eq": "PERSON"}}})
    await what_it_says_of_itself(office, draft)
    assert await of_one(office, president) is None
    seen = await of_one(office, president, draft, first=2)
    assert [one["rank"] for one in seen] == [1, 2]
    assert await of_one(office, ids["空手道公司"], draft) == []  # who was not selected
    published = (await office.data(PUBLISH, {"id": f"j_{draft.id}"}))["analysisRunPublish"]["run"]
    assert published["publishedSlots"] == ["potentialPartners"]
    assert await of_one(office, president, first=2) == seen
    again = await ended(office.database, await rerun(office, draft))
    assert again.result_digest == draft.result_digest is not None
    better = await run(office, publish=True)
    assert {one["run"]["id"] for one in await of_one(office, president)} == {f"j_{better.id}"}


async def what_it_says_of_itself(office: Office, row: JobRow) -> None:
    found = (await office.data(f"""{{ node(id: "j_{row.id}") {{ ... on PotentialPartnersRun {{
        method pairCount customerCount passedOverCount hiddenCount auc aucError popularityAuc seed published
        metrics {{ name value baseline }} charts {{ name }} }} }} }}"""))["node"]
    assert (found["method"], found["customerCount"], found["passedOverCount"], found["seed"]) == ("JACCARD", 34, 0, 1)
    assert found["hiddenCount"] == 16
    assert 34 < found["pairCount"] <= 3 * 34
    assert [(one["name"], one["baseline"]) for one in found["metrics"]] == [("auc", 0.5), ("auc popularity", 0.5)]
    assert found["metrics"][0]["value"] == found["auc"]
    assert found["aucError"] > 0
    assert [one["name"] for one in found["charts"]] == ["test", "scores"]
    assert found["published"] is False


async def rerun(office: Office, row: JobRow) -> int:
    """Of the data that the run read."""
    answer = (await office.data(RERUN, {"id": f"j_{row.id}"}))["analysisRunRerun"]
    assert answer["userErrors"] == []
    return int(answer["run"]["id"].removeprefix("j_"))


async def test_what_cannot_be_looked_for_is_said_with_its_place(office: Office) -> None:
    for given, path in (({"perCustomer": 0}, ["perCustomer"]), ({"hiddenShare": 0.7}, ["hiddenShare"]),
                        ({"graph": {"signs": ["NEGATIVE"]}}, ["graph", "signs"])):
        answer = await started(office, **given)
        assert (answer["run"], answer["userErrors"]) == (None, [{"code": "INVALID", "path": ["input", *path]}])
    unknown = await run(office, graph={"kinds": ["friend"]})
    assert (unknown.status, unknown.error_code) == (JobStatus.FAILED, "INVALID")
    conflicts = await run(office, graph={"kinds": ["fights"]})
    assert (conflicts.status, conflicts.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, opened_office(database, tmp_path / database.dialect) as office:
            digests.append((await run(office)).result_digest)
    assert digests[0] == digests[1] is not None
