"""What a run of graph metrics will need, roughly, and never too little."""

import os
from collections.abc import Mapping

from guanxi import Estimate
from plugins.graph.metrics.scores import SCORES, GraphMetric
from plugins.graph.metrics.start import READ_ALL_SIGNS, GraphMetricsRunStartInput

# Measured with 200,000 customers and 2,000,000 relationships, and with five times as many, half of them without a direction; rounded up.
FIXED_BYTES, FIXED_SECONDS = 250e6, 2.0  # libraries and start
CUSTOMER_BYTES, CUSTOMER_SECONDS = 250, 4e-6
SCORE_BYTES, SCORE_SECONDS = 50, 8e-6  # for a customer and a score: ranks, and writing them
READ_BYTES, READ_SECONDS = 130, 1.5e-6  # for a relationship: reading it, its arrays, the matrix and its transpose
ROW_BYTES, ROW_SECONDS = 100, 2e-6  # for a row of what customers bought, or of what they have in common
WEB_BYTES, WEB_SECONDS = 190, 3e-6  # for a relationship without its direction, as igraph has it
SENT_BYTES = 60  # for a relationship that is sent to searches in processes of their own
TOGETHER = 4_000_000  # relationships up to which communities are looked for in several processes at once
PATH_BYTES = 250
BALANCE_BYTES, BALANCE_FIXED_BYTES, LONGEST_BALANCE = 160, 200e6, 180.0
# By metric: what each relationship needs beside that. Metrics come one after the other.
MORE_BYTES = {GraphMetric.DEGREE: 80, GraphMetric.COMPONENT: 40, GraphMetric.RISK_EXPOSURE: 60, GraphMetric.NEIGHBOUR_MEANS: 60}
MORE_SECONDS = {GraphMetric.DEGREE: 1.5e-6, GraphMetric.STRENGTH: 0.5e-6, GraphMetric.HITS: 5e-6, GraphMetric.COMPONENT: 2e-6,
                GraphMetric.CLUSTERING: 5e-6, GraphMetric.NEIGHBOUR_MEANS: 1e-6, GraphMetric.RISK_EXPOSURE: 2e-6}
RANK_SECONDS = 1.5e-6  # for a relationship, at the usual damping
SEARCH_SECONDS = 20e-6  # for a relationship in one search for communities
HITS_BYTES = 200  # for a customer
STEP_SECONDS = 0.2e-6  # for each customer and each way along a relationship, when paths from one customer are followed
LEAST_PATHS, LONGEST_PATHS = 64, 90.0  # sources and seconds; beyond, samples are taken


def estimate(counts: Mapping[str, int], start: GraphMetricsRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, ties = counts["customers"], counts["relationships"]
    described = counts.get("behaviour", 0) + counts.get("traits", 0)
    memory = FIXED_BYTES + customers * customer_bytes(start) + described * ROW_BYTES + most_memory(ties, start)
    return Estimate(customers + ties + described, memory, seconds(customers, ties, start) + described * ROW_SECONDS)


def customer_bytes(start: GraphMetricsRunStartInput) -> float:
    scores = sum(start.wants(one.metric) for one in SCORES)
    return CUSTOMER_BYTES + scores * SCORE_BYTES + HITS_BYTES * start.wants(GraphMetric.HITS)


def most_memory(ties: int, start: GraphMetricsRunStartInput) -> float:
    """Of what is done one after the other, the part that takes most."""
    parts: list[float] = [ties * (READ_BYTES + max([more for metric, more in MORE_BYTES.items() if start.wants(metric)], default=0))]
    if start.wants(GraphMetric.CORE, GraphMetric.CLUSTERING, GraphMetric.COMMUNITY):
        parts.append(ties * WEB_BYTES)
    if start.wants(GraphMetric.COMMUNITY):
        at_once = min(start.restarts, os.cpu_count() or 1)
        if at_once > 1:
            parts.append(min(ties, TOGETHER) * (SENT_BYTES + at_once * WEB_BYTES) + at_once * FIXED_BYTES)
    if start.wants(GraphMetric.BETWEENNESS, GraphMetric.CLOSENESS):
        parts.append(ties * PATH_BYTES)
    if start.wants(GraphMetric.BALANCE):
        parts.append(ties * BALANCE_BYTES + BALANCE_FIXED_BYTES)
    return max(parts)


def seconds(customers: int, ties: int, start: GraphMetricsRunStartInput) -> float:
    scores = sum(start.wants(one.metric) for one in SCORES)
    found = FIXED_SECONDS + customers * (CUSTOMER_SECONDS + scores * SCORE_SECONDS)
    found += ties * (READ_SECONDS + sum(more for metric, more in MORE_SECONDS.items() if start.wants(metric)))
    if start.wants(*READ_ALL_SIGNS):
        found += ties * READ_SECONDS
    if start.wants(GraphMetric.PAGE_RANK):
        found += ties * RANK_SECONDS * 0.15 / (1 - start.damping)
    if start.wants(GraphMetric.CORE, GraphMetric.CLUSTERING, GraphMetric.COMMUNITY):
        found += ties * WEB_SECONDS
    if start.wants(GraphMetric.COMMUNITY):
        found += ties * SEARCH_SECONDS * start.restarts
    for metric in (GraphMetric.BETWEENNESS, GraphMetric.CLOSENESS):
        found += paths(customers, ties) * start.wants(metric)
    if start.wants(GraphMetric.BALANCE):
        found += min(LONGEST_BALANCE, ties ** 1.5 * 0.1e-6)
    return found


def paths(customers: int, ties: int) -> float:
    """From everybody where that takes no longer than a sample may."""
    each = STEP_SECONDS * (customers + 2 * ties)
    return min(customers * each, max(LONGEST_PATHS, LEAST_PATHS * each))
