"""Measures of the network with all its signs: triangles in and out of balance, who is near to conflicts, and which groups are at odds."""

from functools import partial
from typing import Any

from guanxi import Graph, InvalidParameters, Progress
from plugins.graph.metrics.findings import Findings, Parts
from plugins.graph.metrics.networks import Networks
from plugins.graph.metrics.scores import GraphMetric
from plugins.graph.metrics.start import ALL_SIGNS

PEACE = "There is no negative relationship in this network: nobody is exposed to a conflict, and every triangle is in balance."


def measure_conflicts(networks: Networks, membership: Any, found: Findings, progress: Progress) -> None:
    """`membership`: the community of each customer, int64[n], -1 for none; or None."""
    graph = networks.graph(ALL_SIGNS, directed=False)
    if not (graph.sign < 0).any():
        progress.warn(PEACE)
    if networks.start.wants(GraphMetric.BALANCE):
        balance(graph, networks.start.two_signed_pairs.name, found, progress)
    if networks.start.wants(GraphMetric.RISK_EXPOSURE):
        progress("following conflicts")
        expose(graph, networks, found)
        neighbour(graph, found)
        if membership is not None:
            found.tables["graph_tensions"] = tension_table(graph, membership)


def balance(graph: Graph, rule: str, found: Findings, progress: Progress) -> None:
    from plugins.graph.conflict.balance import TooManyWedges, signed_pairs, triangles

    n = len(graph.ids)
    pairs = signed_pairs(n, graph.source, graph.target, graph.weight, graph.sign, rule)
    try:
        counted = triangles(n, *pairs, progress=partial(progress, "counting signed triangles"))
    except TooManyWedges as error:
        raise InvalidParameters(str(error), "graph") from error
    found.summary["balance"] = {
        "rule": rule, "allPositive": counted.all_positive, "twoPositive": counted.two_positive, "onePositive": counted.one_positive,
        "allNegative": counted.all_negative, "balancedShare": counted.share}


def expose(graph: Graph, networks: Networks, found: Findings) -> None:
    from plugins.graph.conflict.exposure import exposure
    from plugins.graph.metrics.degrees import sums

    n = len(graph.ids)
    bad = (graph.sign < 0) & (graph.source != graph.target)
    strength = sums(n, graph.source[bad], graph.weight[bad]) + sums(n, graph.target[bad], graph.weight[bad])
    values = exposure(n, friends(graph), strength, decay=networks.start.risk_decay, steps=networks.start.risk_steps)
    found.score("riskExposure", graph.ids, values)


def friends(graph: Graph) -> Any:
    """csr_array[n, n]: ties that are not negative, both ways; nobody is their own friend."""
    import numpy as np
    from scipy.sparse import csr_array

    good = (graph.sign >= 0) & (graph.source != graph.target)
    source, target = graph.source[good], graph.target[good]
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    return csr_array((np.tile(graph.weight[good], 2), ends), shape=(len(graph.ids), len(graph.ids)))


def neighbour(graph: Graph, found: Findings) -> None:
    from plugins.graph.conflict.neighbourhoods import neighbourhoods

    bad = graph.sign < 0
    membership, sizes = neighbourhoods(len(graph.ids), graph.source[bad], graph.target[bad])
    involved = membership >= 0
    found.parts.append(Parts("conflict", graph.ids[involved], membership[involved], sizes))
    found.summary["conflictCount"] = len(sizes)


def tension_table(graph: Graph, membership: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    from plugins.graph.conflict.tensions import tensions

    bad = graph.sign < 0
    told = tensions(membership, graph.source[bad], graph.target[bad], graph.weight[bad])
    return pa.table({"id": np.arange(len(told.group)), "community_id": told.group, "other_id": told.other,
                     "relationships": told.count.astype(np.int32), "weight": told.weight})
