"""What a run of forecasts is started with."""

import datetime
import enum
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, selection

NAME = "forecast"
HORIZON, MOST_HORIZON = 30, 365
FOLDS, MOST_FOLDS = 3, 10
SERIES, MOST_SERIES = 1_000, 100_000
MOST_SEASON = 366
MOST_LAG, MOST_SEASONAL_LAG, MOST_DIFFERENCES = 5, 2, 2
MOST_SEED = 2**31 - 1


@strawberry.enum(description="What is forecast.")
class ForecastTarget(enum.Enum):
    AMOUNT = strawberry.enum_value("AMOUNT", description="What is paid, in one currency; what comes back is taken off.")
    QUANTITY = strawberry.enum_value("QUANTITY", description="How many pieces are sold; what comes back is taken off.")
    PRICE = strawberry.enum_value("PRICE", description="What a piece costs on average, in purchases alone.")
    ORDERS = strawberry.enum_value("ORDERS", description="How many purchases there are; returns and cancellations are none.")


@strawberry.enum(description="Whose purchases make up one series.")
class ForecastBy(enum.Enum):
    TOTAL = strawberry.enum_value("TOTAL", description="All together: one series.")
    PRODUCT = strawberry.enum_value("PRODUCT", description="A series for each product.")
    CATEGORY = strawberry.enum_value("CATEGORY", description="A series for each category of products.")
    SEGMENT = strawberry.enum_value("SEGMENT", description="A series for each segment: of who is in it now.")
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="A series for each customer.")


@strawberry.enum(description="How long one step of a series is, by UTC.")
class ForecastGrain(enum.Enum):
    DAY = strawberry.enum_value("DAY", description="A day.")
    WEEK = strawberry.enum_value("WEEK", description="A week, from Monday on.")
    MONTH = strawberry.enum_value("MONTH", description="A calendar month.")


@strawberry.enum(description="What a period is worth in which nothing was sold.")
class ForecastGaps(enum.Enum):
    ZERO = strawberry.enum_value("ZERO", description="Nothing: 0.")
    CARRY = strawberry.enum_value("CARRY", description="As much as the period before.")


@strawberry.enum(description="What becomes of returns and cancellations.")
class ForecastReturns(enum.Enum):
    SUBTRACT = strawberry.enum_value("SUBTRACT", description="They are taken off in the period in which they happen.")
    IGNORE = strawberry.enum_value("IGNORE", description="They are left out: what is forecast is what was bought, kept or not.")


@strawberry.enum(description="How a series is continued.")
class ForecastModel(enum.Enum):
    AUTO = strawberry.enum_value("AUTO", description=(
        "THETA_ETS, unless the backtest says clearly that one of THETA, ETS, NAIVE and SEASONAL_NAIVE is better; TSB for series that are 0 "
        "most of the time."))
    THETA_ETS = strawberry.enum_value("THETA_ETS", description="The mean of THETA and ETS.")
    THETA = strawberry.enum_value("THETA", description="The Theta method: a trend line and exponential smoothing, half and half.")
    ETS = strawberry.enum_value("ETS", description="Exponential smoothing in state space, its form chosen by the corrected AIC.")
    ARIMA = strawberry.enum_value("ARIMA", description="ARIMA, seasonal too: of a given order, or of one that is chosen by AIC.")
    SVR = strawberry.enum_value("SVR", description="Support vector regression on lags and the calendar, a model for each step ahead.")
    RANDOM_FOREST = strawberry.enum_value("RANDOM_FOREST", description="A random forest on lags and the calendar, for all steps at once.")
    TSB = strawberry.enum_value("TSB", description=(
        "For series with many zeros (Teunter, Syntetos and Babai): how probable a sale is, and how much it brings; it forgets who stays "
        "away."))
    CROSTON = strawberry.enum_value("CROSTON", description=(
        "For series with many zeros (Croston, in the approximation of Syntetos and Boylan): how much a sale brings, and how far sales are "
        "apart."))
    NAIVE = strawberry.enum_value("NAIVE", description="The last value, again and again.")
    SEASONAL_NAIVE = strawberry.enum_value("SEASONAL_NAIVE", description="The values of the last season, again and again.")


def is_given(value: object) -> bool:
    return value is not None and value is not strawberry.UNSET


@strawberry.input(description="The order of an ARIMA model. A constant is fitted where nothing is differenced.")
class ArimaOrderInput:
    p: int = strawberry.field(default=0, description="How many lags of the series, from 0 to 5.")
    d: int = strawberry.field(default=0, description="How often it is differenced, from 0 to 2.")
    q: int = strawberry.field(default=0, description="How many lags of the errors, from 0 to 5.")
    seasonal_p: int = strawberry.field(default=0, description="How many lags of whole seasons, from 0 to 2.")
    seasonal_d: int = strawberry.field(default=0, description="How often seasons are differenced, 0 or 1.")
    seasonal_q: int = strawberry.field(default=0, description="How many lags of errors of whole seasons, from 0 to 2.")

    def __post_init__(self) -> None:
        for name, value, most in (("p", self.p, MOST_LAG), ("d", self.d, MOST_DIFFERENCES), ("q", self.q, MOST_LAG),
                                  ("seasonalP", self.seasonal_p, MOST_SEASONAL_LAG), ("seasonalD", self.seasonal_d, 1),
                                  ("seasonalQ", self.seasonal_q, MOST_SEASONAL_LAG)):
            within(value, 0, most, name)

    @property
    def order(self) -> tuple[int, int, int]:
        return self.p, self.d, self.q

    @property
    def seasonal(self) -> tuple[int, int, int]:
        return self.seasonal_p, self.seasonal_d, self.seasonal_q


@strawberry.input(description="What is to be forecast, of whom, how far ahead, and how.")
class ForecastRunStartInput(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, (
        "Only what these customers bought; left out: all purchases, those of nobody known among them."))
    target: ForecastTarget = strawberry.field(default=ForecastTarget.AMOUNT, description="What is forecast.")
    by: ForecastBy = strawberry.field(default=ForecastBy.TOTAL, description="Whose purchases make up one series.")
    grain: ForecastGrain = strawberry.field(default=ForecastGrain.WEEK, description="How long one step is.")
    horizon: int = strawberry.field(default=HORIZON, description="How many steps ahead, from 1 to 365.")
    model: ForecastModel = strawberry.field(default=ForecastModel.AUTO, description="How series are continued.")
    arima: ArimaOrderInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "The order for the model ARIMA; left out: chosen by AIC, for each series."))
    log: bool = strawberry.field(default=False, description=(
        "Whether the model ARIMA works on logarithms: for series that swing the more the higher they are. They must be above 0."))
    season: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many steps make a season, from 1 (there is none) to 366; left out: 7 days, 52 weeks or 12 months. A season counts only for "
        "series that are two seasons long."))
    gaps: ForecastGaps | None = strawberry.field(default=strawberry.UNSET, description=(
        "What a period without sales is worth; left out: CARRY for prices, else ZERO."))
    returns: ForecastReturns = strawberry.field(default=ForecastReturns.SUBTRACT, description=(
        "What becomes of returns and cancellations. Prices and numbers of orders are of purchases alone."))
    currency: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "The currency of amounts and prices, by ISO 4217 code; left out: the one with the most purchases. Purchases in others are left "
        "out."))
    until: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where the past ends. A period that is not over then is left out. Left out: the end of the day of the last transaction."))
    folds: int = strawberry.field(default=FOLDS, description=(
        "How often the end of each series is hidden and forecast, to see how good that is, from 0 to 10; 0: never, and AUTO is THETA_ETS."))
    most_series: int = strawberry.field(default=SERIES, description=(
        "At most so many series, from 1 to 100,000: those with the most purchases."))
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where the chance of RANDOM_FOREST and of simulated intervals comes from, 0 or more; left out, it is drawn and kept with the run."))

    def __post_init__(self) -> None:
        within(self.horizon, 1, MOST_HORIZON, "horizon")
        within(self.folds, 0, MOST_FOLDS, "folds")
        within(self.most_series, 1, MOST_SERIES, "mostSeries")
        if is_given(self.season):
            within(self.season or 0, 1, MOST_SEASON, "season")
        if is_given(self.seed):
            within(self.seed or 0, 0, MOST_SEED, "seed")
        if self.currency and not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise InvalidParameters("currency takes an ISO 4217 code of three capital letters, such as CNY.", "currency")
        if self.arima and self.model is not ForecastModel.ARIMA:
            raise InvalidParameters("An order is for the model ARIMA.", "arima")
        if self.log and self.model is not ForecastModel.ARIMA:
            raise InvalidParameters("Logarithms are for the model ARIMA.", "log")

    @property
    def filling(self) -> ForecastGaps:
        return self.gaps or (ForecastGaps.CARRY if self.target is ForecastTarget.PRICE else ForecastGaps.ZERO)

    @property
    def of_lines(self) -> bool:
        """Whether lines of transactions are read, and not transactions as a whole."""
        return self.target in (ForecastTarget.QUANTITY, ForecastTarget.PRICE) or self.by in (ForecastBy.PRODUCT, ForecastBy.CATEGORY)


def within(given: int, least: int, most: int, name: str) -> None:
    if not least <= given <= most:
        raise InvalidParameters(f"{name} must be from {least} to {most:,}, and is {given:,}.", name)


def slot(by: ForecastBy, target: ForecastTarget) -> str:
    """What a run answers for, such as customerAmount."""
    return f"{by.name.lower()}{target.name.capitalize()}"
