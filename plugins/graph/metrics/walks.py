"""Measures of who stands between others and who is near to them: along shortest paths, exactly or from a sample that is told of."""

from functools import partial
from typing import Any

from guanxi import Progress
from plugins.graph.metrics.findings import Findings
from plugins.graph.metrics.scores import GraphMetric
from plugins.graph.metrics.start import GraphMetricsRunStartInput, PathWeighting

SAMPLED = ("{name} was estimated: exact paths between all {all:,} customers would take too long, so that {some:,} of them, drawn at "
           "random, stand for the others. Compare the highest values only.")


def walk(matrix: Any, ids: Any, start: GraphMetricsRunStartInput, found: Findings, progress: Progress) -> None:
    """`matrix`: ways from each customer to each, csr_array[n, n]."""
    by_weight = start.weighting is PathWeighting.INVERSE_WEIGHT
    if start.wants(GraphMetric.BETWEENNESS):
        between(matrix, ids, start, by_weight, found, progress)
    if start.wants(GraphMetric.CLOSENESS):
        near(matrix, ids, start, by_weight, found, progress)


def between(matrix: Any, ids: Any, start: GraphMetricsRunStartInput, by_weight: bool, found: Findings, progress: Progress) -> None:
    from plugins.graph.metrics.betweenness import affordable, betweenness
    from plugins.graph.metrics.routes import drawn, routes

    n, directed = len(ids), start.network.directed
    progress("following shortest paths")
    some = affordable(n, matrix.nnz, by_weight=by_weight)
    values = betweenness(routes(matrix, directed=directed, by_weight=by_weight), directed=directed, lengths="length" if by_weight else None,
                         sources=drawn(n, some, start.seed or 0), progress=partial(progress, "following shortest paths"))
    found.score("betweenness", ids, values)
    found.summary["betweennessSources"] = some
    tell_sample("Betweenness", n, some, progress)


def near(matrix: Any, ids: Any, start: GraphMetricsRunStartInput, by_weight: bool, found: Findings, progress: Progress) -> None:
    from plugins.graph.metrics.closeness import closeness

    progress("measuring distances")
    result = closeness(matrix, by_weight=by_weight, seed=start.seed or 0, progress=partial(progress, "measuring distances"))
    found.score("closeness", ids, result.values)
    found.summary["closenessSources"] = result.sources
    tell_sample("Closeness", len(ids), result.sources, progress)


def tell_sample(name: str, n: int, some: int, progress: Progress) -> None:
    if some < n:
        progress.warn(SAMPLED.format(name=name, all=n, some=some))
