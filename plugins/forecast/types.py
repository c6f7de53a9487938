"""Types of forecasts: the run, its series, and what each of them says."""

import datetime
import enum
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any

import strawberry
from sqlalchemy import BigInteger, select

from guanxi import (
    AnalysisRun,
    Connection,
    Customer,
    Node,
    Product,
    Record,
    RunMetric,
    Segment,
    column,
    computed,
    derived,
    from_summary,
    key,
    many,
    members,
    one,
    question,
)
from plugins.forecast.calendar import moment
from plugins.forecast.models import SeriesRow
from plugins.forecast.start import ForecastBy, ForecastGaps, ForecastGrain, ForecastModel, ForecastReturns, ForecastTarget

READ = ["commerce.read"]
HERE = "plugins.forecast.types"
LazyRun = Annotated["ForecastRun", strawberry.lazy(HERE)]
ForecastSubject = Annotated[Customer | Product | Segment, strawberry.union("ForecastSubject", description="What a series is about.")]
MEASURES = (("MASE", "mase"), ("sMAPE", "smape"), ("RMSE", "rmse"), ("coverage of the 80 % intervals", "coverage80"),
            ("coverage of the 95 % intervals", "coverage95"))
ERRORS = ("mase", "smape", "rmse")
NAIVE = ("NAIVE", "SEASONAL_NAIVE")


@strawberry.enum(description="Why a series is continued by another model than the one that was asked for.")
class ForecastFallback(enum.Enum):
    TOO_SHORT = strawberry.enum_value("TOO_SHORT", description="It is too short for that model.")
    NOT_POSITIVE = strawberry.enum_value("NOT_POSITIVE", description="Logarithms take values above 0.")
    FAILED = strawberry.enum_value("FAILED", description="That model could not be fitted, or gave no sound numbers.")
    CONSTANT = strawberry.enum_value("CONSTANT", description="It is the same all the time, and goes on so.")


@strawberry.type(description="What is expected of one period.")
class ForecastPoint:
    at: datetime.datetime = strawberry.field(description="When the period begins.")
    value: float = strawberry.field(description="What is expected: in units of the run's currency, in pieces, or in orders.")
    lower80: float | None = strawberry.field(description="Where the interval begins that it lies in with a probability of 80 %.")
    upper80: float | None = strawberry.field(description="Where that interval ends.")
    lower95: float | None = strawberry.field(description="Where the interval of 95 % begins.")
    upper95: float | None = strawberry.field(description="Where that interval ends.")


@strawberry.type(description="What one period was worth.")
class ForecastObservation:
    at: datetime.datetime = strawberry.field(description="When the period began.")
    value: float = strawberry.field(description="What there was.")


@strawberry.type(description="How good a model was in the backtest of one series.")
class ForecastModelScore:
    model: ForecastModel = strawberry.field(description="Which one.")
    mase: float | None = strawberry.field(description=(
        "Its mean absolute error, as a multiple of that of the (seasonal) naive method within the past; null where that made no error."))
    smape: float = strawberry.field(description="Its mean symmetric percentage error, from 0 to 200.")
    rmse: float = strawberry.field(description="The root of its mean squared error, in the units of the series.")
    coverage80: float = strawberry.field(description="How much of what came lay in its intervals of 80 %, from 0 to 1.")
    coverage95: float = strawberry.field(description="How much of what came lay in its intervals of 95 %, from 0 to 1.")


def points(kept: str, begin: int, grain: str) -> list[ForecastPoint]:
    found = json.loads(kept)
    return [ForecastPoint(at=moment(period, grain), **dict(zip(found, values, strict=True)))
            for period, values in enumerate(zip(*found.values(), strict=True), begin)]


def history(kept: str, first: int, grain: str) -> list[ForecastObservation]:
    return [ForecastObservation(at=moment(first + place, grain), value=value) for place, value in enumerate(json.loads(kept))]


def scores(kept: str) -> list[ForecastModelScore]:
    return [ForecastModelScore(model=ForecastModel[given["model"]], **{name: given[name] for _, name in MEASURES})
            for given in json.loads(kept)]


def backtest(kept: str, model: str) -> list[RunMetric]:
    """Of the model that the series is continued by; what the better of the naive methods reaches beside its errors."""
    by_model = {given["model"]: given for given in json.loads(kept)}
    ours, rivals = by_model.get(model), [by_model[name] for name in NAIVE if name in by_model]
    if ours is None:
        return []
    rival: Mapping[str, Any] = min(rivals, key=lambda given: given["rmse"], default={})
    return [RunMetric(name=title, value=ours[name], baseline=rival.get(name) if name in ERRORS else None, fold=None)
            for title, name in MEASURES]


@cache
def subjects_of(dialect: str) -> Any:
    row = SeriesRow
    return question(select(row.id, row.customer_id, row.product_id, row.segment_id).where(
        row.id.in_(members("series", BigInteger(), dialect))), dialect)


async def subjects(context: Any, series: Sequence[int]) -> Mapping[int, Record]:
    """One statement for a page; the total and categories have none."""
    rows = await subjects_of(context.dialect).ask(context, {"series": series})
    kinds = (Customer, Product, Segment)
    return {number: Record(kind, id_) for number, *ids in rows for kind, id_ in zip(kinds, ids, strict=True) if id_}


@strawberry.type(description="A series of the past, and how one run continues it.")
class ForecastSeries(Node):
    id: strawberry.ID = key(SeriesRow.id, code="fs", requires=READ)
    subject: ForecastSubject | None = computed(subjects, (  # type: ignore[assignment]  # a record stands for what is read of it
        "What it is about: a customer, a product, or the segment of who was in it; null for a category and for the total."))
    category: str | None = column(SeriesRow.category, "The category of products that it is about; null for anything else.")
    target: ForecastTarget = derived(ForecastTarget.__getitem__, SeriesRow.target, description="What is forecast.")
    grain: ForecastGrain = derived(ForecastGrain.__getitem__, SeriesRow.grain, description="How long one step is.")
    model: ForecastModel = derived(ForecastModel.__getitem__, SeriesRow.model, description="The model that continues it.")
    form: str | None = column(SeriesRow.form, "Which member of its family that is, such as ETS(A,Ad,N); null where there is one only.")
    fallback: ForecastFallback | None = derived(
        lambda kept: kept and ForecastFallback[kept], SeriesRow.fallback,
        description="Why it is not the model that was asked for; null when it is.")
    naive_wins: bool | None = column(SeriesRow.naive_wins, (
        "Whether to repeat the last value, or the last season, was as good in the backtest; null without one."))
    points: list[ForecastPoint] = derived(points, SeriesRow.points, SeriesRow.next_period, SeriesRow.grain,
                                          description="What is expected, step by step.")
    history: list[ForecastObservation] = derived(history, SeriesRow.history, SeriesRow.first_period, SeriesRow.grain,
                                                 description="What went before, step by step.")
    backtest: list[RunMetric] = derived(backtest, SeriesRow.scores, SeriesRow.model, description=(
        "How good the model was when the end of the series was hidden; the baseline is the better naive method. Empty without a test."))
    scores: list[ForecastModelScore] = derived(scores, SeriesRow.scores, description="How good each model was that was tested.")
    run: LazyRun = one(SeriesRow.run_id, "The run that continued it.")


@strawberry.type(description="How good a model was in a run: means over the series that it was tested on.")
class ForecastModelSummary:
    model: ForecastModel = strawberry.field(description="Which one.")
    chosen_count: int = strawberry.field(description="How many series are continued by it.")
    tested_count: int = strawberry.field(description="On how many series it was tested.")
    mase: float | None = strawberry.field(description="The mean of MASE; null where there is none.")
    smape: float | None = strawberry.field(description="The mean of sMAPE, in percent; null when it was not tested.")
    coverage80: float | None = strawberry.field(description="How much of what came lay in its intervals of 80 %, from 0 to 1.")
    coverage95: float | None = strawberry.field(description="How much of what came lay in its intervals of 95 %, from 0 to 1.")


def models(found: Sequence[Mapping[str, Any]]) -> list[ForecastModelSummary]:
    return [ForecastModelSummary(
        model=ForecastModel[given["model"]], chosen_count=given["chosenCount"], tested_count=given["testedCount"],
        **{name: given[name] for name in ("mase", "smape", "coverage80", "coverage95")}) for given in found]


ForecastSeriesConnection = Connection[ForecastSeries]


@strawberry.type(description="A run that continued series of sales.")
class ForecastRun(AnalysisRun):
    series: ForecastSeriesConnection | None = many(SeriesRow.run_id, "The series, the one with the most purchases first.",
                                                   default_order=[(SeriesRow.position, False)], requires=READ)
    target: ForecastTarget | None = from_summary("target", "What was forecast.", ForecastTarget.__getitem__)
    by: ForecastBy | None = from_summary("by", "Whose purchases make up one series.", ForecastBy.__getitem__)
    grain: ForecastGrain | None = from_summary("grain", "How long one step is.", ForecastGrain.__getitem__)
    horizon: int | None = from_summary("horizon", "How many steps it looked ahead.")
    season: int | None = from_summary("season", "How many steps make a season, 1 for none.")
    gaps: ForecastGaps | None = from_summary("gaps", "What a period without sales was worth.", ForecastGaps.__getitem__)
    returns: ForecastReturns | None = from_summary("returns", "What became of returns.", ForecastReturns.__getitem__)
    currency: str | None = from_summary("currency", "The currency of amounts and prices; null for pieces and orders in all currencies.")
    until: datetime.datetime | None = from_summary("until", "Where the past ends, and the first forecast period begins.",
                                                   datetime.datetime.fromisoformat)
    series_count: int | None = from_summary("seriesCount", "How many series there are.")
    short_count: int | None = from_summary("shortCount", "How many were left out because they are too short.")
    left_out_count: int | None = from_summary("leftOutCount", "How many were left out because there are more than were asked for.")
    tested_count: int | None = from_summary("testedCount", "How many were tested.")
    naive_wins_count: int | None = from_summary("naiveWinsCount", "For how many of these a naive method was as good.")
    fallback_count: int | None = from_summary("fallbackCount", "How many are continued by another model than was asked for.")
    models: list[ForecastModelSummary] | None = from_summary("models", "The models that were used or tested.", models)
