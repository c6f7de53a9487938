"""What the neighbours of customers are like on average, in the features that a run asks for."""

from typing import Any

from guanxi import InvalidParameters, Progress
from plugins.graph.metrics.findings import Findings
from plugins.graph.metrics.networks import Networks
from plugins.graph.metrics.start import BOUGHT, NeighbourFeature


def average(networks: Networks, matrix: Any, ids: Any, found: Findings, progress: Progress) -> None:
    """A score for each feature; who has no neighbour of whom it is known has none."""
    import numpy as np

    from plugins.graph.metrics.neighbour_means import neighbour_means

    wanted = networks.start.neighbour_features()
    progress("averaging over neighbours")
    columns = features(networks, ids, found, progress)
    values, known = (np.column_stack([columns[feature][part] for feature in wanted]) for part in (0, 1))
    means = neighbour_means(matrix, values, known)
    for place, feature in enumerate(wanted):
        there = ~np.isnan(means[:, place])
        found.score(str(feature.value), ids[there], means[there, place])


def features(networks: Networks, ids: Any, found: Findings, progress: Progress) -> dict[NeighbourFeature, tuple[Any, Any]]:
    """By feature: float64[n], and of whom it is known, bool[n]."""
    import numpy as np

    degree, strength = networks.totals
    everybody = np.ones(len(ids), bool)
    columns = {NeighbourFeature.DEGREE: (degree.astype(np.float64), everybody), NeighbourFeature.STRENGTH: (strength, everybody)}
    if not BOUGHT.isdisjoint(networks.start.neighbour_features()):
        columns |= bought(networks, ids, found, progress)
    return columns


def bought(networks: Networks, ids: Any, found: Findings, progress: Progress) -> dict[NeighbourFeature, tuple[Any, Any]]:
    from plugins.graph.metrics.purchases import purchases

    try:
        told = purchases(ids, networks.snapshot.table("behaviour"), networks.snapshot.as_of, networks.start.currency or None)
    except ValueError as error:
        raise InvalidParameters(str(error), "currency") from error
    wanted = networks.start.neighbour_features()
    if NeighbourFeature.PURCHASE_TOTAL in wanted:
        found.summary["purchaseCurrency"] = told.currency
        if told.others:
            progress.warn(f"{told.others:,} customers paid in another currency than {told.currency}: they are left out of "
                          "neighbourPurchaseTotal.")
    if told.later and NeighbourFeature.DAYS_SINCE_PURCHASE in wanted:
        progress.warn(f"{told.later:,} customers bought after asOf: they are left out of neighbourDaysSincePurchase.")
    return {feature: (one.values, one.known) for feature, one in (
        (NeighbourFeature.PURCHASE_COUNT, told.count), (NeighbourFeature.PURCHASE_TOTAL, told.total),
        (NeighbourFeature.DAYS_SINCE_PURCHASE, told.days))}
