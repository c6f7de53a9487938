"""What must be refused is refused with a code and a path, and nothing that a client sends is a failure of the server."""

import base64
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.errors import RequestError
from tests.schema.querying.asking import Asker

BAD = "BAD_USER_INPUT"
NOISE = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary().map(lambda b: base64.urlsafe_b64encode(b).decode()))
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CUSTOMERS = "query($w: CustomerWhere) { customers(where: $w) { totalCount } }"
PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $o: [CustomerOrder!]) {
 customers(first: $first, after: $after, last: $last, before: $before, orderBy: $o) { nodes { id } pageInfo { endCursor } } }"""


def nested(levels: int) -> dict[str, Any]:
    where: dict[str, Any] = {"name": {"eq": "x"}}
    for _ in range(levels):
        where = {"not": where}
    return where


@pytest.mark.parametrize("where", [
    None, {}, {"and": []}, {"or": []}, {"and": [{}]}, {"or": [{"name": {"eq": "x"}}, {}]}, {"not": {}}, {"not": None}, {"name": None},
    {"name": {}}, {"name": {"eq": None}}, {"name": {"in": None}}, {"id": {"in": [None]}}, {"kind": {}}, {"createdAt": {}}, {"search": None},
    {"search": ""}, {"search": " \u3000 "}, {"name": {"contains": ""}}, {"name": {"startsWith": ""}}, {"name": {"eq": "a\0"}},
    {"name": {"in": ["\0"]}}, {"purchaseTotal": {}},
    {"purchaseTotal": {"currency": "GBP"}}, {"id": {"eq": "p_1"}}, {"id": {"eq": "7"}}, {"id": {"in": ["c_1", "c_x"]}},
    {"id": {"eq": "c_9223372036854775808"}}, {"id": {"eq": "c_-1"}}, {"ownerId": {"eq": "c_1"}}, {"id": {"in": ["c_1"] * 1001}},
    {"name": {"in": ["x"] * 1001}}, {"kind": {"eq": "BOTH"}}, {"purchaseTotal": {"gt": 5}}, {"createdAt": {"gte": "yesterday"}},
    {"createdAt": {"gte": "2024-01-01T00:00:00"}}, {"nobody": {"eq": 1}}, {"relatedTo": {}}, {"relatedTo": None},
    *({"relatedTo": {"customerId": "c_1"} | more} for more in (
        {"customerId": "p_1"}, {"customerId": "1"}, {"customerId": "c_9223372036854775808"}, {"customerId": ""}, {"maxHops": 0},
        {"maxHops": 5}, {"maxHops": -1}, {"maxHops": None}, {"maxHops": 1.5}, {"kinds": []}, {"kinds": None}, {"kinds": [None]},
        {"kinds": ["a\0"]}, {"kinds": ["trust"] * 101}, {"sign": None}, {"sign": "GOOD"}, {"asOf": None}, {"asOf": "2024-01-01"})),
    {"or": [{"name": {"eq": "x"}}] * 101}, nested(21),
])
async def test_filters_that_could_mean_everything_or_nothing(asker: Asker, where: Any) -> None:
    answer = await asker.ask(CUSTOMERS, {"w": where})
    assert [code for code, _ in answer.refusals] == [BAD]
    assert not answer.data or answer.data["customers"] is None


async def test_bounds_of_filters_are_allowed(asker: Asker) -> None:
    largest = {"id": {"eq": "c_9223372036854775807"}}
    for where in ({"or": [{"name": {"eq": "x"}}] * 100}, nested(20), {"id": {"in": ["c_1"] * 1000}}, largest):
        await asker.data(CUSTOMERS, {"w": where})


async def test_a_filter_that_is_left_out_means_everything(asker: Asker) -> None:
    assert (await asker.data(CUSTOMERS))["customers"]["totalCount"] == 240


@pytest.mark.parametrize("arguments", [
    {"first": 0}, {"first": -1}, {"first": 1001}, {"last": 0}, {"last": -5}, {"last": 1001}, {"first": 1, "last": 1},
    {"first": 1, "before": "x"}, {"last": 1, "after": "x"}, {"after": "x", "before": "y"}, {"first": 2**31}, {"o": [{}]}, {"o": [None]},
    {"o": [{"name": "ASC", "createdAt": "ASC"}]}, {"o": [{"name": None}]}, {"o": [{"name": "UP"}]}, {"o": [{"name": "ASC"}] * 9},
    {"after": ""}, {"after": "x"}, {"after": "é"}, {"before": "bm9uZQ=="}, {"after": "W10="}, {"after": "bnVsbA=="},
])
async def test_pages_that_cannot_be(asker: Asker, arguments: dict[str, Any]) -> None:
    answer = await asker.ask(PAGE, arguments)
    assert [code for code, _ in answer.refusals] == [BAD]


async def test_null_paging_arguments_count_as_left_out(asker: Asker) -> None:
    nothing = dict.fromkeys(("first", "after", "last", "before", "o"))
    assert (await asker.data(PAGE, nothing)) == await asker.data(PAGE)


def made(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


STAMPS = {"name": "Customer:,orderBy__0__name=SortDirection.ASC", "createdAt": "Customer:,orderBy__0__createdAt=SortDirection.ASC",
          "purchaseTotal": "Customer:,orderBy__0__purchaseTotal=SortDirection.ASC"}


@pytest.mark.parametrize("key", sorted(STAMPS))
async def test_the_stamps_that_are_tampered_with_are_the_real_ones(asker: Asker, key: str) -> None:
    page = await asker.data(PAGE, {"o": [{key: "ASC"}], "first": 1})
    stamp, _, id_ = orjson.loads(base64.urlsafe_b64decode(page["customers"]["pageInfo"]["endCursor"]))
    assert stamp == STAMPS[key]
    assert isinstance(id_, int)


STRANGE: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-2**63, 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.lists(st.none(), max_size=2),
    st.sampled_from(["2024-01-01T00:00:00", "2024-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "a\0b", "NaN"]))


@MANY
@given(key=st.sampled_from(sorted(STAMPS)), values=st.lists(STRANGE, min_size=1, max_size=3), way=st.sampled_from(["after", "before"]))
async def test_tampered_cursors_are_refused_or_harmless(asker: Asker, key: str, values: list[Any], way: str) -> None:
    answer = await asker.ask(PAGE, {"o": [{key: "ASC"}], way: made(STAMPS[key], *values)})
    assert {code for code, _ in answer.refusals} <= {BAD}


@MANY
@given(cursor=NOISE)
async def test_cursors_of_noise_are_refused(asker: Asker, cursor: str) -> None:
    assert await asker.refusals(PAGE, {"after": cursor}) == [(BAD, ["customers"])]


@pytest.mark.parametrize("values", [
    (STAMPS["name"], None, 1), (STAMPS["name"], "x", None), (STAMPS["name"], "x"), (STAMPS["name"], "x", 1, 2), (STAMPS["name"], 5, 1),
    (STAMPS["name"], "x", True), (STAMPS["name"], "x", 2**63), (STAMPS["name"], "x", 1.0), (STAMPS["name"], "a\0", 1),
    (STAMPS["createdAt"], "x", 1), ("Product:", "x", 1), (STAMPS["createdAt"], "2024-01-01T00:00:00Z", 1)])
async def test_cursors_of_other_lists_and_impossible_values_are_refused(asker: Asker, values: tuple[Any, ...]) -> None:
    assert await asker.refusals(PAGE, {"o": [{"name": "ASC"}], "after": made(*values)}) == [(BAD, ["customers"])]


async def test_a_cursor_of_another_list_of_the_same_type_is_refused(asker: Asker) -> None:
    cursors = await asker.data("{ transactions(first: 1) { pageInfo { endCursor } } }")
    query = "query($c: String) { customers { nodes { transactions(after: $c) { nodes { id } } } } }"
    assert await asker.refusals(query, {"c": cursors["transactions"]["pageInfo"]["endCursor"]}) == [(BAD, ["customers"])]


@pytest.mark.parametrize("id_", ["", "_", "c", "c_", "c_1x", "1", "c_１", "C_1", "x_1", "c_1_2", "c_ 1", "c_99999999999999999999", "é_1",
                                 "c_1\n"])
async def test_ids_that_are_none(asker: Asker, id_: str) -> None:
    query = "query($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } customer(ref: {id: $id}) { id } }"
    assert sorted(await asker.refusals(query, {"id": id_, "ids": ["c_1", id_]})) == [
        (BAD, ["customer"]), (BAD, ["node"]), (BAD, ["nodes"])]


async def test_ids_of_another_type(asker: Asker) -> None:
    query = '{ product(id: "c_1") { id } job(id: "p_1") { id } relationship(id: "j_1") { id } customer(ref: {id: "p_1"}) { id } }'
    assert len(await asker.refusals(query)) == 4
    assert (await asker.ask(query)).data == {"product": None, "job": None, "relationship": None, "customer": None}


async def test_too_many_ids(asker: Asker) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert await asker.refusals(query, {"ids": ["c_1"] * 1001}) == [(BAD, ["nodes"])]
    assert len((await asker.data(query, {"ids": ["c_1"] * 1000}))["nodes"]) == 1000


@pytest.mark.parametrize("by", ["[]", "[KIND, KIND, KIND, KIND]"])
async def test_groups_by_too_few_or_too_many_keys(asker: Asker, by: str) -> None:
    assert await asker.refusals(f"{{ customers {{ groups(by: {by}) {{ count }} }} }}") == [(BAD, ["customers"])]


async def test_an_email_of_two_customers_names_both(asker: Asker) -> None:
    answer = await asker.ask('query($r: CustomerRef!) { customer(ref: $r) { id } }', {"r": {"email": "someone1@example.test"}})
    assert answer.refusals == [("CONFLICT", ["customer"])]
    assert "c_1, c_201" in answer.errors[0].message


async def test_refusals_are_said_in_both_languages(asker: Asker) -> None:
    error = (await asker.ask("{ customers(first: 0) { totalCount } }")).errors[0].original_error
    assert isinstance(error, RequestError)
    assert error.text("zh") == "first 须在 1 与 1000 之间。"


@pytest.mark.parametrize(("language", "label"), [("en", "trusts"), ("zh", "信任")])
async def test_labels_in_the_callers_language(asker: Asker, language: str, label: str) -> None:
    answer = await asker.data("{ relationshipKinds { key label inverseLabel } serviceLevels { key name } }", language=language)
    assert {kind["key"]: kind["label"] for kind in answer["relationshipKinds"]}["trust"] == label
    names = {level["key"]: level["name"] for level in answer["serviceLevels"]}
    assert (names["level1"], names["level2"]) == ("银", "Bronze")  # the other language stands in
