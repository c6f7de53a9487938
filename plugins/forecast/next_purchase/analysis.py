"""The analysis `nextPurchase`: from a snapshot's purchases to a date and categories for each customer; what a run costs and answers for."""

from collections.abc import Mapping
from typing import Any

from guanxi import Analysis, Estimate, Progress, Result, Snapshot
from plugins.forecast.next_purchase.charts import CHARTS
from plugins.forecast.next_purchase.start import NAME, SLOT, NextPurchaseDateModel, NextPurchaseRunStartInput
from plugins.forecast.next_purchase.types import NextPurchaseRun

DESCRIPTION = (
    "Tells when each customer will buy next, with an interval of 80 %, and of which category, with probabilities: by a proportional "
    "hazards model, a random forest or support vectors. The end of the past is hidden first, to compare that with plain guesses: their own "
    "pace, the same for all, what they bought most so far. The run says when these win.")


def compute(snapshot: Snapshot, start: NextPurchaseRunStartInput, progress: Progress) -> Result:
    from plugins.forecast.next_purchase.cautions import caution
    from plugins.forecast.next_purchase.dating import fit
    from plugins.forecast.next_purchase.examples import examples, known_at
    from plugins.forecast.next_purchase.results import drawing, summary, table
    from plugins.forecast.next_purchase.testing import category_metrics, category_test, date_metrics, date_test
    from plugins.forecast.next_purchase.visits import visits

    progress("reading purchases")
    past, seed = visits(snapshot, start.as_of or None), start.seed or 0
    progress("testing dates")
    test = date_test(past, start, seed)
    progress("testing categories")
    tested = category_test(past, test.since, start, seed)
    metrics = date_metrics(test) + (category_metrics(tested) if tested else [])
    progress("telling dates")
    known = known_at(past, past.end)
    dates = fit(start.date_model, examples(past), seed)(known.matrix)
    progress("telling categories")
    who, chances = chosen(past, start, seed)
    caution(past, dates, test, tested, metrics, progress)
    return Result({"forecast_next_purchases": table(past, known.customer, dates, who, chances)},
                  summary(past, start, known.customer, dates, test, tested), metrics, drawing(dates, test, tested, metrics))


def chosen(past: Any, start: NextPurchaseRunStartInput, seed: int) -> tuple[Any, Any]:
    """Customers who bought something of a category, and the probabilities of what they buy next."""
    import numpy as np

    from plugins.forecast.next_purchase.choosing import LEAST_EXAMPLES, at_the_end, choices, fit

    learned, size = choices(past), len(past.categories) + 1
    if not past.categories or len(learned.category) < LEAST_EXAMPLES:
        return np.zeros(0, np.int64), np.zeros((0, size))
    who, matrix = at_the_end(past)
    return who, fit(start.category_model, learned, size, seed)(matrix)


# Reckoned from runs on hundreds of customers, generously; not measured with many. Models learn from so many examples at most.
FIXED_BYTES, FIXED_SECONDS = 700e6, 40.0  # libraries, and models of as many examples as they take at most
SALE_BYTES, SALE_SECONDS = 800, 10e-6
CUSTOMER_BYTES, CUSTOMER_SECONDS = 3_000, 400e-6
FIT_SECONDS = {NextPurchaseDateModel.TIME_TO_EVENT: 30.0, NextPurchaseDateModel.RANDOM_FOREST: 200.0, NextPurchaseDateModel.SVR: 60.0}


def estimate(counts: Mapping[str, int], start: NextPurchaseRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, sales = counts["customers"], counts["transactions"] + counts["transactionLines"]
    most = min(1.0, customers / 10_000)  # what of a model's examples there can be
    return Estimate(sum(counts.values()), FIXED_BYTES + sales * SALE_BYTES + customers * CUSTOMER_BYTES,
                    FIXED_SECONDS * max(0.25, most) + FIT_SECONDS[start.date_model] * most + sales * SALE_SECONDS
                    + customers * CUSTOMER_SECONDS)


NEXT_PURCHASE = Analysis(
    name=NAME, title="Next purchase", title_zh="下次购买预测", description=DESCRIPTION, version=1, start=NextPurchaseRunStartInput,
    run=NextPurchaseRun, needs=("customers", "transactions", "transactionLines", "products"), compute=compute, slots=lambda _: [SLOT],
    estimate=estimate, charts=CHARTS, libraries=("pyarrow", "sklearn", "statsmodels.duration.hazard_regression"),
)
