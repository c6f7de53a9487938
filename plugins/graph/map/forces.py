"""The force-directed layout: whoever is tied stands together, and negative ties never pull."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from plugins.graph.map.packing import Points, level, side_by_side
from plugins.graph.metrics.communities import Ties, numbered

Numbers = NDArray[np.int64]

STEPS = 60  # of the forces at the end; more of them change little that one sees
ROUNDS = 10  # of the springs, for each node of a part: fewer in a large one, where each takes longer
MOST_WORK = 5_000_000  # nodes times nodes times rounds
STRONGEST_PULL = 3.0  # times that of a tie of the middle weight
EVENNESS = 0.5
FAR = 3.0  # times the mean distance from the middle: whoever is flung further out is taken for that far
MARGIN = 0.75  # around a part, where neighbours stand about 1 apart
MOST_SPREAD = 3.0  # how far parts at odds are drawn apart so that they do not overlap


def attracted(friends: Ties, foes: Ties, seed: int) -> Points:
    """float64[n, 2]. Each part that `friends` hold together is laid out by itself; parts between which there are `foes` are put around
    each other, all others side by side. 500 nodes take a few tenths of a second, 2,000 some seconds.

    Springs: Kamada and Kawai 1989, from a circle in an order that `seed` decides. Forces: Fruchterman and Reingold 1991.
    """
    label, sizes = parts_of(friends.n, friends)
    members = np.split(np.argsort(label, kind="stable"), np.cumsum(sizes)[:-1]) if friends.n else []
    shapes = [level(spring(inner, seed)) for inner in within(friends, label, members)]
    centres = around(label, shapes, foes, seed)
    camps, camp_sizes = parts_of(len(shapes), Ties(len(shapes), label[foes.source], label[foes.target], foes.weight))
    groups = np.split(np.argsort(camps, kind="stable"), np.cumsum(camp_sizes)[:-1]) if friends.n else []
    packed = side_by_side([np.concatenate([shapes[part] + centres[part] for part in group]) for group in groups])
    found = np.zeros((friends.n, 2))
    for group, points in zip(groups, packed, strict=True):
        found[np.concatenate([members[part] for part in group])] = points
    return found


def parts_of(n: int, ties: Ties) -> tuple[Numbers, Numbers]:
    """The part of each node, numbered from 0, the largest first, and their sizes."""
    matrix = coo_array((np.ones(len(ties.source)), (ties.source, ties.target)), shape=(n, n)).tocsr()
    return numbered(connected_components(matrix, directed=False)[1].astype(np.int64))


def within(ties: Ties, label: Numbers, members: list[Numbers]) -> Iterator[Ties]:
    """The ties of each part, its members numbered from 0."""
    number = np.empty(ties.n, np.int64)
    for nodes in members:
        number[nodes] = np.arange(len(nodes))
    part = label[ties.source]
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(len(members) + 1))
    for index, nodes in enumerate(members):
        edges = order[ends[index]:ends[index + 1]]
        yield Ties(len(nodes), number[ties.source[edges]], number[ties.target[edges]], ties.weight[edges])


def spring(ties: Ties, seed: int) -> Points:
    """One part that hangs together."""
    n = ties.n
    if n == 1:
        return np.zeros((1, 2))
    graph = igraph.Graph(n=n, edges=zip(ties.source.tolist(), ties.target.tolist(), strict=True))
    pull = np.clip(np.sqrt(ties.weight / np.median(ties.weight)), 1 / STRONGEST_PULL, STRONGEST_PULL)
    rounds = max(1, min(ROUNDS, MOST_WORK // n ** 2))
    with chance(seed):
        sprung = graph.layout_kamada_kawai(seed=on_circle(n, seed), maxiter=rounds * n)
        forced = graph.layout_fruchterman_reingold(weights=pull.tolist(), niter=STEPS, seed=sprung, start_temp=n ** 0.5 / 20, grid="nogrid")
    return evened(np.array(forced.coords))


def evened(points: Points) -> Points:
    """Half-way to a disc that is filled evenly, in the same directions from the middle and in the same order of distances: or a knot in
    the middle and a few nodes far out would leave no room for anything to be read."""
    from_middle = points - np.median(points, axis=0)
    away = np.hypot(*from_middle.T)
    even = np.empty(len(away))
    even[np.argsort(away, kind="stable")] = np.sqrt((np.arange(len(away)) + 0.5) / len(away)) * away.mean() * 1.5
    wanted = EVENNESS * even + (1 - EVENNESS) * np.minimum(away, away.mean() * FAR)
    found: Points = from_middle * (wanted / np.maximum(away, 1e-9))[:, None]
    return found


def on_circle(n: int, seed: int) -> list[list[float]]:
    angle = np.random.default_rng(seed).permutation(n) * (2 * np.pi / n)
    points: list[list[float]] = np.column_stack([np.cos(angle), np.sin(angle)]).tolist()
    return points


@contextmanager
def chance(seed: int) -> Iterator[None]:
    """igraph's chance comes from the seed."""
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # chance that can be repeated is what is wanted
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def around(label: Numbers, shapes: list[Points], foes: Ties, seed: int) -> Points:
    """The centre of each part, float64[k, 2]: parts at odds next to each other, as far apart as they are large. Only within what foes
    tie together; the rest is for packing."""
    k = len(shapes)
    radius = np.array([np.hypot(*shape.T).max() + MARGIN for shape in shapes]) if k else np.zeros(0)
    pairs = np.unique(np.sort(np.column_stack([label[foes.source], label[foes.target]]), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    if not len(pairs):
        return np.zeros((k, 2))
    apart = radius[pairs[:, 0]] + radius[pairs[:, 1]]
    graph = igraph.Graph(n=k, edges=pairs.tolist())
    centres = np.zeros((k, 2))
    for camp in graph.connected_components():
        if len(camp) > 1:
            inner = graph.induced_subgraph(camp)
            inner.es["apart"] = [apart[graph.get_eid(camp[edge.source], camp[edge.target])] for edge in inner.es]
            rounds = max(1, min(ROUNDS, MOST_WORK // len(camp) ** 2))
            with chance(seed):
                placed = inner.layout_kamada_kawai(seed=on_circle(len(camp), seed), weights="apart", maxiter=rounds * len(camp))
            centres[camp] = spread(np.array(placed.coords), radius[camp])
    return centres


def spread(centres: Points, radius: NDArray[np.float64]) -> Points:
    """Drawn apart until no two overlap, or as far as is sensible."""
    one, other = np.triu_indices(len(centres), 1)
    distance = np.hypot(*(centres[one] - centres[other]).T)
    wanted = (radius[one] + radius[other]) / np.maximum(distance, 1e-9)
    return centres * min(float(wanted.max(initial=1.0)), MOST_SPREAD)
