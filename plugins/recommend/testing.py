"""The test of a run: the same methods on what was bought before a moment, judged by what was bought after it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from guanxi import Progress, Snapshot
from plugins.recommend.blending import recommended
from plugins.recommend.evaluation import Quality, moment, next_purchases, quality
from plugins.recommend.limits import Limits
from plugins.recommend.listing import pathways
from plugins.recommend.methods.popularity import best_sellers
from plugins.recommend.methods.registry import PRODUCTS
from plugins.recommend.reading import Lines, known
from plugins.recommend.start import RecommendationRunStartInput

LEAST_TESTED = 5


@dataclass(frozen=True)
class Trial:
    """`at`: the split; `customers`: how many it was about; `n`: how many products each was recommended."""

    at: datetime.datetime
    customers: int
    n: int
    qualities: Mapping[str, Quality]


def tested(snapshot: Snapshot, start: RecommendationRunStartInput, lines: Lines, limits: Limits, progress: Progress) -> Trial | None:
    """None when there is no test, or too little for one. Warns of a blend that is not worth its name here."""
    if not start.test_share:
        return None
    progress("testing")
    at = moment(lines.moments(), start.test_share)
    before = known(snapshot, start, lines, limits, before=at)
    wanted = next_purchases(before.purchases.has, lines.purchases(lines.at >= at).has, again=not start.leave_out_bought)
    customers = np.diff(wanted.indptr) > 0
    if customers.sum() < LEAST_TESTED:
        progress.warn(f"The methods were not tested: that takes at least {LEAST_TESTED} customers who had bought something before the "
                      f"latest {start.test_share:.0%} of the purchases, and something new among these; there are {int(customers.sum()):,}.")
        return None
    weights = start.blend.by_method()
    ways = pathways(PRODUCTS, before, weights, partial(progress, "testing"))
    out = before.purchases.has if start.leave_out_bought else None
    sold = int((before.purchases.buyers > 0).sum())
    qualities = {}
    for name, chosen in variants(weights).items():
        lists = recommended(ways, chosen, out, start.per_customer, chosen=customers)
        qualities[name] = quality(lists, wanted, start.per_customer, sold)
    simplest = best_sellers(before, partial(progress, "testing"))
    lists = recommended([simplest], {simplest.method: 1.0}, out, start.per_customer, chosen=customers)
    qualities["BEST_SELLERS"] = quality(lists, wanted, start.per_customer, sold)
    warn(qualities, progress)
    return Trial(datetime.datetime.fromtimestamp(at / 1e6, datetime.UTC), int(customers.sum()), start.per_customer, qualities)


def variants(weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Weights of what is tested: each method alone, their blend, and the blend without relationships."""
    on = [name for name, weight in weights.items() if weight > 0]
    found = {name: dict.fromkeys(weights, 0.0) | {name: 1.0} for name in on} | {"BLEND": dict(weights)}
    return found | ({"BLEND_WITHOUT_RELATIONS": dict(weights) | {"RELATIONS": 0.0}} if "RELATIONS" in on and len(on) > 1 else {})


def warn(qualities: Mapping[str, Quality], progress: Progress) -> None:
    blend, popular = qualities["BLEND"], qualities["BEST_SELLERS"]
    if blend.ndcg <= popular.ndcg:
        progress.warn(f"What customers bought next was guessed no better (NDCG {blend.ndcg:.4f}) than by recommending the best sellers to "
                      f"everybody ({popular.ndcg:.4f}): do not rely on the recommendations.")
