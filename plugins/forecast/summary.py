"""The figures of a run of forecasts: what was forecast and how, and how well that was tested."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from guanxi import Metric
from plugins.forecast.calendar import moment
from plugins.forecast.reading import Past
from plugins.forecast.start import ForecastRunStartInput
from plugins.forecast.testing.backtest import Score
from plugins.forecast.working import NAIVE, Continued, Plan


def summary(past: Past, found: Sequence[Continued], start: ForecastRunStartInput, plan: Plan) -> dict[str, Any]:
    return {
        "target": start.target.name, "by": start.by.name, "grain": start.grain.name, "horizon": start.horizon,
        "season": plan.setting.season, "currency": past.currency, "gaps": start.filling.name, "returns": start.returns.name,
        "until": moment(past.last + 1, start.grain.name).isoformat(),
        "seriesCount": len(found), "shortCount": past.short, "leftOutCount": past.left,
        "testedCount": sum(bool(one.scores) for one in found), "naiveWinsCount": sum(bool(one.naive_wins) for one in found),
        "fallbackCount": sum(one.fallback is not None for one in found), "models": models(found)}


def models(found: Sequence[Continued]) -> list[dict[str, Any]]:
    """Each method that was used or tested: for how many series it was chosen, and its errors, means over the series that it was tested
    on."""
    chosen = Counter(one.model for one in found)
    names = dict.fromkeys([*(name for one in found for name in one.scores), *chosen])
    return [{"model": name, "chosenCount": chosen[name], **errors([one.scores[name] for one in found if name in one.scores])}
            for name in names]


def errors(scores: Sequence[Score]) -> dict[str, Any]:
    return {"testedCount": len(scores), "mase": mean(one.mase for one in scores), "smape": mean(one.smape for one in scores),
            "coverage80": mean(one.coverage80 for one in scores), "coverage95": mean(one.coverage95 for one in scores)}


def mean(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return float(np.mean(known)) if known else None


def metrics(found: Sequence[Continued]) -> list[Metric]:
    """Means over series, of the method that each is continued by and of the naive one. Errors in units are told of a single series."""
    both = [(one.scores[one.model], one.scores[NAIVE]) for one in found if one.model in one.scores and NAIVE in one.scores]
    if not both:
        return []
    wanted: list[tuple[str, Callable[[Score], float | None], bool]] = [
        ("MASE", lambda one: one.mase, True), ("sMAPE", lambda one: one.smape, True), ("RMSE", lambda one: one.rmse, True),
        ("coverage of the 80 % intervals", lambda one: one.coverage80, False),
        ("coverage of the 95 % intervals", lambda one: one.coverage95, False)]
    return [Metric(name, mean(read(ours) for ours, _ in both), mean(read(naive) for _, naive in both) if compared else None)
            for name, read, compared in wanted if name != "RMSE" or len(found) == 1]
