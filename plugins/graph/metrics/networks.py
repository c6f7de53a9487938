"""The networks of one run: taken from the snapshot by signs and direction, and shared by all measures that read the same one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from guanxi import Graph, InsufficientData, InvalidParameters, RelationshipSign, Snapshot
from plugins.graph.metrics.start import NOT_NEGATIVE, GraphMetricsRunStartInput

MOST_WEIGHT = 1e100  # of all relationships together: squares of it are still numbers


@dataclass
class Web:
    """Pairs of customers who hold together, without directions, loops and pairs that weigh nothing.

    `ids`: int64[n], all customers; `tied`: int64[k], numbers of those who have a tie; `ties`: between these, numbered anew.
    """

    ids: Any
    tied: Any
    ties: Any

    @cached_property
    def graph(self) -> Any:
        from plugins.graph.metrics.communities import built

        return built(self.ties)

    def spread(self, values: Any) -> Any:
        """Values of the tied ones as values of everybody; 0 for the others."""
        import numpy as np

        found = np.zeros(len(self.ids), values.dtype)
        found[self.tied] = values
        return found


class Networks:
    """One network of each form at a time: measures that share one are worked out one after the other."""

    def __init__(self, snapshot: Snapshot, start: GraphMetricsRunStartInput):
        self.snapshot, self.start = snapshot, start
        self._graphs: dict[tuple[frozenset[RelationshipSign], bool], Graph] = {}
        self._webs: dict[frozenset[RelationshipSign], Web] = {}

    @property
    def asked(self) -> Sequence[RelationshipSign]:
        return self.start.network.signs_or_default()

    @property
    def friendly(self) -> Sequence[RelationshipSign]:
        """The signs that were asked for but for negative ones."""
        return [sign for sign in self.asked if sign in NOT_NEGATIVE]

    def graph(self, signs: Sequence[RelationshipSign], *, directed: bool) -> Graph:
        """Raises `InsufficientData` when nobody is tied to anybody, `InvalidParameters` for weights that cannot be reckoned with."""
        key = frozenset(signs), directed
        if key not in self._graphs:
            self._graphs = {}
            self._graphs = {key: taken(self.snapshot, self.start, signs, directed=directed)}
        return self._graphs[key]

    def web(self, signs: Sequence[RelationshipSign]) -> Web:
        key = frozenset(signs)
        if key not in self._webs:
            self._webs = {}
            self._webs = {key: woven(self.graph(signs, directed=False))}
        return self._webs[key]

    @cached_property
    def totals(self) -> tuple[Any, Any]:
        """How many relationships each customer has, int64[n], and what they weigh, float64[n]: each counts at both of its ends."""
        from plugins.graph.metrics.degrees import counts, sums

        graph = self.graph(self.asked, directed=False)
        n = len(graph.ids)
        return (counts(n, graph.source) + counts(n, graph.target),
                sums(n, graph.source, graph.weight) + sums(n, graph.target, graph.weight))

    def drop(self) -> None:
        """What was taken makes room."""
        self._graphs, self._webs = {}, {}

    def drop_graphs(self) -> None:
        self._graphs = {}


def taken(snapshot: Snapshot, start: GraphMetricsRunStartInput, signs: Sequence[RelationshipSign], *, directed: bool) -> Graph:
    found = snapshot.graph(kinds=start.network.kinds or None, signs=[sign.name for sign in signs], directed=directed,
                           weighted=start.network.use_weights)
    if not len(found.source):
        raise InsufficientData(f"Among the {len(found.ids):,} customers of this run there is no relationship of the kinds and signs "
                               "that were asked for: there is no network to measure.")
    if not found.weight.sum() <= MOST_WEIGHT:
        raise InvalidParameters(f"The weights of the relationships add up to more than {MOST_WEIGHT:.0e}, which cannot be reckoned with: "
                                "correct them, or measure without weights.", "graph", "useWeights")
    return found


def woven(graph: Graph) -> Web:
    from plugins.graph.metrics.communities import collapse, tied_only

    ties, tied = tied_only(collapse(len(graph.ids), graph.source, graph.target, graph.weight))
    return Web(graph.ids, tied, ties)
