"""Measures of the network as it was asked for, with its directions: who points at whom, and who reaches whom."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from guanxi import InvalidParameters, Progress, RelationshipSign
from plugins.graph.metrics.features import average
from plugins.graph.metrics.findings import Findings, Parts
from plugins.graph.metrics.networks import Networks
from plugins.graph.metrics.scores import PAGE_RANK, GraphMetric
from plugins.graph.metrics.walks import walk


def tell_size(networks: Networks, signs: Sequence[RelationshipSign], found: Findings) -> Any:
    """How large the network is that the run is about, and how dense. Its matrix, and which pairs are tied."""
    from plugins.graph.metrics.structure import density, simple

    graph = networks.graph(signs, directed=networks.start.network.directed)
    found.summary |= {"nodeCount": len(graph.ids), "edgeCount": len(graph.source)}
    matrix = graph.matrix()
    del graph
    networks.drop()
    tied = simple(matrix)
    found.summary["density"] = density(tied)
    return matrix, tied


def measure_flows(networks: Networks, found: Findings, progress: Progress) -> None:
    start = networks.start
    graph = networks.graph(networks.asked, directed=start.network.directed)
    if start.wants(GraphMetric.DEGREE, GraphMetric.STRENGTH):
        count_ways(networks, found)
    if start.wants(GraphMetric.COMPONENT):
        progress("looking for components")
        part(graph, found)
    ids = graph.ids
    del graph
    matrix, tied = tell_size(networks, networks.asked, found)
    if start.wants(GraphMetric.DEGREE):
        tell_structure(tied, found)
    del tied
    if start.wants(GraphMetric.PAGE_RANK):
        rank(networks, matrix, ids, found, progress)
    if start.wants(GraphMetric.HITS):
        tell_hubs(matrix, ids, found, progress)
    if start.wants(GraphMetric.NEIGHBOUR_MEANS):
        average(networks, matrix, ids, found, progress)
    walk(matrix, ids, start, found, progress)


def count_ways(networks: Networks, found: Findings) -> None:
    """In and out; without directions every relationship leads both ways, and these are the same as in all."""
    from plugins.graph.metrics.degrees import counts, sums

    start = networks.start
    graph = networks.graph(networks.asked, directed=start.network.directed)
    n, inward, outward = len(graph.ids), [graph.target], [graph.source]
    if not graph.directed:
        inward = outward = [graph.source, graph.target]
    for way, ends in (("in", inward), ("out", outward)):
        if start.wants(GraphMetric.DEGREE):
            found.score(f"{way}Degree", graph.ids, sum(counts(n, end) for end in ends))
        if start.wants(GraphMetric.STRENGTH):
            found.score(f"{way}Strength", graph.ids, sum(sums(n, end, graph.weight) for end in ends))


def part(graph: Any, found: Findings) -> None:
    from plugins.graph.metrics.components import strong, weak

    for kind, divide in (("weak", weak), ("strong", strong if graph.directed else weak)):
        membership, sizes = divide(len(graph.ids), graph.source, graph.target)
        found.parts.append(Parts(kind, graph.ids, membership, sizes))
        found.summary |= {f"{kind}ComponentCount": len(sizes), f"largest{kind.capitalize()}Component": int(sizes[0])}


def tell_structure(tied: Any, found: Findings) -> None:
    from plugins.graph.metrics.structure import assortativity, reciprocity

    found.summary |= {"reciprocity": reciprocity(tied), "assortativity": assortativity(tied)}


def rank(networks: Networks, matrix: Any, ids: Any, found: Findings, progress: Progress) -> None:
    from plugins.graph.metrics.pagerank import pagerank

    values = pagerank(matrix, damping=networks.start.damping, personalisation=personalisation(networks, len(ids)),
                      progress=partial(progress, "ranking"))
    found.score(PAGE_RANK, ids, values)


def personalisation(networks: Networks, n: int) -> Any:
    if not networks.start.personalised_to:
        return None
    import numpy as np

    found = np.zeros(n)
    found[networks.snapshot.positions(networks.start.personalised_to)] = 1
    return found


def tell_hubs(matrix: Any, ids: Any, found: Findings, progress: Progress) -> None:
    from plugins.graph.metrics.hits import hits
    from plugins.graph.metrics.pagerank import NotConverged

    try:
        hubs, authorities = hits(matrix, progress=partial(progress, "telling hubs from authorities"))
    except NotConverged as error:
        raise InvalidParameters(f"{error}. The network has parts that are equally strong, so that no hub stands out: leave HITS out, or "
                                "narrow the selection.", "metrics") from error
    found.score("hub", ids, hubs)
    found.score("authority", ids, authorities)
