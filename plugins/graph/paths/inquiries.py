"""The inquiry `shortestPath`: what it needs, and how it is answered from a snapshot."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from guanxi import Desk, Graph, Inquiry, InvalidParameters, Snapshot, read_input
from plugins.graph.metrics.start import GraphSelectionInput, PathWeighting
from plugins.graph.paths.input import ShortestPathInput

NAME = "shortestPath"
NOT_IN_IT = {
    "en": "{id} is not a customer of this network: there is no such customer, the filter leaves them out, or they do not consent to "
          "analytics.",
    "zh": "{id} 不在该网络中：客户不存在、被筛选条件排除，或未同意数据分析。",
}


def answer(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as numbers: the caller's plan reads the records."""
    from plugins.graph.paths.shortest import shortest_path

    asked = read_input(ShortestPathInput, given)
    start = position(desk, asked.from_id, "fromId")
    goal = position(desk, asked.to_id, "toId")
    graph = network(desk.snapshot, asked.network)
    source, target, weight = edges(graph)
    found = shortest_path(len(graph.ids), source, target, lengths(weight, asked.weighting), start, goal, asked.max_hops)
    if found is None:
        return {"found": False, "length": None, "hops": None, "customers": [], "relationships": []}
    return {"found": True, "length": found.length, "hops": len(found.nodes) - 1, "customers": graph.ids[found.nodes].tolist(),
            "relationships": carriers(graph, source, target, weight, found.nodes)}


def position(desk: Desk, id_: str, field: str) -> int:
    try:
        return int(desk.snapshot.positions([id_])[0])
    except InvalidParameters:
        raise InvalidParameters(NOT_IN_IT[desk.language].format(id=id_[:40]), field) from None


def network(snapshot: Snapshot, asked: GraphSelectionInput) -> Graph:
    try:
        return snapshot.graph(kinds=asked.kinds or None, signs=[sign.name for sign in asked.signs_or_default()], directed=asked.directed)
    except InvalidParameters as error:
        raise InvalidParameters(str(error), "graph", "kinds") from error


def edges(graph: Graph) -> tuple[Any, Any, Any]:
    """(source, target, weight): every edge leads one way, so that one without direction stands twice."""
    import numpy as np

    source, target = graph.source, graph.target
    if graph.directed:
        return source, target, graph.weight
    return np.concatenate([source, target]), np.concatenate([target, source]), np.tile(graph.weight, 2)


def lengths(weight: Any, weighting: PathWeighting) -> Any:
    import numpy as np

    from plugins.graph.paths.shortest import inverse

    return inverse(weight) if weighting is PathWeighting.INVERSE_WEIGHT else np.ones(len(weight))


def carriers(graph: Graph, source: Any, target: Any, weight: Any, nodes: list[int]) -> list[int]:
    """For each step, the number of the strongest relationship that leads from the one to the other; of equals, the smallest number."""
    import numpy as np

    on_path = np.zeros(len(graph.ids), bool)
    on_path[nodes] = True
    near = np.flatnonzero(on_path[source] & on_path[target])
    numbers = graph.relationships(near % max(len(graph.source), 1))
    best_last = np.lexsort((-numbers, weight[near]))
    steps = zip(source[near][best_last].tolist(), target[near][best_last].tolist(), strict=True)
    best = dict(zip(steps, numbers[best_last].tolist(), strict=True))
    return [best[step] for step in pairwise(nodes)]


INQUIRIES = (Inquiry(name=NAME, answer=answer, needs=("customers", "relationships", "relationshipKinds")),)
