"""Features of what customers looked at and what they said."""

import numpy as np

from guanxi import Period, Snapshot
from plugins.segmentation.features.events import Floats, ids, instants, positions, within
from plugins.segmentation.features.shares import shares


def browse_count(snapshot: Snapshot, period: Period) -> Floats:
    return summed(snapshot, period, seconds=False)


def browse_seconds(snapshot: Snapshot, period: Period) -> Floats:
    return summed(snapshot, period, seconds=True)


def summed(snapshot: Snapshot, period: Period, *, seconds: bool) -> Floats:
    table, customers = snapshot.table("browseEvents"), ids(snapshot)
    place, kept = positions(customers, table["customer_id"].to_numpy()), within(instants(table["started_at"]), period)
    weight = table["seconds"].to_numpy()[kept] if seconds else None
    return np.bincount(place[kept], weight, minlength=len(customers)).astype(np.float64)


def browsed_by_category(snapshot: Snapshot, period: Period) -> dict[str, Floats]:
    """Of a customer's looks at products, the share of each category."""
    table, customers = snapshot.table("browseEvents"), ids(snapshot)
    place, kept = positions(customers, table["customer_id"].to_numpy()), within(instants(table["started_at"]), period)
    product = table["product_id"].to_numpy()[kept]
    return shares(place[kept], product, np.ones(len(product)), snapshot.table("products"), len(customers))


def review_count(snapshot: Snapshot, period: Period) -> Floats:
    return reviewed(snapshot, period)[0]


def mean_review_score(snapshot: Snapshot, period: Period) -> Floats:
    count, total = reviewed(snapshot, period)
    mean: Floats = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return mean


def reviewed(snapshot: Snapshot, period: Period) -> tuple[Floats, Floats]:
    table, customers = snapshot.table("reviews"), ids(snapshot)
    place, kept = positions(customers, table["customer_id"].to_numpy()), within(instants(table["created_at"]), period)
    score = table["score"].to_numpy()[kept]
    count = np.bincount(place[kept], minlength=len(customers)).astype(np.float64)
    return count, np.bincount(place[kept], score, minlength=len(customers)).astype(np.float64)
