"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from schema.changes.change import change
from schema.context import SYSTEM
from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office
from tests.plugins.recommend.shop import CUSTOMERS, START, opened_shop, run, settle_more
from tests.schema.querying.asking import EVERYTHING

PAGE = """
query Page($first: Int!, $items: Int! = 10) {
  customers(first: $first, orderBy: [{name: ASC}]) { nodes {
    name
    products: recommendations(first: $items) { ...offer }
    customers: recommendations(kind: CUSTOMER, first: $items) { ...offer }
  } }
}
fragment offer on Recommendation {
  rank score method support reason because { name } via { name } run { id neighbours }
  item { __typename ... on Product { sku } ... on Customer { name } }
}"""
OF_ONE = """
query One($id: ID!, $kind: RecommendationKind!, $run: ID, $first: Int! = 10) {
  customer(ref: {id: $id}) { recommendations(kind: $kind, first: $first, runId: $run) {
    rank run { id } item { ... on Product { sku } ... on Customer { id } } } }
}"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_shop(database, tmp_path) as office:
        yield office


async def of_one(office: Office, number: int, kind: str = "PRODUCT", run: JobRow | None = None, first: int = 10) -> Any:
    asked = {"id": f"c_{number}", "kind": kind, "first": first} | ({"run": f"j_{run.id}"} if run else {})
    return (await office.data(OF_ONE, asked))["customer"]["recommendations"]


async def test_recommendations_become_part_of_customers(office: Office) -> None:
    assert await of_one(office, 1) is None
    row = await run(office, publish=True)
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["recommendedProducts", "recommendedCustomers"])
    nodes = (await office.data(PAGE, {"first": 100}))["customers"]["nodes"]
    for_all = len(office.sent)
    by_name = {node["name"]: node for node in nodes}
    assert len(by_name) == 12
    what_the_third_is_offered(by_name["顾客 03"], row)
    who_bought_nothing(by_name["顾客 12"]["products"], by_name["顾客 11"])
    lists = [node[kind] for node in nodes for kind in ("products", "customers")]
    assert all([one["rank"] for one in each] == list(range(1, len(each) + 1)) for each in lists)
    await office.data(PAGE, {"first": 1, "items": 1})
    assert len(office.sent) <= for_all == 12  # the page; of each kind the run and its list, items, via and runs; products in reasons
    await what_cannot_be_answered(office, row)
    await what_it_says_of_itself(office, row)
    await who_is_erased_is_recommended_to_nobody(office)


def what_the_third_is_offered(found: dict[str, Any], row: JobRow) -> None:
    """a, b and c are hers; d and e were bought by those who have these too."""
    first, second, *_ = found["products"]
    assert {one["item"]["sku"] for one in (first, second)} == {"S4", "S5"}
    assert (first["item"]["__typename"], first["method"], first["because"]["name"]) == ("Product", "ITEM_NEIGHBOURS", "商品 3")
    assert first["reason"] == f"Goes with {first['support']} products that were bought, most of all “商品 3”."
    assert {one["name"] for one in first["via"]} <= {"顾客 01", "顾客 02", "顾客 04", "顾客 05"}
    assert first["run"] == {"id": f"j_{row.id}", "neighbours": 50}
    like = found["customers"][0]
    assert like["item"]["name"] in {"顾客 01", "顾客 02", "顾客 05"}
    assert (like["item"]["__typename"], like["method"], like["because"]) == ("Customer", "USER_NEIGHBOURS", None)
    assert like["reason"] == "Both bought 3 of the same products."


def who_bought_nothing(related: list[dict[str, Any]], newcomer: dict[str, Any]) -> None:
    """12 is a partner of the first, who bought a, b, c and d; what the competitor bought comes after it, for it is popular."""
    assert {one["item"]["sku"] for one in related[:4]} == {"S1", "S2", "S3", "S4"}
    assert (related[0]["method"], related[0]["reason"]) == ("RELATIONS", "Bought by a customer with whom there is a relationship.")
    assert [one["name"] for one in related[0]["via"]] == ["顾客 01"]
    assert {one["method"] for one in related[4:]} == {"POPULARITY"}
    assert [one["via"] for one in related[4:]] == [[]] * 5
    assert (newcomer["products"][0]["method"], newcomer["products"][0]["reason"]) == ("POPULARITY", "Popular: bought by 5 customers.")
    assert [(one["item"]["name"], one["method"], [via["name"] for via in one["via"]]) for one in newcomer["customers"]] == [
        ("顾客 01", "RELATIONS", ["顾客 12"])]


async def test_a_hundred_customers_take_as_many_statements_as_one(sqlite_database: Database, tmp_path: Path) -> None:
    async with opened_shop(sqlite_database, tmp_path) as office:
        change(sqlite_database.engine, SYSTEM, "settle", lambda work: settle_more(work, 100 - CUSTOMERS), key="settle")
        await run(office, publish=True)
        nodes = (await office.data(PAGE, {"first": 100}))["customers"]["nodes"]
        for_all = len(office.sent)
        assert (len(nodes), min(len(node["products"]) for node in nodes)) == (100, 5)
        await office.data(PAGE, {"first": 1})
        assert len(office.sent) <= for_all == 12


async def what_cannot_be_answered(office: Office, row: JobRow) -> None:
    place = ["customer", "recommendations"]
    for first in (0, 51):
        refused = await office.ask(OF_ONE, {"id": "c_1", "kind": "PRODUCT", "first": first})
        assert (refused.data, refused.refusals) == ({"customer": {"recommendations": None}}, [("INVALID", place)])
        assert "from 1 to 50" in refused.errors[0].message
    wrong = await office.ask(OF_ONE, {"id": "c_1", "kind": "PRODUCT", "run": "c_1"})
    assert wrong.refusals == [("BAD_USER_INPUT", place)]
    assert (await office.data(OF_ONE, {"id": "c_1", "kind": "PRODUCT", "run": "j_999999"}))["customer"]["recommendations"] is None
    for permission in ("commerce.read", "relationships.read"):
        hidden = await office.ask(OF_ONE, {"id": "c_1", "kind": "PRODUCT", "run": f"j_{row.id}"}, allowed=EVERYTHING - {permission})
        assert hidden.refusals == [("FORBIDDEN", place)]


async def what_it_says_of_itself(office: Office, row: JobRow) -> None:
    found = (await office.data(f"""{{ node(id: "j_{row.id}") {{ ... on RecommendationRun {{
        similarity neighbours buyerCount soldCount productCount customerCount newcomerCount coverage splitAt testedCount published
        weights {{ itemNeighbours userNeighbours rules relations popularity }} test {{ method hitRate precision recall ndcg coverage }}
        metrics {{ name value baseline }} charts {{ name }} }} }} }}"""))["node"]
    assert (found["similarity"], found["neighbours"], found["buyerCount"], found["soldCount"]) == ("JACCARD", 50, 10, 9)
    assert (found["newcomerCount"], found["coverage"], found["testedCount"], found["published"]) == (2, 1.0, 10, True)
    assert found["weights"] == {"itemNeighbours": 1, "userNeighbours": 1, "rules": 0.25, "relations": 0.5, "popularity": 0.01}
    assert found["splitAt"] == "2024-01-10T00:00:00+00:00"
    assert [one["method"] for one in found["test"]] == [
        "ITEM_NEIGHBOURS", "USER_NEIGHBOURS", "RULES", "RELATIONS", "POPULARITY", "BLEND", "BLEND_WITHOUT_RELATIONS", "BEST_SELLERS"]
    assert found["metrics"][0] == {"name": "hitRate", "value": found["test"][5]["hitRate"], "baseline": found["test"][7]["hitRate"]}
    assert [one["name"] for one in found["charts"]] == ["test", "coverage"]


async def who_is_erased_is_recommended_to_nobody(office: Office) -> None:
    before = await of_one(office, 3, "CUSTOMER")
    gone = before[0]["item"]["id"]
    with office.database.engine.begin() as connection:
        connection.execute(delete(CustomerRow).where(CustomerRow.id == int(gone.removeprefix("c_"))))
    assert await of_one(office, 3, "CUSTOMER") == before[1:]


async def test_a_draft_is_seen_by_its_run_alone_and_kinds_stand_side_by_side(office: Office) -> None:
    goods = await run(office, publish=True, kinds=["PRODUCT"], testShare=0)
    assert await of_one(office, 1, "CUSTOMER") is None
    people = await run(office, kinds=["CUSTOMER"], perCustomer=2)
    assert await of_one(office, 1, "CUSTOMER") is None
    assert [one["rank"] for one in await of_one(office, 1, "CUSTOMER", people)] == [1, 2]
    assert await of_one(office, 1, "PRODUCT", people) == []
    published = (await office.data(PUBLISH, {"id": f"j_{people.id}"}))["analysisRunPublish"]
    assert (published["run"]["publishedSlots"], published["replaced"]) == (["recommendedCustomers"], [])
    assert {one["run"]["id"] for one in await of_one(office, 1, "CUSTOMER")} == {f"j_{people.id}"}
    assert {one["run"]["id"] for one in await of_one(office, 1)} == {f"j_{goods.id}"}


async def test_what_cannot_be_recommended_is_said_with_its_place(office: Office) -> None:
    for given, path in (({"perCustomer": 0}, ["perCustomer"]), ({"testShare": 0.7}, ["testShare"]),
                        ({"weights": {"relations": -1}}, ["weights", "relations"])):
        answer = (await office.data(START, {"input": given}))["recommendationRunStart"]
        assert (answer["run"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [("INVALID", ["input", *path])])
    nobody = await run(office, where={"name": {"eq": "顾客 12"}})
    assert (nobody.status, nobody.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")
    assert "None of the 1 customers of this run bought" in (nobody.error_message or "")
    unknown = await run(office, relations={"kinds": ["friend"]})
    assert (unknown.status, unknown.error_code) == (JobStatus.FAILED, "INVALID")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, opened_shop(database, tmp_path / database.dialect) as office:
            digests.append((await run(office)).result_digest)
    assert digests[0] == digests[1] is not None
