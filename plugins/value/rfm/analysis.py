"""The analysis `rfm`: from a snapshot's purchases to scores and segments; what a run costs and answers for."""

from collections.abc import Mapping
from typing import Any

from guanxi import Analysis, Estimate, InsufficientData, Progress, Result, Snapshot
from plugins.value.reading import read
from plugins.value.rfm.charts import CHARTS
from plugins.value.rfm.start import NAME, SLOT, RfmRunStartInput
from plugins.value.rfm.types import RfmRun

DESCRIPTION = (
    "Scores customers by how recently they bought, how often, and for how much, each from 1 to 5 by fifths of the customers who bought, "
    "and names segments after the scores of recency and frequency.")
LEAST = 5  # customers, for fifths of them


def compute(snapshot: Snapshot, start: RfmRunStartInput, progress: Progress) -> Result:
    from plugins.value.rfm.scoring import bought, scored
    from plugins.value.rfm.summary import summary
    from plugins.value.sales import DAY, when

    sold = read(snapshot, start.chosen, progress)
    since = sold.as_of - start.window_days * DAY if start.window_days else None
    progress("scoring")
    found = bought(sold, since)
    if len(found.customer) < LEAST:
        within = f"in the {start.window_days:,} days until" if start.window_days else "until"
        raise InsufficientData(f"Of {len(sold.ids):,} customers {len(found.customer):,} bought something in {sold.currency} {within} "
                               f"{when(sold.as_of)}: fifths of customers take at least {LEAST}.")
    scores = scored(found)
    return Result({"value_rfm": table(sold, found, scores)}, summary(sold, since, found, scores))


def table(sold: Any, found: Any, scores: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    from plugins.value.rfm.segments import ORDER

    segments = pa.DictionaryArray.from_arrays(pa.array(scores.segment.astype(np.int8)), [segment.name for segment in ORDER])
    currency = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(found.customer), np.int8)), [sold.currency])
    return pa.table({
        "customer_id": sold.ids[found.customer], "recency_days": found.days.astype(np.int32),
        "frequency": found.frequency.astype(np.int32), "monetary": found.amount.astype(np.int64), "currency": currency,
        "recency_score": scores.recency, "frequency_score": scores.frequency, "monetary_score": scores.amount, "segment": segments})


# Measured with 1,000,000 transactions of 200,000 customers, in a process of its own on two busy cores (0.46 GB, 26 s).
FIXED_BYTES, FIXED_SECONDS = 300e6, 2.0  # libraries and start
SALE_BYTES, SALE_SECONDS = 200, 9e-6
CUSTOMER_BYTES, CUSTOMER_SECONDS = 250, 75e-6  # most of it for writing the row


def estimate(counts: Mapping[str, int], _: RfmRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, transactions = counts["customers"], counts["transactions"]
    return Estimate(customers + transactions, FIXED_BYTES + customers * CUSTOMER_BYTES + transactions * SALE_BYTES,
                    FIXED_SECONDS + customers * CUSTOMER_SECONDS + transactions * SALE_SECONDS)


RFM = Analysis(
    name=NAME, title="RFM: recency, frequency, amount", title_zh="RFM 分析", description=DESCRIPTION, version=1,
    start=RfmRunStartInput, run=RfmRun, needs=("customers", "transactions"), compute=compute, slots=lambda _: [SLOT], estimate=estimate,
    charts=CHARTS, libraries=("pyarrow",),
)
