"""Measures of a list beside what was bought: by hand, and beside scikit-learn."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.metrics import ndcg_score

from plugins.recommend.blending import Lists, places
from plugins.recommend.evaluation import Quality, moment, next_purchases, quality


def matrix(rows: Any) -> csr_array:
    return csr_array(np.asarray(rows, np.float64))


def lists(*each: list[int]) -> Lists:
    customer = np.repeat(np.arange(len(each)), [len(one) for one in each])
    item = np.array([item for one in each for item in one], np.int64)
    return Lists(customer, item, places(customer), np.zeros(len(item)), np.zeros(len(item), np.int64))


def test_by_hand() -> None:
    """The first bought 0 and 3 and was recommended 0 on top; the second bought 1 and was recommended it third; the third none of hers;
    the fourth is not in the test."""
    wanted = matrix([[1, 0, 0, 1, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]])
    found = quality(lists([0, 1, 2], [0, 2, 1], [0, 1], []), wanted, 3, 10)
    best_of_two = 1 + 1 / np.log2(3)
    assert found == Quality(hit_rate=pytest.approx(2 / 3), precision=pytest.approx((1 / 3 + 1 / 3 + 0) / 3),
                            recall=pytest.approx((1 / 2 + 1 + 0) / 3), ndcg=pytest.approx((1 / best_of_two + 0.5 + 0) / 3), coverage=0.3)


def test_the_best_list_there_is() -> None:
    found = quality(lists([0, 1], [1, 2]), matrix([[1, 1, 1], [0, 1, 1]]), 2, 3)
    assert found == Quality(1, 1, pytest.approx((2 / 3 + 1) / 2), 1, 1)


@given(st.integers(0, 2**32 - 1))
def test_ndcg_is_that_of_scikit_learn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    wanted = chance.random((5, 12)) < 0.3
    wanted[:, 0] |= ~wanted.any(axis=1)
    scores = chance.permuted(np.tile(np.arange(12.0), (5, 1)), axis=1)
    top = np.argsort(-scores, axis=1)[:, :6]
    found = quality(lists(*top.tolist()), matrix(wanted), 6, 12)
    assert found.ndcg == pytest.approx(ndcg_score(wanted, scores, k=6))
    assert 0 <= found.precision <= found.hit_rate <= 1
    assert found.recall <= found.hit_rate


def test_what_was_bought_next() -> None:
    before, after = matrix([[1, 0, 0], [0, 0, 0], [1, 1, 0]]), matrix([[1, 1, 0], [1, 0, 0], [0, 0, 1]])
    assert next_purchases(before, after).toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]
    assert next_purchases(before, after, again=True).toarray().tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]


def test_the_moment_of_the_split() -> None:
    assert moment(np.array([5, 1, 4, 2, 3]), 0.4) == 4
    assert moment(np.array([7]), 0.5) == 7
    assert moment(np.array([1, 2, 2, 2]), 0.25) == 2  # what is of one moment stays together: more than was asked for, rather than less


@given(st.lists(st.integers(0, 100), min_size=1), st.floats(0.01, 0.5))
def test_no_moment_is_cut_in_two(at: list[int], share: float) -> None:
    split = moment(np.array(at), share)
    assert split in at
    assert sum(one > split for one in at) <= share * len(at)
