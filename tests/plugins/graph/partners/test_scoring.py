"""Scores of unlinked pairs against networkx and by hand: who is proposed to whom, in which order, and through whom."""

import math
from typing import Any
from unittest import mock

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.metrics.communities import Ties
from plugins.graph.partners import contacts as contacts_module
from plugins.graph.partners.contacts import contacts, not_to_be_proposed, parts
from plugins.graph.partners.scoring import Proposals, proposals, totals
from tests.plugins.graph.partners.tied import METHODS, UNHURRIED, expected, graphs, in_networkx, pairs_of, ties_of

Row = tuple[int, int, Any, int, list[int]]  # node, partner, score, common contacts, via


def proposed(ties: Ties, method: str, most: int = 50, *, linked: Ties | None = None, most_ties: int = 1000) -> list[Row]:
    found = proposals(contacts(ties, method, most_ties), not_to_be_proposed(linked or ties), method, most, lambda *_: None)
    return rows_of(found)


def rows_of(found: Proposals) -> list[Row]:
    via: dict[int, list[int]] = {}
    for pair, one, position in zip(found.pair.tolist(), found.via.tolist(), found.via_position.tolist(), strict=True):
        via.setdefault(pair, []).append(one)
        assert position == len(via[pair])
    columns = (found.node.tolist(), found.partner.tolist(), found.score.tolist(), found.common.tolist())
    rows = [(node, partner, score, common, via.get(i, [])) for i, (node, partner, score, common) in enumerate(zip(*columns, strict=True))]
    at = [sum(other[0] == row[0] for other in rows[:i + 1]) for i, row in enumerate(rows)]
    assert found.position.tolist() == at
    return rows


def by_networkx(ties: Ties, method: str, most: int) -> list[Row]:
    """The definition, word by word."""
    graph, rows = in_networkx(ties), []
    for u in graph:
        shared = {v: list(networkx.common_neighbors(graph, u, v)) for v in graph if v != u and not graph.has_edge(u, v)}
        order = sorted((-ordering(graph, method, u, v), v) for v, through in shared.items() if through)
        for _, v in order[:most]:
            via = sorted(shared[v], key=lambda w: (graph.degree(w), w))[:3]
            rows.append((u, v, pytest.approx(expected(graph, method, u, v), abs=1e-8), len(shared[v]), via))
    return rows


def ordering(graph: networkx.Graph, method: str, u: int, v: int) -> float:
    """What is sorted by. Logarithms are rounded to 32 binary places, so that sums are exact whatever the order of their parts."""
    if method != "ADAMIC_ADAR":
        return expected(graph, method, u, v)
    return sum(round(2**32 / math.log(graph.degree(w))) for w in networkx.common_neighbors(graph, u, v))


@pytest.mark.parametrize("method", METHODS)
@UNHURRIED
@given(ties=graphs(), most=st.integers(1, 4))
def test_proposals_are_those_of_networkx(method: str, ties: Ties, most: int) -> None:
    assert proposed(ties, method, most) == by_networkx(ties, method, most)


@pytest.mark.parametrize("method", METHODS)
@UNHURRIED
@given(ties=graphs())
def test_parts_make_no_difference(method: str, ties: Ties) -> None:
    with mock.patch.object(contacts_module, "AT_ONCE", 3):
        piecewise = proposed(ties, method, 3)
    assert piecewise == proposed(ties, method, 3)


@UNHURRIED
@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 20))
def test_parts_cover_everything_and_fit(work: list[int], at_once: int) -> None:
    with mock.patch.object(contacts_module, "AT_ONCE", at_once):
        found = list(parts(np.array(work, np.int64)))
    assert [i for part in found for i in range(part.start, part.stop)] == list(range(len(work)))
    assert all(sum(work[part]) <= at_once or part.stop - part.start == 1 for part in found)


@UNHURRIED
@given(ties=graphs())
def test_the_score_of_any_pair(ties: Ties) -> None:
    """`totals`, which the test of a method uses, against networkx: linked pairs too."""
    graph = in_networkx(ties)
    u, v = (np.array(ends) for ends in zip(*[(a, b) for a in range(ties.n) for b in range(ties.n) if a != b], strict=True)) \
        if ties.n > 1 else (np.zeros(0, np.int64),) * 2
    found = totals(contacts(ties, "ADAMIC_ADAR", 1000), u, v)
    assert found == pytest.approx([expected(graph, "ADAMIC_ADAR", a, b) for a, b in zip(u.tolist(), v.tolist(), strict=True)], abs=1e-8)


def test_by_hand() -> None:
    """0 and 3 share 1, who knows two, and 2, who knows three; 4 knows 2 alone."""
    square = ties_of(5, [(0, 1), (0, 2), (1, 3), (2, 3), (2, 4)])
    adamic = 1 / np.log(2) + 1 / np.log(3)
    assert proposed(square, "ADAMIC_ADAR", 1) == [
        (0, 3, pytest.approx(adamic), 2, [1, 2]), (1, 2, pytest.approx(2 / np.log(2)), 2, [0, 3]),
        (2, 1, pytest.approx(2 / np.log(2)), 2, [0, 3]), (3, 0, pytest.approx(adamic), 2, [1, 2]),
        (4, 0, pytest.approx(1 / np.log(3)), 1, [2])]
    assert [row[2] for row in proposed(square, "JACCARD", 1)] == [1, 2 / 3, 2 / 3, 1, 1 / 2]
    assert [row[2] for row in proposed(square, "PREFERENTIAL_ATTACHMENT", 1)] == [4, 6, 6, 4, 2]


def test_of_equals_the_first_number_comes_first() -> None:
    star = ties_of(9, [(0, i) for i in range(1, 9)])
    assert [row[1] for row in proposed(star, "COMMON_NEIGHBOURS", 3) if row[0] == 5] == [1, 2, 3]


def test_equal_sums_of_logarithms_are_equal_in_any_order() -> None:
    """1 and 2 are to 0 the same: three contacts of degrees 3, 5 and 7 each, met in different orders."""
    pairs, degrees, n = [], {3: 3, 4: 5, 5: 7, 6: 7, 7: 3, 8: 5}, 9
    for contact, degree in degrees.items():
        pairs += [(0, contact), (1 if contact < 6 else 2, contact)]
        pairs += [(contact, n + i) for i in range(degree - 2)]
        n += degree - 2
    rows = [row for row in proposed(ties_of(n, pairs), "ADAMIC_ADAR") if row[0] == 0]
    assert [row[1] for row in rows[:2]] == [1, 2]
    assert rows[0][2] == rows[1][2]


def test_whoever_knows_nearly_everybody_brings_nobody_together() -> None:
    star = ties_of(6, [(0, i) for i in range(1, 6)] + [(1, 2), (2, 3)])
    of = contacts(star, "COMMON_NEIGHBOURS", 4)
    assert (of.passed_over, of.worth.tolist()) == (1, [0, 1, 1, 1, 1, 1])
    assert proposed(star, "COMMON_NEIGHBOURS", most_ties=4) == [(1, 3, 1, 1, [2]), (3, 1, 1, 1, [2])]
    assert proposed(star, "JACCARD", most_ties=4) == [(1, 3, 1, 1, [2]), (3, 1, 1, 1, [2])]
    assert proposed(star, "PREFERENTIAL_ATTACHMENT", most_ties=4) == [(1, 3, 4, 1, [2]), (3, 1, 4, 1, [2])]


def test_whoever_is_passed_over_gets_proposals_too() -> None:
    star = ties_of(7, [(0, i) for i in range(1, 6)] + [(1, 6)])
    assert proposed(star, "JACCARD", most_ties=4) == [(0, 6, 1 / 5, 1, [1]), (6, 0, 1 / 5, 1, [1])]


def test_who_is_linked_in_another_way_is_not_proposed() -> None:
    path = ties_of(4, [(0, 1), (1, 2), (2, 3)])
    at_odds = ties_of(4, [*pairs_of(path), (0, 2)])
    assert [row[:2] for row in proposed(path, "ADAMIC_ADAR", linked=at_odds)] == [(1, 3), (3, 1)]


@pytest.mark.parametrize("ties", [
    ties_of(0, []), ties_of(1, [(0, 0)]), ties_of(4, [(0, 1), (2, 3)]), ties_of(4, [(a, b) for a in range(4) for b in range(a)]),
], ids=["empty", "loop", "apart", "complete"])
def test_where_there_is_nobody_to_propose(ties: Ties) -> None:
    assert proposed(ties, "ADAMIC_ADAR") == []
