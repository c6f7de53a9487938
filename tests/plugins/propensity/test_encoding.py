"""From features to numbers: scales, what stands in for what is missing, words, and what tells nobody apart."""

import json
from dataclasses import replace

import numpy as np
import pytest

from guanxi import InvalidParameters
from plugins.propensity.encoding import Encoding, encoding
from tests.plugins.propensity.rows import column

NAN = float("nan")


def test_numbers_become_standard_deviations_and_missing_ones_the_median() -> None:
    made, _ = encoding([column("age", [1, 2, NAN, 9])])
    assert [term.name for term in made.terms] == ["age", "age (missing)"]
    matrix = made.apply([column("age", [1, 2, NAN, 9])])
    assert matrix.mean(0) == pytest.approx([0, 0])
    assert matrix.std(0) == pytest.approx([1, 1])
    given = np.array([1, 2, 2, 9.0])
    assert matrix[:, 0] == pytest.approx((given - given.mean()) / given.std())
    later = made.apply([column("age", [NAN, 5])])
    assert later[0, 0] == pytest.approx((2 - given.mean()) / given.std())  # the median is that of the examples
    assert made.terms[0].step == pytest.approx(given.std())


def test_skewed_numbers_become_logarithms() -> None:
    values = np.array([0, 9, 99, -9.0])
    made, _ = encoding([column("spent", values, skewed=True)])
    logs = np.array([0, np.log(10), np.log(100), -np.log(10)])
    assert made.apply([column("spent", values)])[:, 0] == pytest.approx((logs - logs.mean()) / logs.std())
    assert made.terms[0].step is None


def test_words_are_compared_with_the_most_frequent_one() -> None:
    values = ["shop", "web", "shop", None, "fair", "shop"]
    made, _ = encoding([column("where", values)])
    assert [term.name for term in made.terms] == ["where = (missing)", "where = fair", "where = web"]
    matrix = made.apply([column("where", [*values, "never seen"])])
    assert matrix[6].tolist() == matrix[0].tolist()  # an unknown word is as the usual one


def test_rare_words_are_taken_together() -> None:
    values = [f"w{at:02}" for at in range(20) for _ in range(20 - at)]
    made, _ = encoding([column("where", values)])
    assert len(made.terms) == 12
    assert made.terms[-1].name == "where = (others)"
    matrix = made.apply([column("where", ["w19", "w00", "unheard"])])
    assert matrix[0, -1] == matrix[2, -1] > 0 > matrix[1, -1]


def test_what_is_the_same_and_what_follows_from_others_is_left_out() -> None:
    one, two = np.array([1, 2, 3, 5.0]), np.array([1, 0, 0, 1.0])
    made, left = encoding([column("one", one), column("two", two), column("sum", 2 * one - two + 3), column("same", [4, 4, 4, 4]),
                           column("gone", [NAN] * 4)])
    assert [term.name for term in made.terms] == ["one", "two"]
    assert (left.same, left.implied) == (["same", "gone"], ["sum"])


def test_nothing_tells_anybody_apart() -> None:
    with pytest.raises(InvalidParameters, match="All features are the same for all customers who are learned from: a, b"):
        encoding([column("a", [1, 1]), column("b", ["x", "x"])])


def test_what_no_number_can_be_made_of_is_refused() -> None:
    with pytest.raises(InvalidParameters, match="age is infinite, or larger than"):
        encoding([column("age", [1, np.inf])])
    with pytest.raises(InvalidParameters, match="an id or free text"):
        encoding([column("note", [f"text {at}" for at in range(101)])])


def test_an_encoding_comes_back_from_json() -> None:
    columns = [column("age", [1, 2, NAN, 9]), column("where", ["a", "b", "b", None]), replace(column("paid", [3, 1, 4, 15]), skewed=True)]
    made, _ = encoding(columns)
    assert Encoding.of(json.loads(json.dumps(made.as_json()))).apply(columns).tolist() == made.apply(columns).tolist()
