"""The rolling backtest of a series: its end is hidden, and forecast from several beginnings as if it were not there yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from plugins.forecast.methods.forecast import Forecast, Setting, Unfit
from plugins.forecast.methods.registry import forecasts
from plugins.forecast.testing import intervals
from plugins.forecast.testing.measures import coverage, mase, rmse, scale, smape

Floats = NDArray[np.float64]
FEWEST = 8  # values to learn from
HIDDEN = 3  # at most a third of the series is hidden


@dataclass(frozen=True)
class Fold:
    """`begin`: how many values were known; `actual`: float64[k], what came then."""

    begin: int
    actual: Floats
    found: Mapping[str, Forecast]

    def error(self, name: str) -> float:
        return float(np.abs(self.actual - self.found[name].mean).mean())


@dataclass(frozen=True)
class Score:
    """How good a method was, over all folds. `mase` is None for a series that was constant before; coverages are those of intervals that
    were widened by what the other folds say."""

    mase: float | None
    smape: float
    rmse: float
    coverage80: float
    coverage95: float


def backtest(values: Floats, names: tuple[str, ...], setting: Setting, folds: int) -> list[Fold]:
    """The last values, as many as the horizon but at most a third, are hidden. The first fold forecasts all of them, the next ones begin
    later, each at an equal distance, and forecast what is left. No fold when too little would be left to learn from."""
    hidden = min(setting.horizon, len(values) // HIDDEN)
    if len(values) - hidden < FEWEST or not hidden:
        return []
    begins = sorted({len(values) - hidden + hidden * fold // folds for fold in range(folds)})
    found = []
    for begin in begins:
        said = forecasts(values[:begin], names, replace(setting, horizon=len(values) - begin))
        known = {name: one for name, one in said.items() if not isinstance(one, Unfit)}
        found.append(Fold(begin, values[begin:], known))
    return found


def tested(folds: Sequence[Fold], name: str) -> bool:
    """Whether the method said something in every fold."""
    return bool(folds) and all(name in one.found for one in folds)


def scores(values: Floats, folds: Sequence[Fold], names: Sequence[str], season: int) -> dict[str, Score]:
    """Of the methods that were tested."""
    scaled_by = scale(values[:folds[0].begin], season) if folds else 0.0
    least = 0.0 if values.min() >= 0 else None
    return {name: score(folds, name, scaled_by, least) for name in names if tested(folds, name)}


def score(folds: Sequence[Fold], name: str, scaled_by: float, least: float | None) -> Score:
    actual = np.concatenate([one.actual for one in folds])
    mean = np.concatenate([one.found[name].mean for one in folds])
    inside: dict[int, list[float]] = {80: [], 95: []}
    for fold in folds:
        wide = intervals.widening([(other.actual, other.found[name]) for other in folds if other is not fold])
        for level, shares in inside.items():
            shares += [coverage(fold.actual, *intervals.around(fold.found[name], level, wide, least))] * len(fold.actual)
    return Score(mase(actual, mean, scaled_by), smape(actual, mean), rmse(actual, mean), *(float(np.mean(one)) for one in inside.values()))
