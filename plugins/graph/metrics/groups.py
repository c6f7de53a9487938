"""Measures of the network without directions: how many relationships customers have, cores, clustering and communities."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from guanxi import InsufficientData, InvalidParameters, Progress, fan_out
from plugins.graph.metrics.costs import TOGETHER
from plugins.graph.metrics.findings import Findings
from plugins.graph.metrics.networks import Networks, Web
from plugins.graph.metrics.scores import GraphMetric
from plugins.graph.metrics.start import CommunityMethod

LARGE = 100_000  # pairs of customers: from here on a search for communities takes seconds


def measure_groups(networks: Networks, found: Findings, progress: Progress, most_edges: int) -> Any:
    """The community of each customer, int64[n], -1 for none; or None when they are not asked for."""
    start = networks.start
    if start.wants(GraphMetric.DEGREE, GraphMetric.STRENGTH, GraphMetric.NEIGHBOUR_MEANS):
        count_all(networks, found)
    if start.wants(GraphMetric.COMMUNITY):
        check_size(networks, most_edges)
    if start.wants(GraphMetric.CORE, GraphMetric.CLUSTERING):
        weave(networks, found, progress)
    return group(networks, found, progress) if start.wants(GraphMetric.COMMUNITY) else None


def count_all(networks: Networks, found: Findings) -> None:
    ids = networks.graph(networks.asked, directed=False).ids
    degree, strength = networks.totals
    if networks.start.wants(GraphMetric.DEGREE):
        found.score("totalDegree", ids, degree)
    if networks.start.wants(GraphMetric.STRENGTH):
        found.score("strength", ids, strength)


def weave(networks: Networks, found: Findings, progress: Progress) -> None:
    from plugins.graph.metrics.clustering import clustering
    from plugins.graph.metrics.core import core_numbers

    web = networks.web(networks.asked)
    networks.drop_graphs()
    if networks.start.wants(GraphMetric.CORE):
        progress("peeling cores")
        cores = core_numbers(web.graph)
        found.score("coreNumber", web.ids, web.spread(cores))
        found.summary["largestCore"] = int(cores.max(initial=0))
    if networks.start.wants(GraphMetric.CLUSTERING):
        progress("counting triangles")
        clustered = clustering(web.graph)
        found.score("clustering", web.ids, web.spread(clustered.local))
        found.summary |= {"triangles": clustered.triangles, "transitivity": clustered.transitivity}


def check_size(networks: Networks, most_edges: int) -> None:
    edges = len(networks.graph(networks.friendly, directed=False).source)
    if edges > most_edges:
        raise InvalidParameters(f"Communities are looked for among at most {most_edges:,} relationships, as the setting "
                                f"largest_community_graph says; here there are {edges:,}. Narrow the selection.", "graph")


def group(networks: Networks, found: Findings, progress: Progress) -> Any:
    """The best of several partitions. Customers without a tie belong to no community."""
    import numpy as np

    from plugins.graph.metrics.communities import best
    from plugins.graph.metrics.naming import names

    web = networks.web(networks.friendly)
    networks.drop()
    if not web.tied.size:
        raise InsufficientData("All relationships of this run have the weight 0: nothing holds anybody together.")
    partition = best(partitions(web, networks.start.community_method, seeds(networks), progress))
    if lonely := len(web.ids) - len(web.tied):
        progress.warn(f"{lonely:,} customers have no relationship that holds anybody together: they belong to no community.")
    found.summary |= {"modularity": partition.modularity, "communityCount": len(partition.sizes)}
    membership = np.full(len(web.ids), -1)
    membership[web.tied] = partition.membership
    called = names(web.ids, membership, partition.sizes, networks.snapshot.table("traits"))
    found.tables |= partition_tables(web.ids[web.tied], partition, called)
    return membership


def seeds(networks: Networks) -> range:
    first = networks.start.seed or 0
    return range(first, first + networks.start.restarts)


def partitions(web: Web, method: CommunityMethod, seeds: Sequence[int], progress: Progress) -> list[Any]:
    """One for each seed. A small graph is done before another process would have begun, and a very large one fits into memory once."""
    progress("grouping", 0, len(seeds))
    if LARGE <= len(web.ties.weight) <= TOGETHER and len(seeds) > 1:
        vars(web).pop("graph", None)  # every process makes its own
        return fan_out(partial(partition, web.ties, method), seeds, progress, "grouping")
    found = []
    for seed in seeds:
        found.append(partition(web.ties, method, seed, web.graph))
        progress("grouping", len(found), len(seeds))
    return found


def partition(ties: Any, method: CommunityMethod, seed: int, graph: Any = None) -> Any:
    from plugins.graph.metrics.communities import leiden, louvain

    return (leiden if method is CommunityMethod.LEIDEN else louvain)(ties, seed=seed, graph=graph)


def partition_tables(ids: Any, found: Any, names: Sequence[str | None]) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    numbers = np.arange(len(found.sizes))
    return {"graph_communities": pa.table({"id": numbers, "number": numbers.astype(np.int32), "size": found.sizes.astype(np.int32),
                                           "name": pa.array(names, pa.string())}),
            "graph_members": pa.table({"customer_id": ids, "community_id": found.membership})}
