"""How large a document may be: each limit, and that refusing costs nothing."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import get_introspection_query

from server.graphql.documents import Documents, Operation
from server.graphql.failures import Failure, Rejected
from server.graphql.limits import check_cost
from server.settings import Limits
from tests.server.sample import sample_schema

AT_ONCE = 0.5  # seconds of computing: 0.02 on an idle machine, several when a walk repeats what it has seen


@contextmanager
def at_once() -> Iterator[None]:
    """Computing takes less than AT_ONCE, not counting what other tests have left for the garbage collector."""
    gc.disable()
    started = time.thread_time()
    yield
    spent = time.thread_time() - started
    gc.enable()
    assert spent < AT_ONCE


def documents(**limits: Any) -> Documents:
    return Documents(sample_schema(), Limits(**limits))


def operation(text: str, name: str | None = None, **limits: Any) -> Operation:
    return documents(**limits).operation(text, name, hints=True)


def refused(text: str, **limits: Any) -> dict[str, Any]:
    with pytest.raises(Failure) as caught:
        operation(text, **limits)
    return caught.value.extensions or {}


def cost(text: str, **variables: Any) -> int:
    return operation(text).measure.cost.total(variables)


def doubling(times: int, body: str) -> str:
    """Fragments each of which spreads the next one twice; `body` says how."""
    chain = "".join(f"fragment F{i} on Thing{{{body.replace('NEXT', f'...F{i + 1}')}}}" for i in range(times))
    return f"{{thing{{...F0}}}}{chain}fragment F{times} on Thing{{name}}"


@pytest.mark.parametrize(
    ("limit", "most", "text", "value"),
    [
        ("depth", 3, "{thing{inner{inner{name}}}}", 4),
        ("depth", 3, "{thing{...A}} fragment A on Thing{inner{...B}} fragment B on Thing{inner{name}}", 4),
        ("depth", 3, "{thing{...on Thing{inner{...on Thing{inner{name}}}}}}", 4),
        ("introspectionDepth", 4, "{__schema{types{fields{type{name}}}}}", 5),
        ("rootFields", 2, "{a:hello b:hello ...R} fragment R on Query{c:hello}", 3),
        ("aliases", 2, "{a:hello ...R ...S} fragment R on Query{b:hello} fragment S on Query{...R}", 3),
        ("directives", 2, "{hello @skip(if:false) ...R @skip(if:false)} fragment R on Query{hello @include(if:true)}", 3),
        ("fields", 3, "{thing{name inner{name}}}", 4),
        ("repeats", 5, "{thing{name name name name}}", 6),
        ("repeats", 5, "{thing{inner{name} inner{name}}thing{inner{name} inner{name}}}", 13),
        ("operations", 1, "query A{hello} query B{hello}", 2),
        ("tokens", 10, "{hello hello hello hello hello hello hello hello hello}", 11),
        ("tokens", 10, "#\n" * 50 + "{hello}", 11),
        ("document", 100, "{hello" + " " * 100 + "}", 107),
    ],
)
def test_a_limit_is_named_with_what_was_given(limit: str, most: int, text: str, value: int) -> None:
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in limit)
    found = refused(text, **{name: most})
    assert found["code"] == "COST_EXCEEDED"
    assert (found["limit"], found["maximum"]) == (limit, most)
    assert most < found["value"] <= value if limit == "repeats" else found["value"] == value
    if limit not in ("tokens", "document"):
        operation(text, "A" if limit == "operations" else None, **{name: value})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(doubling(18, "NEXT NEXT"), id="doubled by spreading twice"),
        pytest.param(doubling(18, "inner{NEXT} other{NEXT}"), id="doubled by fields"),
        pytest.param(doubling(11, "inner{NEXT} other{NEXT}"), id="doubled within the depth"),
        pytest.param(doubling(18, "a:inner{NEXT} b:inner{NEXT}"), id="doubled by aliases"),
        pytest.param("{thing{" + "name " * 500 + "}}", id="one field 500 times"),
        pytest.param("{" + "hello " * 1990 + "}", id="one root field 1990 times"),
        pytest.param("{thing{" + ("inner{" + "name " * 20 + "}") * 20 + "}}", id="repeated within repeated"),
        pytest.param("{thing" + "{inner" * 900 + "}" * 900 + "}", id="900 levels"),
        pytest.param("{thing" + "{inner" * 60 + "}" * 60 + "}", id="60 levels"),
        pytest.param("{hello(name:" + "[" * 900 + "]" * 900 + ")}", id="lists in lists"),
        pytest.param("{hello " + "@skip(if:false) " * 300 + "}", id="300 directives"),
        pytest.param("{" * 99_999, id="braces"),
        pytest.param("{thing{...A}} fragment A on Thing{...B} fragment B on Thing{...A}", id="a circle"),
        pytest.param("{thing{...F0}}" + "".join(f"fragment F{i} on Thing{{...F{i + 1}}}" for i in range(240)), id="a chain of 240"),
        pytest.param("query(" + "".join(f"$v{i}:Int " for i in range(400)) + "){hello}", id="unused variables"),
        pytest.param("{" + " ".join(f"helo{i}" for i in range(20)) + "}", id="misspelt"),
        pytest.param("{things(first:" + "9" * 5000 + "){nodes{name}}}", id="a number of 5000 digits"),
    ],
)
def test_what_is_made_to_hurt_is_refused_at_once(text: str) -> None:
    prepared = documents()
    with at_once(), pytest.raises((Failure, Rejected)):
        prepared.operation(text, None, hints=True)


def test_the_worst_that_is_let_through_is_quick() -> None:
    """Just below the limits on repeats and tokens, where graphql-core compares fields pair by pair."""
    prepared, text = documents(), "{thing{" + "name " * 141 + "}}"
    with at_once():
        prepared.operation(text, None, hints=True)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{hello __typename}", 0),
        ("{thing{name}}", 1),
        ("{things{nodes{name}}}", 2 + 25),
        ("{things(first:50){nodes{name}}}", 2 + 50),
        ("{things(first:50,last:100){nodes{name}}}", 2 + 100),
        ("{things(first:50){nodes{things(first:5){nodes{inner{name}}}}}}", 2 + 50 * (1 + 2 + 5 * 2)),
        ("{byIds(ids:[1,2,3]){inner{name}}}", 1 + 3),
        ("{byIds(ids:1){inner{name}}}", 1 + 1),
        ("{things(first:0){nodes{name}}}", 2 + 1),
        ("{things(first:-9){nodes{name}}}", 2 + 1),
        ("{thing{...F ...F}} fragment F on Thing{inner{name}}", 3),
        ("{a:thing{name @skip(if:true)} b:thing @skip(if:true){name}}", 2),
        ("{__schema{types{name}}}", 5000),
        ("mutation{rename(name:\"x\")}", 0),
    ],
)
def test_cost(text: str, points: int) -> None:
    assert cost(text) == points


def test_a_variable_fills_in_the_page_size() -> None:
    text = "query($n:Int,$ids:[ID!]!){things(first:$n){nodes{name}} byIds(ids:$ids){inner{name}}}"
    assert cost(text, n=7, ids=["a", "b"]) == 2 + 7 + 1 + 2
    assert cost(text, n=None, ids=["a"]) == cost(text, ids=["a"]) == 2 + 25 + 1 + 1
    assert cost(text, n="many", ids=["a"]) == cost(text, ids=["a"])  # coercion will refuse it


def test_a_variables_default_counts_in_fragments_too_and_per_operation() -> None:
    text = "query A($n:Int=9){...F} query B($n:Int=4){...F} fragment F on Query{things(first:$n){nodes{name}}}"
    assert operation(text, "A").measure.cost.total({}) == 11
    assert operation(text, "B").measure.cost.total({}) == 6
    assert operation(text, "B").measure.cost.total({"n": 1}) == 3


def test_too_dear_with_these_variables() -> None:
    found = operation("query($n:Int){things(first:$n){nodes{name}}}").measure
    assert check_cost(found, {"n": 8}, Limits(cost=10)) == 10
    with pytest.raises(Failure) as caught:
        check_cost(found, {"n": 9}, Limits(cost=10))
    assert caught.value.extensions == {"code": "COST_EXCEEDED", "limit": "cost", "value": 11, "maximum": 10}


def test_the_usual_introspection_query_is_within_the_limits() -> None:
    found = operation(get_introspection_query(descriptions=True, input_value_deprecation=True, specified_by_url=True)).measure
    assert found.only_introspection
    assert check_cost(found, {}, Limits()) == 5000


def test_documents_are_kept_and_the_oldest_dropped() -> None:
    prepared = documents()
    first = prepared.operation("{hello}", None, hints=True)
    assert prepared.operation("{hello}", None, hints=True) is first
    for number in range(600):
        prepared.operation(f"{{a{number}:hello}}", None, hints=True)
    assert prepared.operation("{hello}", None, hints=True) is not first
