"""The analysis `lifetimeValue`: from a snapshot's purchases to models, scores and a comparison; what a run costs and answers for."""

from collections.abc import Mapping
from typing import Any

from guanxi import Analysis, Estimate, InsufficientData, Metric, Progress, Result, Snapshot
from plugins.value.lifetime.charts import CHARTS
from plugins.value.lifetime.start import CHURN_RISK, EXPECTED_PURCHASES, NAME, SLOTS, LifetimeValueRunStartInput, PurchaseModel
from plugins.value.lifetime.types import LifetimeValueRun
from plugins.value.reading import read

DESCRIPTION = (
    "Works out who still buys, how often they will within a horizon, and what that is worth today, by the BG/NBD and gamma-gamma models "
    "fitted by maximum likelihood; and compares the models with what happened in days that were hidden from them.")


def compute(snapshot: Snapshot, start: LifetimeValueRunStartInput, progress: Progress) -> Result:
    from plugins.value.lifetime.cautions import caution
    from plugins.value.lifetime.histories import histories
    from plugins.value.lifetime.modelling import NoModel, fit, outlook
    from plugins.value.lifetime.summary import summary
    from plugins.value.sales import NoSales, cents

    sold = read(snapshot, start.chosen, progress)
    found = histories(sold, sold.as_of)
    progress("fitting")
    from_first = start.purchase_model is PurchaseModel.MBG_NBD
    try:
        model = given_model(start) or fit(found, from_first=from_first)
    except NoModel as error:
        raise InsufficientData(str(error)) from None
    progress("comparing")
    test = tested(sold, start, progress)
    progress("looking ahead")
    ahead = outlook(model, found, start.horizon_days, start.discount_rate)
    try:
        value = cents(ahead.value * start.margin)
    except NoSales as error:
        raise InsufficientData(str(error)) from None
    caution(start, found, model, progress)
    return Result(tables(sold, found, ahead, value), summary(sold, start, found, model, ahead, value, test), metrics(test),
                  {"model": model, "age": float(found.age.max()), "alive": ahead.alive, "once": ~found.came_back})


def given_model(start: LifetimeValueRunStartInput) -> Any:
    from plugins.value.lifetime.modelling import Model
    from plugins.value.lifetime.purchasing import Purchasing
    from plugins.value.lifetime.spending import Spending

    given = start.fitted
    if not given:
        return None
    from_first = start.purchase_model is PurchaseModel.MBG_NBD
    return Model(Purchasing(given.r, given.alpha, given.a, given.b, from_first), Spending(given.p, given.q, given.v), None)


def tested(sold: Any, start: LifetimeValueRunStartInput, progress: Progress) -> Any:
    """The comparison with what happened, or None. Warns of models that are not worth their name here."""
    from plugins.value.lifetime.cautions import caution_of_guesses
    from plugins.value.lifetime.holdout import compare, usual_days
    from plugins.value.lifetime.modelling import NoModel

    days = start.holdout_days if isinstance(start.holdout_days, int) else usual_days(sold)
    if not days:
        return None
    try:
        test = compare(sold, days, from_first=start.purchase_model is PurchaseModel.MBG_NBD, given=given_model(start))
    except NoModel as error:
        progress.warn(f"The models were not compared with what happened in the last {days:,} days. Before these: {error}")
        return None
    if not len(test.repeats):
        progress.warn(f"The models were not compared with what happened in the last {days:,} days: nobody had bought before.")
        return None
    caution_of_guesses(test, progress)
    return test


def metrics(test: Any) -> list[Metric]:
    from plugins.value.lifetime.holdout import mean_error, root_mean_square

    if test is None:
        return []
    actual, model, naive = test.actual, test.model, test.naive
    return [
        Metric("purchases mean absolute error", mean_error(model.purchases, actual.purchases),
               mean_error(naive.purchases, actual.purchases)),
        Metric("purchases root mean square error", root_mean_square(model.purchases, actual.purchases),
               root_mean_square(naive.purchases, actual.purchases)),
        Metric("value mean absolute error", mean_error(model.value, actual.value), mean_error(naive.value, actual.value))]


def tables(sold: Any, found: Any, ahead: Any, value: Any) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    from plugins.value.ranks import standing

    def named(name: str) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(found.customer), np.int8)), [name])

    def ranked(values: Any) -> dict[str, Any]:
        ranks, percentiles = standing(values)
        return {"customer_id": sold.ids[found.customer], "value": values, "rank": ranks, "percentile": percentiles}

    scores = [pa.table({"metric": named(name), **ranked(values)})
              for name, values in ((CHURN_RISK, 1 - ahead.alive), (EXPECTED_PURCHASES, ahead.purchases))]
    return {"value_scores": pa.concat_tables(scores), "value_lifetimes": pa.table({**ranked(value), "currency": named(sold.currency)})}


# Measured with 1,000,000 transactions of 200,000 customers, in a process of its own on two busy cores (0.49 GB, 45 s).
FIXED_BYTES, FIXED_SECONDS = 350e6, 4.0  # libraries, start, and searches that take long for what they work on
SALE_BYTES, SALE_SECONDS = 300, 9e-6
CUSTOMER_BYTES, CUSTOMER_SECONDS = 800, 160e-6  # two searches for the likeliest parameters, and writing three rows


def estimate(counts: Mapping[str, int], _: LifetimeValueRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    customers, transactions = counts["customers"], counts["transactions"]
    return Estimate(customers + transactions, FIXED_BYTES + customers * CUSTOMER_BYTES + transactions * SALE_BYTES,
                    FIXED_SECONDS + customers * CUSTOMER_SECONDS + transactions * SALE_SECONDS)


LIFETIME = Analysis(
    name=NAME, title="Lifetime value and churn risk", title_zh="客户终身价值与流失风险", description=DESCRIPTION, version=1,
    start=LifetimeValueRunStartInput, run=LifetimeValueRun, needs=("customers", "transactions"), compute=compute,
    slots=lambda _: list(SLOTS), estimate=estimate, charts=CHARTS, libraries=("pyarrow", "scipy.optimize", "scipy.special", "scipy.stats"),
)
