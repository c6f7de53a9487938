"""Signed triangles against published counts, and against looking at every three nodes."""

from itertools import combinations

import networkx
import numpy as np
import pytest
from hypothesis import given

from plugins.graph.conflict import balance
from plugins.graph.conflict.balance import RULES, Balance, TooManyWedges, signed_pairs, triangles
from tests.plugins.graph.conflict.signed import Signed, signed_networks
from tests.plugins.graph.networks import NEEDS_DATA, karate_club, rows

PUBLISHED = {"LEAVE_OUT": (22_859, 2_616, 4_821, 181), "NEGATIVE_WINS": (22_859, 4_511, 5_708, 415),
             "SIGN_OF_SUM": (23_365, 3_875, 5_378, 326)}


def found(one: Signed, rule: str) -> Balance:
    return triangles(one.n, *signed_pairs(one.n, one.source, one.target, one.weight, one.sign, rule))


def sign_of(one: Signed, a: int, b: int, rule: str) -> int:
    """By the words of the rule, from the ties of one pair."""
    ties = [(weight, sign) for x, y, weight, sign in one.ties if {x, y} == {a, b} and weight > 0 and sign != 0]
    signs = {sign for _, sign in ties}
    if rule == "SIGN_OF_SUM":
        return int(np.sign(sum(weight * sign for weight, sign in ties)))
    if len(signs) == 2:
        return 0 if rule == "LEAVE_OUT" else -1
    return signs.pop() if signs else 0


def expected(one: Signed, rule: str) -> list[int]:
    counts = [0, 0, 0, 0]
    for a, b, c in combinations(range(one.n), 3):
        signs = [sign_of(one, *pair, rule) for pair in ((a, b), (b, c), (a, c))]
        if all(signs):
            counts[signs.count(-1)] += 1
    return counts


def counts_of(one: Balance) -> list[int]:
    return [one.all_positive, one.two_positive, one.one_positive, one.all_negative]


@pytest.mark.parametrize("rule", RULES)
@given(one=signed_networks())
def test_every_three_nodes_are_looked_at(one: Signed, rule: str) -> None:
    assert counts_of(found(one, rule)) == expected(one, rule)


@given(one=signed_networks())
def test_pairs_are_there_once_and_in_order(one: Signed) -> None:
    low, high, sign = signed_pairs(one.n, one.source, one.target, one.weight, one.sign, "NEGATIVE_WINS")
    pairs = list(zip(low.tolist(), high.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(a < b for a, b in pairs)
    assert set(sign.tolist()) <= {1, -1}


def test_the_rules_by_hand() -> None:
    """One pair with 2 for and 3 against, in a triangle whose other sides are friendly."""
    one = Signed(3, [(0, 1, 2.0, 1), (1, 0, 3.0, -1), (1, 2, 1.0, 1), (2, 0, 1.0, 1)])
    assert counts_of(found(one, "LEAVE_OUT")) == [0, 0, 0, 0]
    assert counts_of(found(one, "NEGATIVE_WINS")) == counts_of(found(one, "SIGN_OF_SUM")) == [0, 1, 0, 0]
    even = Signed(3, [(0, 1, 0.1, 1), (0, 1, 0.2, 1), (1, 0, 0.3, -1), (1, 2, 1.0, 1), (2, 0, 1.0, 1)])  # 0.1 + 0.2 > 0.3 for a computer
    assert counts_of(found(even, "SIGN_OF_SUM")) == [0, 0, 0, 0]


def test_balanced_triangles_have_an_even_number_of_negative_sides() -> None:
    """Heider 1946: my friend's friend is my friend, my enemy's enemy is my friend."""
    assert Balance(3, 2, 4, 1).share == 0.7
    assert Balance(0, 0, 0, 0).share is None


def test_karate_club_has_the_triangles_that_networkx_counts() -> None:
    club = karate_club()
    ones = np.ones(len(club.source), np.int8)
    counted = triangles(club.n, *signed_pairs(club.n, club.source, club.target, club.weight, ones, "LEAVE_OUT"))
    assert counted.all_positive == counted.triangles == sum(networkx.triangles(networkx.karate_club_graph()).values()) // 3 == 45


def test_stretches_of_any_length_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = networkx.gnm_random_graph(80, 900, seed=2)
    low, high = np.array(sorted(tuple(sorted(edge)) for edge in graph.edges)).T
    sign = np.where(np.arange(len(low)) % 3, 1, -1).astype(np.int8)
    whole, steps = triangles(80, low, high, sign), []
    monkeypatch.setattr(balance, "AT_ONCE", 7)
    assert triangles(80, low, high, sign, progress=lambda done, total: steps.append((done, total))) == whole
    assert whole.triangles == sum(networkx.triangles(graph).values()) // 3
    assert len(steps) > 100
    assert steps[-1][0] == steps[-1][1]


def test_too_much_work_is_refused_with_both_numbers() -> None:
    club = karate_club()
    pairs = signed_pairs(club.n, club.source, club.target, club.weight, np.ones(78, np.int8), "LEAVE_OUT")
    with pytest.raises(TooManyWedges, match=r"To find its triangles, \d+ pairs of neighbouring relationships .* at most 20 are allowed"):
        triangles(club.n, *pairs, most=20)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), 1e308])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="finite and not negative"):
        found(Signed(2, [(0, 1, weight, 1), (0, 1, 1e308, 1)]), "SIGN_OF_SUM")


class TestPublicData:
    pytestmark = NEEDS_DATA

    @pytest.mark.parametrize("rule", RULES)
    def test_bitcoin_otc_as_published(self, rule: str) -> None:
        trust = [(row["source"], row["target"], float(row["rating"])) for row in rows("bitcoin_otc/bitcoin_otc.csv.gz")]
        numbers = {name: number for number, name in enumerate(sorted({name for row in trust for name in row[:2]}))}
        one = Signed(len(numbers), [(numbers[a], numbers[b], abs(rating), int(np.sign(rating))) for a, b, rating in trust])
        counted = found(one, rule)
        print(rule, counted, f"{counted.triangles:,} triangles, {counted.share:.4f} of them in balance")
        assert tuple(counts_of(counted)) == PUBLISHED[rule]
