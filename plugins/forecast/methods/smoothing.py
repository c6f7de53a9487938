"""Exponential smoothing in state space (ETS), its form chosen by the corrected AIC, as statsmodels fits it.

Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing, 2008. Where states begin is worked out as in its section 2.6.1;
with that given, smoothing parameters are the likeliest ones. To make the beginnings parameters too takes twenty times as long, and on
the monthly series of the M3 competition it foretells no better.
"""

from typing import Any

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, Unfit, seasonal

PATHS = 500  # that are simulated where the spread has no formula
MOST_STEPS = 1000
Form = tuple[str, str | None, bool, str | None]
TRENDS: tuple[tuple[str | None, bool], ...] = ((None, False), ("add", False), ("add", True))
# Errors that are added beside seasons that are multiplied are left out: they are not stable (section 15.2.3 there).
SEASONS = {"add": (None, "add"), "mul": (None, "add", "mul")}
LETTERS = {None: "N", "add": "A", "mul": "M"}


def smoothing(values: Floats, setting: Setting) -> Forecast:
    season = seasonal(values, setting.season)
    fitted = [one for one in (fit(values, form, season) for form in forms(values, season)) if one is not None]
    if not fitted:
        raise Unfit("TOO_SHORT")
    best = min(fitted, key=lambda one: float(one.aicc))
    return Forecast(np.asarray(best.forecast(setting.horizon)), spread(best, setting), name(best.model))


def forms(values: Floats, season: int) -> list[Form]:
    """What is multiplied takes values above 0."""
    return [(error, trend, damped, seasons) for error in ("add", "mul") if error == "add" or values.min() > 0
            for seasons in SEASONS[error] if seasons is None or season > 1 for trend, damped in TRENDS]


def fit(values: Floats, form: Form, season: int) -> Any:
    """statsmodels' results, or None when there are none that can be worked with."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    error, trend, damped, seasons = form
    try:
        model = ETSModel(values, error=error, trend=trend, damped_trend=damped, seasonal=seasons,
                         seasonal_periods=season if seasons else None, initialization_method="heuristic")
        found = model.fit(disp=False, maxiter=MOST_STEPS)
    except (ValueError, np.linalg.LinAlgError, ZeroDivisionError):
        return None
    return found if np.isfinite(found.aicc) and np.isfinite(found.forecast(1)).all() else None


def spread(found: Any, setting: Setting) -> Floats:
    """By simulation: the same paths for the same seed."""
    once = float(np.sqrt(np.mean(np.asarray(found.resid) ** 2)))
    errors = np.random.default_rng(setting.seed).normal(0, once, (setting.horizon, PATHS))
    with np.errstate(over="ignore", invalid="ignore"):
        paths = np.asarray(found.simulate(setting.horizon, anchor="end", repetitions=PATHS, random_errors=errors))
        low, high = np.quantile(paths, (0.16, 0.84), axis=1)  # where a normal distribution has one standard deviation
    return np.asarray((high - low) / 2)


def name(model: Any) -> str:
    trend = "N" if model.trend is None else "Ad" if model.damped_trend else "A"
    return f"ETS({LETTERS[model.error]},{trend},{LETTERS[model.seasonal]})"
