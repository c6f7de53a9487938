"""Where customers stand: the same places for the same seed, within the frame, and what each layout promises."""

import random

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from plugins.graph.map.layout import LAYOUTS, Drawing, laid_out
from plugins.graph.map.packing import fit, level, side_by_side
from tests.plugins.graph import networks

Edges = list[tuple[int, int]]
SEED = 7


def drawing(n: int, edges: Edges, *, signs: list[int] | None = None, weights: list[float] | None = None, depth: list[int] | None = None
            ) -> Drawing:
    ends = np.array(edges, np.int64).reshape(-1, 2)
    return Drawing(n, ends[:, 0], ends[:, 1], np.array(weights or [1.0] * len(edges)), np.array(signs or [1] * len(edges), np.int8),
                   None if depth is None else np.array(depth))


def of_graph(graph: networkx.Graph, **more: object) -> Drawing:
    return drawing(graph.number_of_nodes(), list(graph.edges), **more)  # type: ignore[arg-type]  # what drawing takes


def far(points: NDArray[np.float64], pairs: Edges) -> float:
    """The mean distance of pairs."""
    return float(np.mean([np.hypot(*(points[a] - points[b])) for a, b in pairs]))


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    one = draw(networks.networks())
    signs = draw(st.lists(st.sampled_from([1, 0, -1]), min_size=len(one.source), max_size=len(one.source)))
    depth = draw(st.none() | st.lists(st.integers(0, 3), min_size=one.n, max_size=one.n))
    return Drawing(one.n, one.source, one.target, one.weight, np.array(signs, np.int8), None if depth is None else np.array(depth))


@pytest.mark.parametrize("kind", LAYOUTS)
@given(one=drawings(), seed=st.integers(0, 2**31 - 1))
@settings(networks.steady, max_examples=40)
def test_the_same_seed_gives_the_same_places_within_the_frame(kind: str, one: Drawing, seed: int) -> None:
    points = laid_out(kind, one, seed)
    assert points.shape == (one.n, 2)
    assert np.isfinite(points).all()
    assert np.abs(points).max(initial=0.0) <= 1
    assert points.tobytes() == laid_out(kind, one, seed).tobytes()


@pytest.mark.parametrize("kind", LAYOUTS)
def test_nobody_and_somebody_alone(kind: str) -> None:
    assert laid_out(kind, drawing(0, []), SEED).tolist() == []
    assert laid_out(kind, drawing(1, [(0, 0)]), SEED).tolist() == [[0.0, 0.0]]


def test_another_seed_gives_other_places() -> None:
    one = of_graph(networkx.karate_club_graph())
    assert not np.allclose(laid_out("FORCE_DIRECTED", one, 1), laid_out("FORCE_DIRECTED", one, 2))


def test_igraphs_chance_is_left_as_it_was() -> None:
    random.seed(3)
    before = random.getstate()
    laid_out("FORCE_DIRECTED", of_graph(networkx.karate_club_graph()), SEED)
    assert random.getstate() == before


def test_whoever_is_tied_stands_together() -> None:
    graph = networkx.karate_club_graph()
    points = laid_out("FORCE_DIRECTED", of_graph(graph), SEED)
    assert far(points, list(graph.edges)) < 0.6 * far(points, list(networkx.non_edges(graph)))


def test_heavy_ties_are_shorter() -> None:
    ring = [(node, (node + 1) % 12) for node in range(12)]
    points = laid_out("FORCE_DIRECTED", drawing(12, ring, weights=[100.0 if node % 2 else 1.0 for node in range(12)]), SEED)
    assert far(points, ring[1::2]) < 0.7 * far(points, ring[0::2])


def test_negative_ties_do_not_pull() -> None:
    """Within what friends hold together, foes change nothing; between two camps they only say which stand beside each other."""
    club = networkx.karate_club_graph()
    foes = [(0, 33), (5, 20), (16, 26)]
    with_foes = of_graph(networkx.Graph(club.edges))
    signs = [1] * club.number_of_edges() + [-1] * len(foes)
    both = drawing(34, [*club.edges, *foes], signs=signs)
    assert np.array_equal(laid_out("FORCE_DIRECTED", with_foes, SEED), laid_out("FORCE_DIRECTED", both, SEED))


def test_camps_stand_apart_and_beside_each_other() -> None:
    camps = networkx.disjoint_union_all([networkx.complete_graph(8)] * 2)
    foes = [(0, 8), (1, 9), (2, 10)]
    points = laid_out("FORCE_DIRECTED", drawing(16, [*camps.edges, *foes], signs=[1] * camps.number_of_edges() + [-1] * 3), SEED)
    assert far(points, foes) > 1.5 * far(points, list(camps.edges))
    left, right = sorted((points[:8], points[8:]), key=lambda one: float(one[:, 0].mean()))
    assert left[:, 0].max() < right[:, 0].min()


def test_only_negative_ties() -> None:
    points = laid_out("FORCE_DIRECTED", drawing(5, [(0, 1), (1, 2), (2, 3), (3, 4)], signs=[-1] * 4), SEED)
    assert len(np.unique(points.round(6), axis=0)) == 5


def test_parts_do_not_overlap_and_fill_the_frame() -> None:
    parts = [networkx.complete_graph(9), networkx.cycle_graph(7), networkx.path_graph(4), networkx.empty_graph(5)]
    points = laid_out("FORCE_DIRECTED", of_graph(networkx.disjoint_union_all(parts)), SEED)
    ends = np.cumsum([len(part) for part in parts])
    frames = [(one.min(axis=0), one.max(axis=0)) for one in np.split(points, ends[:-1])[:3]]
    for index, (low, high) in enumerate(frames):
        for other_low, other_high in frames[index + 1:]:
            assert (high < other_low).any() or (other_high < low).any()
    assert np.ptp(points, axis=0).max() == 2


def test_a_circle() -> None:
    ring = networkx.cycle_graph(20)
    points = laid_out("CIRCULAR", of_graph(ring), SEED)
    assert np.hypot(*points.T) == pytest.approx(np.ones(20))
    assert points[:, 1].max() == 1
    assert far(points, list(ring.edges)) == pytest.approx(2 * np.sin(np.pi / 20))


def test_rows_by_depth_from_the_top() -> None:
    tree = networkx.balanced_tree(2, 3)
    depth = [networkx.shortest_path_length(tree, 0, node) for node in range(15)]
    points = laid_out("HIERARCHICAL", of_graph(tree, depth=depth), SEED)
    assert [round(float(y), 9) for y in points[:, 1]] == [round(1 - 2 * step / 3, 9) for step in depth]
    for parent in range(7):
        children = points[[2 * parent + 1, 2 * parent + 2], 0]
        assert children.min() < points[parent, 0] < children.max()
    assert len(np.unique(points, axis=0)) == 15


def test_crowded_rows_are_staggered_but_stay_between_their_neighbours() -> None:
    star = networkx.star_graph(40)
    points = laid_out("HIERARCHICAL", of_graph(star, depth=[0] + [1] * 40), SEED)
    assert points[0, 1] == 1
    assert len(np.unique(points[1:, 1])) == 4
    assert points[1:, 1].max() < 0.5


def test_without_roots_the_strongest_of_each_part_is_on_top() -> None:
    points = laid_out("HIERARCHICAL", drawing(7, [(1, 0), (1, 2), (1, 3), (4, 5), (5, 6)]), SEED)
    assert np.flatnonzero(points[:, 1] == 1).tolist() == [1, 5]


def test_shapes_are_levelled_and_packed() -> None:
    upright = np.array([[0.0, 0.0], [0.1, 5.0], [-0.1, 10.0]])
    levelled = level(upright)
    assert np.ptp(levelled, axis=0)[0] > 9.9
    assert levelled.mean(axis=0) == pytest.approx([0, 0])
    packed = side_by_side([levelled, levelled, np.zeros((1, 2))])
    assert packed[1][:, 1].max() < packed[0][:, 1].min()
    assert side_by_side([]) == []
    assert fit(np.array([[3.0, 4.0], [3.0, 8.0]])).tolist() == [[0.0, -1.0], [0.0, 1.0]]
