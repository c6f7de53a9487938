"""Rank and percentile against counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.metrics.ranks import standing


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0, 1)))
def test_they_count_who_is_higher_and_who_is_not(values: list[float]) -> None:
    rank, percentile = standing(np.array(values, np.float64))
    assert rank.tolist() == [1 + sum(other > value for other in values) for value in values]
    assert percentile.tolist() == pytest.approx([100 * sum(other <= value for other in values) / len(values) for value in values])


def test_equals_share_a_rank_and_the_next_one_skips() -> None:
    rank, percentile = standing(np.array([0.5, 0.9, 0.5, 0.1]))
    assert rank.tolist() == [2, 1, 2, 4]
    assert percentile.tolist() == [75, 100, 75, 25]
