"""Friends and foes."""

from typing import Any

import numpy as np

from plugins.recommend.ties import ties


def of(*edges: tuple[int, int, float, int], use_weights: bool = True) -> tuple[Any, Any]:
    source, target, weight, sign = (np.array(column) for column in zip(*edges, strict=True))
    found = ties(4, source, target, weight, sign, use_weights=use_weights)
    return found.friends.toarray().tolist(), found.foes.toarray().tolist()


def test_parallel_ties_add_up_both_ways_and_loops_count_nothing() -> None:
    friends, foes = of((0, 1, 2.0, 1), (1, 0, 0.5, 0), (2, 2, 9.0, 1), (1, 2, 3.0, 1))
    assert friends == [[0, 2.5, 0, 0], [2.5, 0, 3, 0], [0, 3, 0, 0], [0, 0, 0, 0]]
    assert not np.any(foes)


def test_one_conflict_outweighs_any_friendship() -> None:
    friends, foes = of((0, 1, 9.0, 1), (1, 0, 0.1, -1), (2, 3, 1.0, 1))
    assert friends == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    assert foes == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_without_weights_every_pair_counts_the_same() -> None:
    friends, _ = of((0, 1, 2.0, 1), (1, 0, 5.0, 1), (1, 2, 0.0, 1), use_weights=False)
    assert friends == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    weighed, _ = of((1, 2, 0.0, 1), (0, 1, 1.0, 1))
    assert weighed[1][2] == 0
