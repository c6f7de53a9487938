"""Exposure to conflict against a walk that is followed step by step, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from plugins.graph.conflict.exposure import exposure
from tests.plugins.graph.networks import Network, both_ways, network, networks


def expected(one: Network, strength: list[float], decay: float, steps: int) -> list[float]:
    """For each node, where it is likely to be after every step."""
    ties: list[list[tuple[int, float]]] = [[] for _ in range(one.n)]
    for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True):
        ties[a].append((b, weight))
    found = []
    for node in range(one.n):
        there, total = {node: 1.0}, strength[node]
        for step in range(1, steps + 1):
            next_: dict[int, float] = {}
            for at, chance in there.items():
                out = sum(weight for _, weight in ties[at])
                for to, weight in ties[at] if out else ():
                    next_[to] = next_.get(to, 0.0) + chance * weight / out
            there = next_
            total += decay ** step * sum(chance * strength[at] for at, chance in there.items())
        found.append(total)
    return found


@given(networks(), st.lists(st.floats(0, 50), min_size=12, max_size=12), st.floats(0, 1), st.integers(0, 5))
def test_every_step_is_the_mean_of_where_it_leads(one: Network, strength: list[float], decay: float, steps: int) -> None:
    found = exposure(one.n, one.matrix(), np.array(strength[:one.n]), decay, steps)
    assert found.tolist() == pytest.approx(expected(one, strength, decay, steps))


def test_a_chain_by_hand() -> None:
    """Somebody with conflicts of 8, a friend, and a friend of the friend; a stranger hears nothing."""
    chain = both_ways(network(4, [(0, 1, 1.0), (1, 2, 1.0)]))
    one_step = exposure(4, chain.matrix(), np.array([8.0, 0, 0, 0]), steps=1)
    assert one_step.tolist() == [8, 2, 0, 0]  # the friend has two neighbours: half of 8, half as much again
    assert exposure(4, chain.matrix(), np.array([8.0, 0, 0, 0])).tolist() == [8 + 8 / 4 / 2, 2 + 8 / 8 / 2, 1, 0]


def test_nobody_and_no_ties() -> None:
    assert exposure(0, csr_array((0, 0)), np.zeros(0)).tolist() == []
    assert exposure(2, csr_array((2, 2)), np.array([0.0, 3.0])).tolist() == [0, 3]


@pytest.mark.parametrize(("strength", "weight", "decay", "steps", "why"), [
    ([1.0], 1.0, 0.5, 1, "must be 2 by 2"), ([0.0, -1.0], 1.0, 0.5, 1, "not negative"), ([0.0, 1.0], -1.0, 0.5, 1, "not negative"),
    ([0.0, float("nan")], 1.0, 0.5, 1, "finite"), ([0.0, 1.0], float("inf"), 0.5, 1, "finite"), ([0.0, 1.0], 1.0, 1.5, 1, "decay must be"),
    ([0.0, 1.0], 1.0, 0.5, -1, "steps not negative"), ([1e308, 1e308], 1.0, 1.0, 1, "more than a float holds"),
])
def test_what_cannot_be_reckoned_with_is_refused(strength: list[float], weight: float, decay: float, steps: int, why: str) -> None:
    matrix = network(2, [(0, 1, weight), (1, 0, weight)]).matrix()
    with np.errstate(over="ignore"), pytest.raises(ValueError, match=why):
        exposure(2, matrix, np.array(strength), decay, steps)
