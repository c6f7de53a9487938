"""The analysis: gaps out of purchases, the model, everybody's probability, and how well it would have done."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi import Analysis, Chart, Estimate, InsufficientData, Metric, Progress, Result, Snapshot
from guanxi_returning.chart import draw
from guanxi_returning.start import ReturningRun, ReturningRunStartInput

SLOT = "returnProbability"
DAY = 86_400_000_000  # microseconds
FEWEST = 20  # closed gaps: fewer say nothing about three factors


def slots(_: ReturningRunStartInput) -> Sequence[str]:
    return [SLOT]


def estimate(counts: Mapping[str, int], _: ReturningRunStartInput) -> Estimate:
    rows = counts["transactions"]
    return Estimate(rows=rows, memory=2**26 + 2_000.0 * rows, seconds=1 + 2e-4 * rows)


def compute(snapshot: Snapshot, start: ReturningRunStartInput, progress: Progress) -> Result:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from guanxi_returning.hazard import fitted, gaps_of

    table = snapshot.table("transactions")
    bought = table.filter(pc.and_(pc.equal(table["kind"], "PURCHASE"), pc.greater(table["customer_id"], 0)))
    purchases = (bought["customer_id"].to_numpy(), bought["occurred_at"].cast(pa.int64()).to_numpy() // DAY, bought["total"].to_numpy())
    today = int(snapshot.as_of.timestamp() * 1_000_000) // DAY
    gaps = gaps_of(*purchases, today)
    closed = int(np.sum(gaps.closed & (gaps.days > 0)))
    if closed < FEWEST:
        raise InsufficientData(f"The data has {closed} gaps between two purchases of a customer, and {FEWEST} are needed.")
    progress("fitting", 0, 2)
    model = fitted(gaps)
    progress("testing", 1, 2)
    metrics = tested(purchases, start.horizon)
    waiting = ~gaps.closed
    customers = gaps.customer[waiting]
    values = model.returning(gaps.days[waiting], gaps.factors[waiting], start.horizon)
    rank, percentile = places(values)
    progress("testing", 2, 2)
    return Result(
        tables={"returning_scores": pa.table({"customer_id": customers, "value": values, "rank": rank, "percentile": percentile})},
        summary={"gaps": len(gaps.days), "censored": int(waiting.sum())}, metrics=metrics)


def tested(purchases: tuple[Any, Any, Any], horizon: int) -> list[Metric]:
    """What would have been said `horizon` days before the last purchase that is known, and what came: mean squared differences. None when
    too little was known then. The baseline gives everybody the share of those who came within a like time before."""
    import numpy as np

    from guanxi_returning.hazard import fitted, gaps_of

    customers, days, amounts = purchases
    today = int(days.max())
    then = today - horizon
    known = days <= then
    gaps = gaps_of(customers[known], days[known], amounts[known], then)
    if np.sum(gaps.closed & (gaps.days > 0)) < FEWEST:
        return [Metric("brier", None, None)]
    waiting = ~gaps.closed
    came = np.isin(gaps.customer[waiting], customers[(days > then) & (days <= today)])
    said = fitted(gaps).returning(gaps.days[waiting], gaps.factors[waiting], horizon)
    earlier = np.unique(customers[days <= then - horizon])
    share = np.isin(earlier, customers[(days > then - horizon) & (days <= then)]).mean() if len(earlier) else 0.5
    return [Metric("brier", float(np.mean((said - came) ** 2)), float(np.mean((share - came) ** 2)))]


def places(values: Any) -> tuple[Any, Any]:
    """The rank of each value, 1 for the highest, equal ones alike; and which share is not above it, in percent."""
    import numpy as np

    not_above = np.searchsorted(np.sort(values), values, side="right")
    return len(values) - not_above + 1, 100 * not_above / len(values)


RETURNING: Analysis[Any] = Analysis(
    name="returning", title="Returning customers", title_zh="客户回购", version=1, start=ReturningRunStartInput, run=ReturningRun,
    description="How likely each customer buys again within some days, by a proportional hazards model of the gaps between purchases.",
    needs=("transactions",), compute=compute, slots=slots, estimate=estimate, libraries=("numpy", "pyarrow", "statsmodels"),
    charts={"probabilities": Chart("How likely customers buy again", "客户回购概率", draw)})
