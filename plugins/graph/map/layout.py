"""Where the customers of a map stand: arrays in, coordinates from -1 to 1 out, x to the right and y upwards.

The same input and seed give the same coordinates, bit for bit. Parts that nothing ties together are put side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from plugins.graph.map.forces import attracted
from plugins.graph.map.packing import Points, fit
from plugins.graph.metrics.communities import Ties, collapse

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

LIGHT = 1e-9  # what a tie without weight counts for: it is a tie all the same
CROWDED = 12  # in a row; more stand in lines one below the other
MOST_LINES = 5


@dataclass(frozen=True)
class Drawing:
    """A map to be laid out: `n` nodes, ties with `source`, `target` (int[m]), `weight` >= 0 (float64[m]) and `sign` (int8[m]), and
    `depth` (int[n]), 0 for roots, or None when there are none. Parallel ties and loops may be among them."""

    n: int
    source: Numbers
    target: Numbers
    weight: Floats
    sign: NDArray[np.int8]
    depth: Numbers | None

    def ties(self, *, negative: bool | None = None) -> Ties:
        """Pairs of nodes, each once, with the weight of what is between them; all of them, or only those of this sign."""
        chosen = np.ones(len(self.source), bool) if negative is None else (self.sign < 0) == negative
        return collapse(self.n, self.source[chosen], self.target[chosen], np.maximum(self.weight[chosen], LIGHT))


def force_directed(drawing: Drawing, seed: int) -> Points:
    return fit(attracted(drawing.ties(negative=False), drawing.ties(negative=True), seed))


def circular(drawing: Drawing, seed: int) -> Points:
    """On a circle, from the top and clockwise, in the order in which the force-directed layout is seen from its middle: whoever is tied
    stands close."""
    seen = force_directed(drawing, seed)
    turn = np.arctan2(seen[:, 0], seen[:, 1])
    angle = np.empty(drawing.n)
    angle[np.argsort(turn, kind="stable")] = np.arange(drawing.n) * (2 * np.pi / max(drawing.n, 1))
    return np.column_stack([np.sin(angle), np.cos(angle)]) if drawing.n > 1 else np.zeros((drawing.n, 2))


def hierarchical(drawing: Drawing, _: int) -> Points:
    """A row for each depth, roots on top, everybody below the heaviest tie that leads up (Reingold and Tilford 1981). Without roots,
    the strongest of each part are on top. Crowded rows are staggered."""
    if not drawing.n:
        return np.zeros((0, 2))
    ties = drawing.ties()
    depth = drawing.depth if drawing.depth is not None else depths_from_strongest(ties)
    child, parent = branches(ties, depth)
    tree = igraph.Graph(n=drawing.n, edges=zip(parent.tolist(), child.tolist(), strict=True))
    tops = np.setdiff1d(np.arange(drawing.n), child).tolist()
    across = np.array(tree.layout_reingold_tilford(root=tops).coords)[:, 0]
    return fit(np.column_stack([across, -staggered(across, depth)]), both=True)


LAYOUTS: dict[str, Callable[[Drawing, int], Points]] = {
    "FORCE_DIRECTED": force_directed, "CIRCULAR": circular, "HIERARCHICAL": hierarchical}


def laid_out(kind: str, drawing: Drawing, seed: int) -> Points:
    """float64[n, 2]. `kind` is a name in `LAYOUTS`."""
    return LAYOUTS[kind](drawing, seed)


def branches(ties: Ties, depth: Numbers) -> tuple[Numbers, Numbers]:
    """Everybody who is tied to the row above, and to whom there: the heaviest tie, of equally heavy ones to the first."""
    ends = np.concatenate([ties.source, ties.target]), np.concatenate([ties.target, ties.source])
    weight = np.concatenate([ties.weight, ties.weight])
    down = depth[ends[0]] == depth[ends[1]] + 1
    child, parent, weight = ends[0][down], ends[1][down], weight[down]
    order = np.lexsort((parent, -weight, child))
    first = order[np.flatnonzero(np.diff(child[order], prepend=-1))]
    return child[first], parent[first]


def depths_from_strongest(ties: Ties) -> Numbers:
    """int64[n]: steps from the node with the highest strength of each part."""
    graph = igraph.Graph(n=ties.n + 1, edges=zip(ties.source.tolist(), ties.target.tolist(), strict=True))
    strength = np.bincount(ties.source, ties.weight, ties.n) + np.bincount(ties.target, ties.weight, ties.n)
    parts = [part for part in graph.connected_components() if part[0] < ties.n]
    graph.add_edges([(max(part, key=lambda node: (strength[node], -node)), ties.n) for part in parts])
    return np.array(graph.distances(ties.n)[0][:-1], np.int64) - 1


def staggered(across: Floats, depth: Numbers) -> Floats:
    """How far down each node stands: its depth, and within a crowded row a part of one more."""
    down = depth.astype(np.float64)
    for step in np.unique(depth):
        row = np.flatnonzero(depth == step)
        lines = min(-(-len(row) // CROWDED), MOST_LINES)
        down[row[np.argsort(across[row], kind="stable")]] += np.arange(len(row)) % lines * (0.6 / lines)
    return down
