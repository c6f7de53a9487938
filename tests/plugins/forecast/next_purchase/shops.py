"""Snapshots of made-up customers, and what the analysis tells of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from plugins.forecast.next_purchase.analysis import NEXT_PURCHASE
from plugins.forecast.next_purchase.visits import Visits, visits
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.propensity.snapshots import DAYS, NOW, sale, snapshot
from tests.plugins.segmentation.snapshots import Heard


def regular(customers: int = 60, seed: int = 3) -> list[dict[str, Any]]:
    """Customer i comes back every 5 + i % 25 days, give or take a fifth, and buys tea and coffee by turns if i is odd, else tea only."""
    chance = np.random.default_rng(seed)
    found = []
    for customer in range(1, customers + 1):
        pace, number = 5 + customer % 25, 0
        at = pace * chance.random()
        while at < DAYS:
            found.append(sale(customer, at, 1 + number % 2 * (customer % 2), 10.0))
            at, number = at + pace * (0.8 + 0.4 * chance.random()), number + 1
    return found


def past_of(customers: int, sales: Sequence[dict[str, Any]]) -> Visits:
    return visits(snapshot(customers, sales), NOW)


def start(**given: Any) -> Any:
    return read_input(NEXT_PURCHASE.start, {"seed": 1, "asOf": NOW.isoformat()} | given)


def told(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return NEXT_PURCHASE.compute(taken, start(**given), heard or Heard())


def metric(result: Result, name: str) -> tuple[float, float]:
    """The model's and the plain guess's."""
    value, baseline = next((one.value, one.baseline) for one in result.metrics if one.name == name)
    assert value is not None
    return value, baseline if baseline is not None else float("nan")
