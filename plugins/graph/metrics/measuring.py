"""From a snapshot to what a run of graph metrics found: one kind of network after the other, each read once."""

from guanxi import Progress, Snapshot
from plugins.graph.limits import Limits
from plugins.graph.metrics.conflicts import measure_conflicts
from plugins.graph.metrics.findings import Findings
from plugins.graph.metrics.flows import measure_flows, tell_size
from plugins.graph.metrics.groups import measure_groups
from plugins.graph.metrics.networks import Networks
from plugins.graph.metrics.start import ALL_SIGNS, READ_ALL_SIGNS, GraphMetricsRunStartInput


def measure(snapshot: Snapshot, start: GraphMetricsRunStartInput, progress: Progress, limits: Limits) -> Findings:
    networks, found, membership = Networks(snapshot, start), Findings(), None
    progress("selecting relationships")
    if set(start.metrics) - READ_ALL_SIGNS:
        membership = measure_groups(networks, found, progress, limits.largest_community_graph)
        measure_flows(networks, found, progress)
    if start.wants(*READ_ALL_SIGNS):
        measure_conflicts(networks, membership, found, progress)
    if "nodeCount" not in found.summary:
        tell_size(networks, ALL_SIGNS, found)
    return found
