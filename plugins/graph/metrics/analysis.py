"""The analysis `graphMetrics`: what it needs, and what its runs answer for."""

from functools import partial
from typing import Any

from guanxi import Analysis, Metric, Progress, Result, Snapshot
from plugins.graph.limits import Limits
from plugins.graph.metrics.charts import CHARTS
from plugins.graph.metrics.costs import estimate
from plugins.graph.metrics.measuring import measure
from plugins.graph.metrics.scores import PAGE_RANK, SCORES, GraphMetric
from plugins.graph.metrics.start import BOUGHT, NAME, GraphMetricsRunStartInput
from plugins.graph.metrics.types import GraphMetricsRun

PERSONALISED = "pageRank:personalised"
LIBRARIES = ("pyarrow", "scipy.sparse", "scipy.sparse.csgraph", "igraph")
# What runs answer for beside scores.
GROUPS = {GraphMetric.COMPONENT: ["weakComponent", "strongComponent"], GraphMetric.COMMUNITY: ["community"],
          GraphMetric.RISK_EXPOSURE: ["conflict"]}
DESCRIPTION = (
    "Measures a network of customers: who counts, who stands between others, who holds together, and where conflict spreads. Negative "
    "relationships are no endorsement and are left out unless they are asked for; balance and risk exposure are about them and read "
    "them always. Each score answers for a slot of its own, so that runs of different metrics stand side by side. A personalised "
    "PageRank has a slot apart and never takes the place of the general one.")


def compute(snapshot: Snapshot, start: GraphMetricsRunStartInput, progress: Progress, *, limits: Limits) -> Result:
    found = measure(snapshot, start, progress, limits)
    metrics = [Metric("modularity", found.summary["modularity"], baseline=0.0)] if "modularity" in found.summary else []
    return Result(found.all_tables(), found.summary, metrics)


def slots(start: GraphMetricsRunStartInput) -> list[str]:
    """One for each score and kind of group, so that a run of communities does not hide PageRank."""
    means: set[Any] = {feature.value for feature in start.neighbour_features()}
    scores = [PERSONALISED if one.name == PAGE_RANK and start.personalised_to else one.name for one in SCORES
              if start.wants(one.metric) and (one.metric is not GraphMetric.NEIGHBOUR_MEANS or one.name in means)]
    return scores + [slot for metric, found in GROUPS.items() if start.wants(metric) for slot in found]


def needs(start: GraphMetricsRunStartInput) -> tuple[str, ...]:
    """What customers bought, and what they share, is read only where it says something."""
    bought = start.wants(GraphMetric.NEIGHBOUR_MEANS) and not BOUGHT.isdisjoint(start.neighbour_features())
    more = (*(["behaviour"] if bought else []), *(["traits"] if start.wants(GraphMetric.COMMUNITY) else []))
    return ("customers", "relationships", "relationshipKinds", *more)


def graph_metrics(limits: Limits) -> Analysis[GraphMetricsRunStartInput]:
    return Analysis(
        name=NAME, title="Graph metrics", title_zh="网络指标", description=DESCRIPTION, version=2,
        start=GraphMetricsRunStartInput, run=GraphMetricsRun, needs=needs, compute=partial(compute, limits=limits), slots=slots,
        estimate=estimate, charts=CHARTS, minimum_rows=2, libraries=LIBRARIES,
    )
