"""The analysis: what it reads and needs, and how it computes. NumPy and Arrow are imported where they are used: the server has none."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from guanxi import Analysis, Chart, Estimate, InsufficientData, Progress, Result, Snapshot

from guanxi_pluginname.chart import draw
from guanxi_pluginname.settings import Settings
from guanxi_pluginname.start import PluginnameRun, PluginnameRunStartInput

SLOT = "pluginname"
DAY = 86_400_000_000  # microseconds


def analysis(settings: Settings) -> Analysis[Any]:
    return Analysis(
        name="pluginname", title="Overdue purchases", title_zh="逾期未购",
        description="How long each customer has not bought, measured by how often the customer usually buys.",
        version=1, start=PluginnameRunStartInput, run=PluginnameRun, needs=("transactions",),
        compute=partial(compute, settings), slots=slots, estimate=estimate, libraries=("numpy", "pyarrow"),
        charts={"overdue": Chart("How overdue customers are", "客户逾期程度", draw)})


def slots(_: PluginnameRunStartInput) -> Sequence[str]:
    return [SLOT]


def estimate(counts: Mapping[str, int], _: PluginnameRunStartInput) -> Estimate:
    rows = counts["transactions"]
    return Estimate(rows=rows, memory=2**20 + 200.0 * rows, seconds=0.1 + 2e-6 * rows)


def compute(settings: Settings, snapshot: Snapshot, start: PluginnameRunStartInput, progress: Progress) -> Result:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    least = start.minimum_purchases or settings.minimum_purchases
    table = snapshot.table("transactions")
    bought = table.filter(pc.and_(pc.equal(table["kind"], "PURCHASE"), pc.greater(table["customer_id"], 0)))
    progress("measuring", 0, bought.num_rows)
    today = int(snapshot.as_of.timestamp() * 1_000_000) // DAY
    days = bought["occurred_at"].cast(pa.int64()).to_numpy() // DAY
    customers, values = overdue(bought["customer_id"].to_numpy(), days, today, least)
    progress("measuring", bought.num_rows, bought.num_rows)
    if not len(customers):
        raise InsufficientData(f"Nobody bought on {least} days or more: there are {bought.num_rows} purchases of customers.")
    rank, percentile = places(values)
    scores = pa.table({"customer_id": customers, "value": values, "rank": rank, "percentile": percentile})
    return Result(tables={"pluginname_scores": scores}, summary={"customers": len(values), "late": int(np.sum(values > 1))})


def overdue(customers: Any, days: Any, today: int, least: int) -> tuple[Any, Any]:
    """Days since the last purchase, divided by the mean number of days between two: 1 is on time, 2 twice as late as usual.

    `customers`: int64[n], `days`: int64[n], the day of each purchase; `today`: a day. Several purchases on a day are one. Returns the
    customers with purchases on at least `least` (2 or more) days, int64[k] in ascending order, and float64[k]. O(n log n).
    """
    import numpy as np

    pairs = np.unique(np.stack([customers, days], axis=1), axis=0)  # sorted by customer, then by day
    found, first, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    begun, last = pairs[first, 1], pairs[first + count - 1, 1]
    kept = count >= least
    gap = (last - begun)[kept] / (count[kept] - 1)
    return found[kept], (today - last[kept]) / gap


def places(values: Any) -> tuple[Any, Any]:
    """The rank of each value, 1 for the highest, equal ones alike; and which share is not above it, in percent."""
    import numpy as np

    ordered = np.sort(values)
    not_above = np.searchsorted(ordered, values, side="right")
    return len(values) - not_above + 1, 100 * not_above / len(values)
