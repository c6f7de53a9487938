"""What is done with one series: it is tested, the method is chosen, and the series is continued with intervals.

This is what processes are given many series of; nothing here knows of a database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugins.forecast.methods.forecast import Forecast, Setting, Unfit, seasonal
from plugins.forecast.methods.intermittent import is_intermittent
from plugins.forecast.methods.registry import forecasts
from plugins.forecast.series import Series
from plugins.forecast.testing import intervals
from plugins.forecast.testing.backtest import Fold, Score, backtest, scores, tested

Floats = NDArray[np.float64]
USUAL, NAIVE, SEASONAL = "THETA_ETS", "NAIVE", "SEASONAL_NAIVE"
CANDIDATES = (USUAL, "THETA", "ETS", NAIVE, SEASONAL)
CLEARLY = 0.8  # of the errors of the usual method: another one takes its place only when it is so much better, and better in each fold
WILD = 100  # times the largest value: a forecast beyond it is none
CONSTANT = "CONSTANT"


@dataclass(frozen=True)
class Plan:
    """`model` is a name of the registry, or AUTO; `folds`: how often the end is hidden; `keep_folds`: whether the result has them."""

    model: str
    setting: Setting
    folds: int
    keep_folds: bool = False


@dataclass(frozen=True)
class Continued:
    """`low` and `high` by level: float64[horizon]. `fallback` says why another model stands in for the one that was asked for.
    `naive_wins`: whether a naive method had smaller errors in the backtest, None without one."""

    model: str
    form: str | None
    mean: Floats
    low: Mapping[int, Floats]
    high: Mapping[int, Floats]
    scores: Mapping[str, Score]
    naive_wins: bool | None
    fallback: str | None
    folds: Sequence[Fold] = ()


def work(part: Sequence[tuple[Series, Plan]]) -> list[Continued]:
    """All series of a part, one after the other. Matrices of these sizes are not worth a second thread: it takes ten times as long."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return [continued(one.values, plan) for one, plan in part]


def continued(values: Floats, plan: Plan) -> Continued:
    """Never fails: where nothing else can be fitted, the last value goes on."""
    if np.ptp(values) == 0:
        return constant(values, plan)
    names = candidates(values, plan)
    folds = backtest(values, names, plan.setting, plan.folds) if plan.folds else []
    wanted = chosen(folds) if plan.model == "AUTO" and names[0] == USUAL else names[0]
    model, found, fallback = first_fit(values, wanted, plan.setting)
    wide = intervals.widening([(one.actual, one.found[model]) for one in folds]) if tested(folds, model) else 1.0
    least = 0.0 if values.min() >= 0 else None
    bounds = {level: intervals.around(found, level, wide, least) for level in intervals.QUANTILES}
    return Continued(
        model, found.form, found.mean if least is None else np.maximum(found.mean, least),
        {level: low for level, (low, _) in bounds.items()}, {level: high for level, (_, high) in bounds.items()},
        scores(values, folds, names, seasonal(values, plan.setting.season)), naive_wins(folds, model), fallback,
        folds if plan.keep_folds else ())


def candidates(values: Floats, plan: Plan) -> tuple[str, ...]:
    """The methods to test, the one that is wanted first. A series without a season has one naive method."""
    rivals = (NAIVE, SEASONAL) if seasonal(values, plan.setting.season) > 1 else (NAIVE,)
    if plan.model != "AUTO":
        return tuple(dict.fromkeys((plan.model, *rivals)))
    if is_intermittent(values):
        return ("TSB", *rivals)
    return tuple(name for name in CANDIDATES if name != SEASONAL or SEASONAL in rivals)


def chosen(folds: Sequence[Fold]) -> str:
    """The usual method, unless another one is clearly better."""
    if len(folds) < 2 or not tested(folds, USUAL):
        return USUAL
    errors = {name: [one.error(name) for one in folds] for name in CANDIDATES if tested(folds, name)}
    usual = errors.pop(USUAL)
    better = {name: sum(each) for name, each in errors.items() if all(one < other for one, other in zip(each, usual, strict=True))}
    best = min(better, key=lambda name: better[name], default=USUAL)
    return best if better.get(best, np.inf) < CLEARLY * sum(usual) else USUAL


def first_fit(values: Floats, wanted: str, setting: Setting) -> tuple[str, Forecast, str | None]:
    """The wanted method, or the next one that can continue the series, and why the wanted one cannot."""
    fallback: str | None = None
    for name in dict.fromkeys((wanted, USUAL, NAIVE)):
        found = forecasts(values, (name,), setting)[name]
        if isinstance(found, Forecast) and np.abs(found.mean).max() <= WILD * np.abs(values).max():
            return name, found, fallback
        fallback = fallback or (str(found) if isinstance(found, Unfit) else "FAILED")
    raise AssertionError("the last value can always be repeated")


def naive_wins(folds: Sequence[Fold], model: str) -> bool | None:
    if not tested(folds, model):
        return None
    rivals = [name for name in (NAIVE, SEASONAL) if tested(folds, name)]
    best = min(sum(one.error(name) for one in folds) for name in rivals)
    return model in rivals or best < sum(one.error(model) for one in folds)


def constant(values: Floats, plan: Plan) -> Continued:
    """It goes on as it always was, and nothing can be tested."""
    same = np.full(plan.setting.horizon, values[-1])
    bounds = dict.fromkeys(intervals.QUANTILES, same)
    return Continued(NAIVE, None, same, bounds, bounds, {}, None, CONSTANT)
