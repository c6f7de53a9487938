"""The analysis `forecast`: from a snapshot's purchases to series that are continued; what a run costs and answers for."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi import Analysis, Estimate, Progress, Result, Snapshot
from plugins.forecast.charts import CHARTS
from plugins.forecast.start import NAME, ForecastBy, ForecastModel, ForecastRunStartInput, slot
from plugins.forecast.types import ForecastRun

DESCRIPTION = (
    "Forecasts what will be paid, how many pieces and orders there will be, or what a piece will cost: in all, or for each product, "
    "category, segment or customer, by day, week or month, with intervals of 80 % and 95 %. The end of every series is hidden and "
    "forecast, to compare the method with the naive ones, which repeat the last value or the last season; the run says when these win.")


def compute(snapshot: Snapshot, start: ForecastRunStartInput, progress: Progress) -> Result:
    from plugins.forecast.cautions import caution
    from plugins.forecast.reading import read
    from plugins.forecast.results import drawing, table
    from plugins.forecast.spreading import spread
    from plugins.forecast.summary import metrics, summary

    past = read(snapshot, start, progress)
    plan = plan_of(start)
    found = spread(past.series, plan, progress)
    caution(past, found, start, progress)
    return Result({"forecast_series": table(past, found, start)}, summary(past, found, start, plan), metrics(found),
                  drawing(past, found, start))


def plan_of(start: ForecastRunStartInput) -> Any:
    from plugins.forecast.calendar import SEASONS
    from plugins.forecast.methods.forecast import Setting
    from plugins.forecast.working import Plan

    season = start.season if isinstance(start.season, int) else SEASONS[start.grain.name]
    given = start.arima or None
    setting = Setting(start.horizon, season, given.order if given else None, given.seasonal if given else (0, 0, 0), start.log,
                      start.seed or 0)
    return Plan(start.model.name, setting, start.folds)


def needs(start: ForecastRunStartInput) -> tuple[str, ...]:
    more = {ForecastBy.PRODUCT: ("products",), ForecastBy.CATEGORY: ("products",), ForecastBy.SEGMENT: ("segmentMembers",),
            ForecastBy.CUSTOMER: ("customers",), ForecastBy.TOTAL: ()}
    return ("transactionLines" if start.of_lines else "transactions", *more[start.by])


# Measured with 10,000 customers and 1,000,000 transactions on two processors, series of about 100 steps; rounded up.
FIXED_BYTES, FIXED_SECONDS = 900e6, 15.0  # libraries in each of the processes, and their start
SALE_BYTES, SALE_SECONDS = 400, 2e-6
SERIES_BYTES = 60_000
FIT_SECONDS = {  # of one series once; a backtest fits as often as it has folds
    ForecastModel.AUTO: 0.08, ForecastModel.THETA_ETS: 0.08, ForecastModel.ETS: 0.08, ForecastModel.THETA: 0.015,
    ForecastModel.ARIMA: 4.0, ForecastModel.RANDOM_FOREST: 0.4, ForecastModel.SVR: 0.1}
CHEAP = 0.01  # what smooths by two rates, or repeats


def estimate(counts: Mapping[str, int], start: ForecastRunStartInput) -> Estimate:
    """From the whole tables: a selection can only make it less."""
    sales = counts["transactionLines" if start.of_lines else "transactions"]
    subjects = {ForecastBy.TOTAL: 1, ForecastBy.PRODUCT: counts.get("products", 0), ForecastBy.CATEGORY: counts.get("products", 0),
                ForecastBy.SEGMENT: counts.get("segmentMembers", 0), ForecastBy.CUSTOMER: counts.get("customers", 0)}[start.by]
    series = min(subjects, start.most_series)
    seconds = FIT_SECONDS.get(start.model, CHEAP) * (start.folds + 1)
    return Estimate(sum(counts.values()), FIXED_BYTES + sales * SALE_BYTES + series * SERIES_BYTES,
                    FIXED_SECONDS + sales * SALE_SECONDS + series * seconds)


def slots(start: ForecastRunStartInput) -> Sequence[str]:
    return [slot(start.by, start.target)]


FORECAST = Analysis(
    name=NAME, title="Forecast", title_zh="预测", description=DESCRIPTION, version=1, start=ForecastRunStartInput, run=ForecastRun,
    needs=needs, compute=compute, slots=slots, estimate=estimate, charts=CHARTS,
    libraries=("pyarrow", "sklearn", "statsmodels"),  # its models take seconds to load: no process does that ahead of time for other runs
)
