"""The measures of the graph plugin beside what one would write by hand with SciPy or igraph, from the same arrays.

    python -m bench.graph_metrics [ROUNDS]        5 when none is named

Both sides in one process, in turn; CPU seconds, from the arrays of a network to the measure. Where igraph does the work, the direct side
builds its graph the quick way, from pairs of Python numbers. Fails when ours takes more than 1.2 times as long as igraph or 1.3 times as
long as SciPy, or when the two disagree.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import igraph
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from plugins.graph.metrics.betweenness import betweenness
from plugins.graph.metrics.closeness import closeness
from plugins.graph.metrics.clustering import clustering
from plugins.graph.metrics.communities import built, collapse, leiden, louvain
from plugins.graph.metrics.components import strong, weak
from plugins.graph.metrics.core import core_numbers
from plugins.graph.metrics.degrees import counts, sums
from plugins.graph.metrics.hits import hits
from plugins.graph.metrics.routes import routes

ROUNDS, IGRAPH, SCIPY = 5, 1.2, 1.3
LARGE, MIDDLE, SMALL = 100_000, 10_000, 2_000  # nodes; edges are ten times as many


@dataclass(frozen=True)
class Made:
    """A network with edges that have a direction; few nodes are pointed at often."""

    n: int
    source: Any
    target: Any
    weight: Any

    def matrix(self) -> Any:
        return csr_array((self.weight, (self.source, self.target)), shape=(self.n, self.n))

    def both_ways(self) -> Any:
        ends = np.concatenate([self.source, self.target]), np.concatenate([self.target, self.source])
        return csr_array((np.tile(self.weight, 2), ends), shape=(self.n, self.n))

    def built(self) -> Any:
        return built(collapse(self.n, self.source, self.target, self.weight))

    def quick(self, *, directed: bool = False, weights: bool = False) -> Any:
        graph = igraph.Graph(n=self.n, edges=zip(self.source.tolist(), self.target.tolist(), strict=True), directed=directed)
        if weights:
            graph.es["weight"] = self.weight.tolist()
        return graph.simplify(combine_edges="sum" if weights else None)


@dataclass(frozen=True)
class Case:
    name: str
    nodes: int
    bound: float
    ours: Callable[[Made], Any]
    direct: Callable[[Made], Any]
    same: Callable[[Any, Any], bool] = lambda one, other: bool(np.allclose(one, other))


def made(n: int) -> Made:
    chance = np.random.default_rng(n)
    source, target = chance.integers(0, n, 10 * n, np.int32), (chance.random(10 * n) ** 3 * n).astype(np.int32)
    return Made(n, source, target, chance.integers(1, 11, 10 * n).astype(np.float64))


def power_iteration(one: Made) -> Any:
    matrix = one.matrix()
    back, hubs, change = matrix.T.tocsr(), np.full(one.n, 1 / one.n), 1.0
    while change >= 1e-10:
        moved = matrix @ (back @ hubs)
        moved /= moved.sum()
        hubs, change = moved, np.abs(moved - hubs).sum()
    return hubs


def closeness_by_igraph(one: Made, *, by_weight: bool) -> Any:
    """Of a graph that hangs together but for lonely nodes; igraph leaves out how many of the others are reached."""
    graph = one.quick(weights=True)
    graph.es["length"] = (1 / np.array(graph.es["weight"])).tolist()
    found = np.nan_to_num(graph.closeness(weights="length" if by_weight else None))
    parts = graph.connected_components()
    return found * (np.array(parts.sizes())[parts.membership] - 1) / (one.n - 1)


def in_equal_parts(one: Any, other: Any) -> bool:
    return bool((np.sort(one[1]) == np.sort(np.bincount(other))).all())


def as_modular(one: Any, other: Any) -> bool:
    return bool(abs(one.modularity - other.modularity) < 0.02)


CASES = (
    Case("degrees and strengths", LARGE, SCIPY,
         lambda one: [counts(one.n, one.source), counts(one.n, one.target), sums(one.n, one.source, one.weight),
                      sums(one.n, one.target, one.weight)],
         lambda one: [np.bincount(one.source, minlength=one.n), np.bincount(one.target, minlength=one.n),
                      np.bincount(one.source, one.weight, one.n), np.bincount(one.target, one.weight, one.n)]),
    Case("HITS", LARGE, SCIPY, lambda one: hits(one.matrix())[0], power_iteration),
    Case("strong components", LARGE, SCIPY, lambda one: strong(one.n, one.source, one.target),
         lambda one: connected_components(one.matrix(), connection="strong")[1], in_equal_parts),
    Case("weak components", LARGE, IGRAPH, lambda one: weak(one.n, one.source, one.target),
         lambda one: one.quick().connected_components().membership, in_equal_parts),
    Case("core numbers", LARGE, IGRAPH, lambda one: core_numbers(one.built()), lambda one: one.quick().coreness()),
    Case("clustering", LARGE, IGRAPH, lambda one: clustering(one.built()).local,
         lambda one: one.quick().transitivity_local_undirected(mode="zero")),
    Case("betweenness", SMALL, IGRAPH,
         lambda one: betweenness(routes(one.matrix(), directed=True, by_weight=False), directed=True),
         lambda one: one.quick(directed=True).betweenness()),
    Case("closeness by hops", SMALL, IGRAPH, lambda one: closeness(one.both_ways()).values,
         lambda one: closeness_by_igraph(one, by_weight=False)),
    Case("closeness by weight", SMALL, IGRAPH, lambda one: closeness(one.both_ways(), by_weight=True).values,
         lambda one: closeness_by_igraph(one, by_weight=True)),
    Case("Leiden", MIDDLE, IGRAPH, lambda one: leiden(collapse(one.n, one.source, one.target, one.weight), seed=0),
         lambda one: one.quick(weights=True).community_leiden(objective_function="modularity", weights="weight", n_iterations=10),
         as_modular),
    Case("Louvain", MIDDLE, IGRAPH, lambda one: louvain(collapse(one.n, one.source, one.target, one.weight), seed=0),
         lambda one: one.quick(weights=True).community_multilevel(weights="weight"), as_modular),
)


def seconds(work: Callable[[Made], Any], one: Made) -> tuple[float, Any]:
    began = time.process_time()
    found = work(one)
    return time.process_time() - began, found


def measure(case: Case, rounds: int) -> bool:
    """Prints a line; whether it is within its bound and both sides agree."""
    one, ours, direct, agree = made(case.nodes), [], [], True
    for _ in range(rounds):
        took, found = seconds(case.ours, one)
        ours.append(took)
        took, expected = seconds(case.direct, one)
        direct.append(took)
        agree = agree and case.same(found, expected)
    ratios = sorted(mine / other for mine, other in zip(ours, direct, strict=True))
    ratio = statistics.median(ratios)
    print(f"{case.name:22} {case.nodes:8,} nodes  ours {statistics.median(ours):7.3f} s  direct {statistics.median(direct):7.3f} s  ratio "
          f"{ratio:5.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}, bound {case.bound}){'' if agree else '  THEY DISAGREE'}", flush=True)
    return agree and ratio <= case.bound


def main(arguments: list[str]) -> int:
    rounds = int(arguments[0]) if arguments else ROUNDS
    missed = [case.name for case in CASES if not measure(case, rounds)]
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
