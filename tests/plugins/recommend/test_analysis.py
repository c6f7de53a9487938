"""What a run recommends out of a snapshot: which purchases and relationships count, what is told on the way, and what is refused."""

from typing import Any

import pytest

from plugins.recommend.limits import Limits
from schema.analyses.contract import InsufficientData, InvalidParameters
from tests.plugins.graph.snapshots import Heard
from tests.plugins.recommend.bought import ANALYSIS, DAY, NOW, alike, found, line, lines, offered, only, snapshot, start, tie

# Tea, kettle and cups go together, and so do pen and paper; the sixth customer bought nothing.
SHOP = lines("abc", "ab", "de", "de", "bc")
GROWING = [line(customer, product, day) for customer in range(1, 11) for product, day in ((1, 1), (2, 2), (3 + customer % 2, 9))]


def test_what_goes_with_what_was_bought() -> None:
    result = found(snapshot(6, 5, SHOP), weights=only(itemNeighbours=1.0), kinds=["PRODUCT"])
    assert offered(result) == {2: "c", 5: "a"}
    first = result.tables["recommend_products"].to_pylist()[0]
    assert (first["method"], first["support"], first["because_id"], first["score"]) == ("ITEM_NEIGHBOURS", 2, 2, 1.0)
    assert result.tables["recommend_vias"].num_rows == 0  # nobody but products speaks for it


def test_what_those_buy_who_buy_alike() -> None:
    result = found(snapshot(6, 5, SHOP), weights=only(userNeighbours=1.0), kinds=["PRODUCT"])
    assert offered(result) == {2: "c", 5: "a"}
    vias = [(row["recommendation_id"], row["via_id"]) for row in result.tables["recommend_vias"].to_pylist()]
    assert vias == [(0, 1), (0, 5), (1, 1), (1, 2)]


def test_relations_weigh_and_a_competitors_purchase_does_not_recommend() -> None:
    ties = [tie(6, 1, weight=2.0), tie(6, 3, weight=3.0), tie(6, 4, sign=-1, weight=9.0, kind_id=2), tie(6, 5, sign=0)]
    taken = snapshot(6, 5, SHOP, ties)
    related = {"weights": only(relations=1.0), "kinds": ["PRODUCT"]}
    assert offered(found(taken, **related))[6] == "bcade"  # 1 and 5 bought b and c
    assert offered(found(taken, relations={"useWeights": True}, **related))[6] == "bcdea"
    assert offered(found(taken, relations={"kinds": ["friend"]}, **related))[6] == "bcade"
    competitor = snapshot(6, 5, SHOP, [tie(6, 3, sign=-1), tie(6, 3)])  # both trade and compete
    with pytest.raises(InsufficientData, match="nothing to recommend"):
        found(competitor, **related)


def test_whoever_is_at_odds_speaks_for_nothing_and_is_not_recommended() -> None:
    taken = snapshot(6, 5, SHOP, [tie(2, 1, sign=-1)])
    both = {"weights": only(userNeighbours=1.0, relations=0.1)}
    with_relations, without = found(taken, **both), found(taken, weights=only(userNeighbours=1.0))
    assert (alike(with_relations)[2], alike(without)[2]) == ([5], [1, 5])
    assert (alike(with_relations)[1], alike(without)[1]) == ([5], [2, 5])
    of_second = [row["via_id"] for row in with_relations.tables["recommend_vias"].to_pylist() if row["recommendation_id"] == 0]
    assert of_second == [5]
    assert "relationships" not in ANALYSIS.tables(start(weights=only(userNeighbours=1.0)))


def test_relationships_that_have_ended_do_not_count() -> None:
    taken = snapshot(6, 5, SHOP, [tie(6, 1, valid_to=NOW - DAY), tie(6, 3, valid_from=NOW - DAY)])
    assert offered(found(taken, weights=only(relations=1.0), kinds=["PRODUCT"]))[6] == "de"


def test_who_bought_nothing_is_offered_what_is_popular_with_their_like() -> None:
    traits = [(1, "city", "Leeds"), (2, "city", "Leeds"), (3, "city", "York"), (4, "city", "York"), (6, "city", "York")]
    taken = snapshot(7, 5, SHOP, traits=traits)
    small = Limits(smallest_group=2)
    result = found(taken, limits=small)
    rows = {row["product_id"]: row for row in result.tables["recommend_products"].to_pylist() if row["customer_id"] == 6}
    assert offered(result)[6] == "de"
    assert (rows[4]["method"], rows[4]["support"], rows[4]["trait"], rows[4]["value"]) == ("POPULARITY", 2, "city", "York")
    assert offered(result)[7] == "bacde"  # nothing is known of the seventh
    assert result.summary["newcomerCount"] == 2
    assert offered(found(taken, limits=small, groupBy=["COUNTRY"]))[6] == offered(found(taken, limits=small, groupBy=[]))[6] == "bacde"
    assert [row["trait"] for row in found(taken, limits=small, groupBy=[]).tables["recommend_products"].to_pylist()] == [None] * len(
        found(taken, limits=small, groupBy=[]).tables["recommend_products"])
    assert "traits" not in ANALYSIS.tables(start(groupBy=[]))


def test_popularity_fills_up_behind_what_is_meant_for_the_customer() -> None:
    assert offered(found(snapshot(6, 5, SHOP)))[2] == "cde"


def test_what_was_bought_is_left_out_unless_it_is_wanted() -> None:
    taken = snapshot(6, 5, SHOP)
    for customer, shown in offered(found(taken)).items():
        bought = {"abc": 1, "ab": 2, "de": 3}
        assert not any(set(basket) & set(shown) for basket, who in bought.items() if who == customer)
    assert offered(found(taken, leaveOutBought=False, weights=only(itemNeighbours=1.0), kinds=["PRODUCT"]))[3] == "de"


def test_what_came_back_recommends_nothing() -> None:
    back = [*SHOP, line(1, 3, 5, -1.0), line(5, 3, 6, -1.0)]  # c came back from both who had it
    result = found(snapshot(6, 5, back))
    assert all("c" not in shown for shown in offered(result).values())
    assert result.summary["soldCount"] == 4


def test_products_that_are_left_out_are_not_looked_at() -> None:
    result = found(snapshot(6, 5, SHOP), leaveOutSkus=["S2", "unknown"])
    assert all("b" not in shown for shown in offered(result).values())
    assert (result.summary["soldCount"], result.summary["purchaseCount"]) == (4, 8)


def test_customers_like_a_customer() -> None:
    result = found(snapshot(6, 5, SHOP), kinds=["CUSTOMER"])
    assert alike(result) == {1: [2, 5], 2: [1, 5], 3: [4], 4: [3], 5: [1, 2]}
    first = result.tables["recommend_customers"].to_pylist()[0]
    assert (first["support"], first["method"], first["score"]) == (2, "USER_NEIGHBOURS", 1.0)
    assert list(result.tables) == ["recommend_customers", "recommend_vias"]
    assert (ANALYSIS.slots(start(kinds=["CUSTOMER"])), ANALYSIS.slots(start())) == (
        ["recommendedCustomers"], ["recommendedProducts", "recommendedCustomers"])


def test_customers_who_are_tied_to_the_same() -> None:
    ties = [tie(1, 6), tie(3, 6), tie(1, 2), tie(3, 2)]
    result = found(snapshot(6, 5, SHOP, ties), kinds=["CUSTOMER"], weights=only(relations=1.0))
    assert alike(result) == {1: [3], 2: [6], 3: [1], 6: [2]}
    assert [(row["method"], row["support"]) for row in result.tables["recommend_customers"].to_pylist()] == [("RELATIONS", 2)] * 4
    assert [(row["recommendation_id"], row["via_id"]) for row in result.tables["recommend_vias"].to_pylist()][:2] == [(0, 2), (0, 6)]


def test_numbers_of_both_kinds_do_not_meet() -> None:
    result = found(snapshot(6, 5, SHOP, [tie(1, 6), tie(3, 6)]))
    ids = [row["id"] for table in ("recommend_products", "recommend_customers") for row in result.tables[table].to_pylist()]
    assert ids == list(range(len(ids)))
    assert {row["recommendation_id"] for row in result.tables["recommend_vias"].to_pylist()} <= set(ids)


def test_no_more_than_were_asked_for() -> None:
    result = found(snapshot(6, 5, SHOP), perCustomer=1)
    assert {len(shown) for shown in offered(result).values()} == {1}
    assert {len(shown) for shown in alike(result).values()} == {1}
    assert result.summary["productCount"] == result.tables["recommend_products"].num_rows


@pytest.mark.parametrize("similarity", ["COSINE", "JACCARD", "BM25"])
def test_the_same_again(similarity: str) -> None:
    once, again = (found(snapshot(10, 5, GROWING), similarity=similarity, testShare=0.3) for _ in range(2))
    assert once.tables == again.tables
    assert once.summary == again.summary


def test_the_latest_purchases_are_hidden_from_the_test() -> None:
    """Everybody bought a and b, then one half c and the other half d: what they were tied to by then tells which, if ties count."""
    ties = [tie(a, b) for a in range(1, 11) for b in range(1, a) if (a - b) % 2 == 0]
    pioneers = [line(customer, 3 + customer % 2, 3) for customer in (1, 2)]
    result = found(snapshot(10, 5, [*GROWING, *pioneers], ties), testShare=0.25, perCustomer=1)
    test = {one.pop("method"): one for one in result.summary["test"]}
    assert list(test) == [
        "ITEM_NEIGHBOURS", "USER_NEIGHBOURS", "RULES", "RELATIONS", "POPULARITY", "BLEND", "BLEND_WITHOUT_RELATIONS", "BEST_SELLERS"]
    assert result.summary["splitAt"] == (NOW + 9 * DAY).isoformat()
    assert result.summary["testedCount"] == 8  # the two had bought it before
    assert test["RELATIONS"] == {"hitRate": 1.0, "precision": 1.0, "recall": 1.0, "ndcg": 1.0, "coverage": 0.5}
    assert test["BEST_SELLERS"] == {"hitRate": 0.5, "precision": 0.5, "recall": 0.5, "ndcg": 0.5, "coverage": 0.25}
    assert test["BLEND"]["hitRate"] == 1 > test["BLEND_WITHOUT_RELATIONS"]["hitRate"] == 0.5
    assert [(one.name, one.value, one.baseline) for one in result.metrics][:5] == [
        (name, test["BLEND"][name], test["BEST_SELLERS"][name]) for name in ("hitRate", "precision", "recall", "ndcg", "coverage")]
    assert len(result.metrics) == 35


def test_relationships_of_later_are_hidden_from_the_test_too() -> None:
    later = [tie(a, b, valid_from=NOW + 9.5 * DAY) for a in range(1, 11) for b in range(1, a) if (a - b) % 2 == 0]
    pioneers = [line(customer, 3 + customer % 2, 3) for customer in (1, 2)]
    taken = snapshot(10, 5, [*GROWING, *pioneers], later)
    taken.as_of = NOW + 10 * DAY
    test = {one["method"]: one["hitRate"] for one in found(taken, testShare=0.25, perCustomer=1).summary["test"]}
    assert test["BLEND"] == test["BLEND_WITHOUT_RELATIONS"] == 0.5 > test["RELATIONS"] == 0
    assert set(alike(found(taken, kinds=["CUSTOMER"], weights=only(relations=1.0)))) == set(range(1, 11))  # now they hold


def test_what_is_told_on_the_way() -> None:
    heard = Heard()
    found(snapshot(6, 5, SHOP), heard, testShare=0.2, limits=Limits(most_buyers=2, most_bought=2))
    assert list(dict.fromkeys(stage for stage, _, _ in heard.stages)) == [
        "reading purchases", "looking for products", "recommending products", "looking for customers", "recommending customers", "testing"]
    assert any("more than 2 customers bought" in text and text.endswith("1 of them.") for text in heard.warnings)
    assert any("more than 2 products" in text and text.endswith("1 of them.") for text in heard.warnings)
    assert any(text.startswith("The methods were not tested: that takes at least 5 customers") for text in heard.warnings)


def test_a_blend_that_guesses_badly_is_called_so() -> None:
    """Everybody buys at last what all others have bought long since, and nothing that goes with what they bought before."""
    sold = [line(customer, 5, 1) for customer in range(1, 11)] + [line(customer, 1, 1) for customer in range(11, 31)]
    sold += [line(customer, 2 + customer % 3, 1) for customer in range(1, 11)] + [line(customer, 1, 9) for customer in range(1, 11)]
    heard = Heard()
    result = found(snapshot(30, 5, sold), heard, testShare=0.2, perCustomer=1)
    assert result.metrics[0].value < result.metrics[0].baseline == 1
    assert any("do not rely on the recommendations" in text for text in heard.warnings)


@pytest.mark.parametrize(("customers", "products", "sold", "given", "text"), [
    (3, 2, [], {}, "None of the 3 customers of this run bought, and kept, any of 2 products"),
    (3, 2, [line(0, 1, 1)], {}, "of 1 lines of transactions 0 are theirs"),
    (3, 2, [line(1, 1, 1), line(1, 1, 2, -1.0)], {}, "None of the 3 customers"),
    (3, 1, lines("a", "a", "a"), {"kinds": ["PRODUCT"]}, "3 of 3 customers bought 1 products"),
    (3, 1, lines("a"), {"leaveOutSkus": ["S1"]}, "any of 0 products"),
    (2, 2, lines("a", "b"), {"weights": only(itemNeighbours=1.0), "kinds": ["PRODUCT"]}, "ITEM_NEIGHBOURS"),
], ids=["no purchases", "nobody known bought", "all came back", "everybody has it", "left out", "nothing shared"])
def test_where_there_is_nothing_to_recommend(customers: int, products: int, sold: list[Any], given: dict[str, Any], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        found(snapshot(customers, products, sold), **given)


def test_one_product_is_offered_to_who_does_not_have_it() -> None:
    assert offered(found(snapshot(3, 1, lines("a", "a")))) == {3: "a"}


def test_an_unknown_kind_of_relationship() -> None:
    with pytest.raises(InvalidParameters, match="enemy"):
        found(snapshot(6, 5, SHOP), relations={"kinds": ["enemy"]})


@pytest.mark.parametrize(("given", "path"), [
    ({"perCustomer": 0}, ("perCustomer",)), ({"perCustomer": 51}, ("perCustomer",)), ({"neighbours": 0}, ("neighbours",)),
    ({"neighbours": 501}, ("neighbours",)), ({"testShare": -0.1}, ("testShare",)), ({"testShare": 0.6}, ("testShare",)),
    ({"testShare": float("nan")}, ("testShare",)), ({"kinds": []}, ("kinds",)), ({"weights": only()}, ("weights",)),
    ({"weights": {"itemNeighbours": -1.0}}, ("weights", "itemNeighbours")),
    ({"weights": {"relations": float("inf")}}, ("weights", "relations")),
    ({"weights": {"popularity": 101.0}}, ("weights", "popularity")), ({"weights": only(popularity=1.0)}, ("weights",)),
    ({"relations": {"kinds": []}}, ("relations", "kinds")), ({"leaveOutSkus": ["x"] * 1001}, ("leaveOutSkus",)),
])
def test_parameters_out_of_bounds(given: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameters) as caught:
        start(**given)
    assert caught.value.path == path


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    small, large = ({"customers": n, "products": n // 5, "transactionLines": 20 * n, "relationships": n} for n in (1000, 100_000))
    little, much = (ANALYSIS.estimate(counts, start(testShare=0.2)) for counts in (small, large))
    assert (little.rows, much.rows) == (22_000, 2_200_000)
    assert little.memory < much.memory < 4e9
    assert little.seconds < much.seconds
    assert ANALYSIS.estimate(large, start()).seconds < much.seconds
    assert ANALYSIS.estimate(large, start(perCustomer=50, testShare=0.2)).memory > much.memory
