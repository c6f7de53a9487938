"""What customers did with the product or category that a run is about, before a moment: features of the run's own."""

import numpy as np

from guanxi import FeatureColumn, FeatureKind
from plugins.propensity.events import DAY, Behaviour, Floats

TITLES = {
    "target.purchaseCount": ("Times they bought it", "购买该目标次数"),
    "target.daysSincePurchase": ("Days since they bought it", "距上次购买该目标天数"),
    "target.browseCount": ("Times they looked at it", "浏览该目标次数"),
    "target.reviewCount": ("Times they reviewed it", "评价该目标次数"),
}


def history(found: Behaviour, since: int, until: int) -> list[FeatureColumn]:
    """From `since` on and before `until`; an element for each customer of the snapshot."""
    bought = found.bought.since(since, until)
    days: Floats = np.where(bought.count > 0, (until - np.where(bought.count > 0, bought.last, until)) / DAY, np.nan)
    made = [column("target.purchaseCount", bought.count.astype(np.float64), skewed=True), column("target.daysSincePurchase", days)]
    for name, events in (("target.browseCount", found.looked), ("target.reviewCount", found.reviewed)):
        if events is not None:
            made.append(column(name, events.since(since, until).count.astype(np.float64), skewed=True))
    return made


def column(name: str, values: Floats, *, skewed: bool = False) -> FeatureColumn:
    return FeatureColumn(name, *TITLES[name], FeatureKind.NUMBER, values, skewed)
