"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in rules, products and customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import Office
from tests.plugins.rules.shop import CUP, FAN, POT, SILK, TEA, forget_sales, opened_shop, refuse, run, sell_the_same, started
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

ITEMS = "{ __typename ... on Product { id sku } ... on ProductCategory { name } }"
RULE = f"antecedent {ITEMS} consequent {ITEMS} count support confidence lift leverage conviction gain pValue adjustedPValue run {{ id }}"
OF_RUN = f"""
query Run($id: ID!, $where: AssociationRuleWhere, $order: [AssociationRuleOrder!]) {{ node(id: $id) {{ ... on RuleMiningRun {{
  basketCount itemCount longestBasket returnedCount minimumCount itemsetCount ruleCount testedCount truncated byCategory unit algorithm
  warnings charts {{ name }} rules(first: 100, where: $where, orderBy: $order) {{ totalCount nodes {{ id {RULE} }} }} }} }} }}"""
OF_PRODUCT = f"""query P($id: ID!, $first: Int! = 10, $run: ID) {{
  product(id: $id) {{ associated(first: $first, runId: $run) {{ {RULE} }} }} }}"""
OF_CUSTOMER = f"""query C($id: ID!, $first: Int! = 10, $run: ID) {{
  customer(ref: {{id: $id}}) {{ nextProducts(first: $first, runId: $run) {{ {RULE} }} }} }}"""
RERUN = """mutation R($id: ID!, $fresh: Boolean!) {
  analysisRunRerun(input: {id: $id, onFreshData: $fresh}) { run { id } userErrors { code } } }"""


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_shop(database, tmp_path) as office:
        yield office


def sides(rules: Any) -> list[tuple[list[Any], list[Any]]]:
    """SKUs, or names of categories, on the left and on the right."""
    return [tuple([item.get("sku", item.get("name")) for item in rule[side]] for side in ("antecedent", "consequent"))  # type: ignore[misc]
            for rule in rules]


async def of_run(office: Office, number: int, **variables: Any) -> Any:
    return (await office.data(OF_RUN, {"id": f"j_{number}"} | variables))["node"]


async def test_rules_are_found_and_filtered_and_sorted_in_the_database(shop: Office) -> None:
    row = await run(shop, minimumConfidence=0.5)
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["associationRules"])
    found = await of_run(shop, row.id)
    assert len(shop.sent) == 7  # the run; rules, and how many; their items, left and right; the products of either
    figures = {name: found[name] for name in ("basketCount", "itemCount", "longestBasket", "returnedCount", "minimumCount", "truncated",
                                              "byCategory", "unit", "algorithm", "warnings")}
    assert figures == {"basketCount": 11, "itemCount": 5, "longestBasket": 3, "returnedCount": 1, "minimumCount": 3, "truncated": False,
                       "byCategory": False, "unit": "TRANSACTION", "algorithm": "ECLAT", "warnings": []}
    assert [chart["name"] for chart in found["charts"]] == ["rules", "network"]
    nodes = found["rules"]["nodes"]
    assert found["rules"]["totalCount"] == found["ruleCount"] == len(nodes)
    assert [rule["lift"] for rule in nodes] == sorted((rule["lift"] for rule in nodes), reverse=True)
    by_sides = {(tuple(left), tuple(right)): rule for (left, right), rule in zip(sides(nodes), nodes, strict=True)}
    tea = by_sides[("S1",), ("S2",)]
    assert {name: tea[name] for name in ("count", "support", "confidence", "conviction", "run")} == {
        "count": 5, "support": 5 / 11, "confidence": 1.0, "conviction": None, "run": {"id": f"j_{row.id}"}}
    assert tea["lift"] == pytest.approx(11 / 6)
    assert tea["pValue"] == pytest.approx(6 / 462)  # 5 of 11 baskets chosen at random are all among those 6 with a pot
    await narrowed(shop, row.id, nodes)


async def narrowed(office: Office, number: int, every: list[dict[str, Any]]) -> None:
    async def ids(where: dict[str, Any], *order: dict[str, Any]) -> list[str]:
        found = await of_run(office, number, where=where, order=list(order))
        return [rule["id"] for rule in found["rules"]["nodes"]]

    def expected(chosen: Any) -> set[str]:
        return {rule["id"] for rule, (left, right) in zip(every, sides(every), strict=True) if chosen(rule, left, right)}

    assert set(await ids({"antecedentSku": {"eq": "S3"}})) == expected(lambda _, left, __: "S3" in left) != set()
    assert set(await ids({"consequentSku": {"in": ["S3", "S1"]}, "lift": {"gte": 1.3}})) == expected(
        lambda rule, _, right: {"S1", "S3"} & set(right) and rule["lift"] >= 1.3) != set()
    assert set(await ids({"antecedentCategory": {"eq": "饮品"}, "consequentCategory": {"startsWith": "茶"}})) == expected(
        lambda _, left, right: "S1" in left and {"S2", "S3"} & set(right)) != set()
    assert set(await ids({"conviction": {"isNull": True}})) == expected(lambda rule, *_: rule["conviction"] is None) != set()
    sorted_ids = await ids({"confidence": {"lt": 1}}, {"support": "DESC"}, {"pValue": "ASC"})
    assert sorted_ids == [rule["id"] for rule in sorted((rule for rule in every if rule["confidence"] < 1), key=lambda rule: (
        -rule["support"], rule["pValue"], int(rule["id"].removeprefix("ar_"))))]


async def test_itemsets_of_a_run(shop: Office) -> None:
    row = await run(shop)
    asked = f"""query I($id: ID!, $where: ItemsetWhere) {{ node(id: $id) {{ ... on RuleMiningRun {{ itemsets(first: 100, where: $where) {{
      totalCount nodes {{ id items {ITEMS} size count support closed maximal run {{ id }} }} }} }} }} }}"""
    every = (await shop.data(asked, {"id": f"j_{row.id}"}))["node"]["itemsets"]
    assert every["totalCount"] == len(every["nodes"])
    counts = {tuple(item["sku"] for item in one["items"]): one["count"] for one in every["nodes"]}
    assert counts == {("S1",): 5, ("S2",): 6, ("S3",): 5, ("S4",): 3, ("S5",): 3, ("S1", "S2"): 5, ("S1", "S3"): 3, ("S2", "S3"): 4,
                      ("S1", "S2", "S3"): 3}
    closed = (await shop.data(asked, {"id": f"j_{row.id}", "where": {"closed": True, "size": {"gte": 2}}}))["node"]["itemsets"]["nodes"]
    assert {tuple(item["sku"] for item in one["items"]) for one in closed} == {("S1", "S2"), ("S2", "S3"), ("S1", "S2", "S3")}
    one = every["nodes"][0]
    again = (await shop.data("query N($id: ID!) { node(id: $id) { ... on Itemset { size count } } }", {"id": one["id"]}))["node"]
    assert again == {"size": one["size"], "count": one["count"]}


async def test_what_is_bought_with_a_product(shop: Office) -> None:
    assert (await shop.data(OF_PRODUCT, {"id": f"p_{CUP}"}))["product"]["associated"] is None
    row = await run(shop, minimumConfidence=0.6, publish=True)
    draft = await run(shop, minimumConfidence=0.99)
    every = (await of_run(shop, row.id))["rules"]["nodes"]
    found = (await shop.data(OF_PRODUCT, {"id": f"p_{CUP}"}))["product"]["associated"]
    assert sorted(sides(found)) == sorted(pair for pair in sides(every) if "S3" in pair[0]) != []
    assert [rule["lift"] for rule in found] == sorted((rule["lift"] for rule in found), reverse=True)
    assert [rule["run"]["id"] for rule in found] == [f"j_{row.id}"] * len(found)
    assert (await shop.data(OF_PRODUCT, {"id": f"p_{CUP}", "first": 1}))["product"]["associated"] == found[:1]
    of_draft = (await shop.data(OF_PRODUCT, {"id": f"p_{CUP}", "run": f"j_{draft.id}"}))["product"]["associated"]
    assert 0 < len(of_draft) < len(found)
    assert (await shop.data(OF_PRODUCT, {"id": f"p_{FAN}"}))["product"]["associated"] == []
    page = f"query L($first: Int!) {{ products(first: $first) {{ nodes {{ sku associated {{ {RULE} }} }} }} }}"
    few = (await shop.data(page, {"first": 1}))["products"]["nodes"]
    for_one = len(shop.sent)
    many = (await shop.data(page, {"first": 100}))["products"]["nodes"]
    assert len(shop.sent) == for_one == 8  # products; the run; which rules; the rules; items, left and right; products of either
    assert many[0] == few[0]
    assert next(node for node in many if node["sku"] == "S3")["associated"] == found


async def test_what_to_offer_a_customer_next(shop: Office) -> None:
    row = await run(shop, publish=True)
    assert row.status is JobStatus.SUCCEEDED

    async def offered(customer: int, **more: Any) -> Any:
        return (await shop.data(OF_CUSTOMER, {"id": f"c_{customer}"} | more))["customer"]["nextProducts"]

    assert sides(await offered(5)) == [(["S2"], ["S3"])]  # has tea and a pot: of three rules for a cup the most confident
    assert sides(await offered(9)) == [(["S2"], ["S1"])]
    assert await offered(1) == await offered(2) == []  # have all that goes together; the first bought the cup later
    assert await offered(8) == []  # brought the tea back
    assert len(await offered(9, first=1)) == 1
    refuse(shop.database, 5, False)
    assert await offered(5) is None
    refuse(shop.database, 9, False, True)
    assert await offered(9)
    page = f"query L($first: Int!) {{ customers(first: $first) {{ nodes {{ name nextProducts {{ {RULE} }} }} }} }}"
    await shop.data(page, {"first": 1})
    for_one = len(shop.sent)
    await shop.data(page, {"first": 100})
    assert len(shop.sent) == 9  # customers; the run; consents; which rules; the rules; items, left and right; products of either
    assert for_one <= 9


async def test_by_category_and_by_customer(shop: Office) -> None:
    row = await run(shop, byCategory=True, unit="CUSTOMER_WINDOW", windowDays=30, minimumSupport=0.5, publish=True)
    found = await of_run(shop, row.id)
    assert (found["basketCount"], found["unit"], found["byCategory"]) == (8, "CUSTOMER_WINDOW", True)
    assert sides(found["rules"]["nodes"]) == [(["饮品"], ["茶具"]), (["茶具"], ["饮品"])]
    assert {item["__typename"] for rule in found["rules"]["nodes"] for item in rule["antecedent"]} == {"ProductCategory"}
    assert len(found["warnings"]) == 2
    assert sides((await shop.data(OF_PRODUCT, {"id": f"p_{POT}"}))["product"]["associated"]) == [(["茶具"], ["饮品"])]
    assert sides((await shop.data(OF_CUSTOMER, {"id": "c_9"}))["customer"]["nextProducts"]) == [(["茶具"], ["饮品"])]
    by_name = await of_run(shop, row.id, where={"antecedentCategory": {"eq": "饮品"}})
    assert sides(by_name["rules"]["nodes"]) == [(["饮品"], ["茶具"])]
    assert (await of_run(shop, row.id, where={"antecedentSku": {"eq": "S1"}}))["rules"]["nodes"] == []


async def test_only_some_transactions_and_again_on_the_same_data(shop: Office) -> None:
    basket = {"occurredAt": {"gte": "2024-05-02T00:00:00Z"}, "productId": {"in": [f"p_{TEA}", f"p_{SILK}"]}}
    row = await run(shop, basket=basket)
    found = await of_run(shop, row.id)
    assert (found["basketCount"], found["itemCount"], found["returnedCount"]) == (6, 5, 1)
    assert row.snapshot
    counts = {one["entity"]: one["count"] for one in (await shop.data(
        f'{{ node(id: "j_{row.id}") {{ ... on RuleMiningRun {{ snapshot {{ rowCounts {{ entity count }} }} }} }} }}'))[
        "node"]["snapshot"]["rowCounts"]}
    assert counts == {"transactionLines": 15, "products": 5}
    answer = (await shop.data(RERUN, {"id": f"j_{row.id}", "fresh": False}))["analysisRunRerun"]
    again = await ended(shop.database, int(answer["run"]["id"].removeprefix("j_")))
    assert (again.status, again.result_digest, again.snapshot["digest"]) == (  # type: ignore[index]  # it has one
        JobStatus.SUCCEEDED, row.result_digest, row.snapshot["digest"])
    everything = await run(shop)
    assert everything.snapshot
    assert everything.snapshot["digest"] != row.snapshot["digest"]


async def test_what_is_refused_and_what_fails(shop: Office) -> None:
    refused = (await started(shop, minimumSupport=0.0))["userErrors"]
    assert [(one["code"], one["path"]) for one in refused] == [("INVALID", ["input", "minimumSupport"])]
    answer = await shop.ask(OF_PRODUCT, {"id": f"p_{TEA}", "first": 0})
    assert answer.refusals == [("INVALID", ["product", "associated"])]
    few = await run(shop, minimumSupport=0.9)
    assert (few.status, few.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")
    forget_sales(shop.database)
    none = (await started(shop))["userErrors"]
    assert [one["code"] for one in none] == ["INSUFFICIENT_DATA"]


async def test_who_may_not_see_purchases_sees_no_rules(shop: Office) -> None:
    row = await run(shop, publish=True)
    blind = EVERYTHING - {"commerce.read"}
    assert (await shop.ask(OF_CUSTOMER, {"id": "c_5"}, allowed=blind)).refusals == [("FORBIDDEN", ["customer", "nextProducts"])]
    asked = f'{{ node(id: "j_{row.id}") {{ ... on RuleMiningRun {{ ruleCount rules {{ nodes {{ id }} }} }} }} }}'
    answer = await shop.ask(asked, allowed=blind)
    assert answer.refusals == [("FORBIDDEN", ["node", "rules"])]


async def test_both_databases_find_the_same(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, opened_shop(database, tmp_path / database.dialect) as office:
            digests.append((await run(office)).result_digest)
    assert digests[0] == digests[1] is not None


@pytest.mark.slow
async def test_baskets_that_explode_end_the_run_and_nothing_else(sqlite_database: Database, tmp_path: Path) -> None:
    """Forty products that always sell together make 2 to the power of 40 itemsets, of which neither is kept before the others."""
    async with opened_shop(sqlite_database, tmp_path, seconds=20) as shop:
        sell_the_same(sqlite_database, products=40, times=6)
        by_library = await run(shop, algorithm="APRIORI")
        assert (by_library.status, by_library.error_code) == (JobStatus.FAILED, "TIMED_OUT")
        assert str(by_library.error_message).startswith("It took longer than the 20 s that a run may take.")
        own = await run(shop, algorithm="ECLAT")
        assert (own.status, own.error_code) == (JobStatus.FAILED, "INVALID")
        assert "More than 100,000 itemsets (the setting most_itemsets) are in 6 of 17 baskets or more" in str(own.error_message)
        assert (await run(shop, maxLength=2)).status is JobStatus.SUCCEEDED
