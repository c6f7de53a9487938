"""ARIMA, seasonal too, by exact maximum likelihood in state space (statsmodels), of a given order or of one chosen by AIC.

The search goes from neighbour to neighbour (Hyndman and Khandakar, 2008): only models that are differenced alike have an AIC to compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, Unfit, seasonal

MOST_FITS = 20
SEARCHING = {"maxiter": 25}  # forms are compared by AIC when the search for the likeliest parameters has come so far
ENDING = {"maxiter": 100, "pgtol": 1e-7, "factr": 10.0}
MOST_P, MOST_SEASONAL = 3, 1
BY_CHANCE = 1.645  # beyond it, an autocorrelation is unlikely (10 %)
LONGEST_SEASON = 24  # beyond it a state has too many numbers: seasons are left to other methods
Order = tuple[int, int, int]


@dataclass(frozen=True)
class Form:
    order: Order
    seasonal: Order
    season: int

    def __str__(self) -> str:
        plain = "({},{},{})".format(*self.order)
        return f"ARIMA{plain}" + ("({},{},{})[{}]".format(*self.seasonal, self.season) if any(self.seasonal) else "")


def arima(values: Floats, setting: Setting) -> Forecast:
    if setting.log and values.min() <= 0:
        raise Unfit("NOT_POSITIVE")
    worked = np.log(values) if setting.log else values
    season = seasonal(values, setting.season)
    season = season if season <= LONGEST_SEASON else 1
    if setting.order is None:
        form = chosen(worked, season)
    else:
        form = Form(setting.order, setting.seasonal_order if season > 1 else (0, 0, 0), season)
    found = fit(worked, form)
    if found is None:
        raise Unfit("FAILED")
    ahead = model(worked / found.scale, form).filter(found.scaled).get_forecast(setting.horizon)
    mean, spread = (np.asarray(one) * found.scale for one in (ahead.predicted_mean, ahead.se_mean))
    if setting.log:
        with np.errstate(over="ignore"):
            mean, spread = np.exp(mean), np.exp(mean + spread**2 / 2) * np.sqrt(np.expm1(spread**2))
    return Forecast(mean, spread, f"{form}{' of logarithms' if setting.log else ''}")


@dataclass(frozen=True)
class Fitted:
    """`scaled`: the parameters of the series divided by `scale`, the variance last: float64[k]; `log_likelihood` is of the series itself,
    of so many values as are left when it is differenced."""

    scaled: Floats
    scale: float
    log_likelihood: float

    @property
    def aic(self) -> float:
        return 2 * len(self.scaled) - 2 * self.log_likelihood

    @property
    def variance(self) -> float:
        return float(self.scaled[-1]) * self.scale**2


def fit(values: Floats, form: Form, how: Mapping[str, Any] = ENDING) -> Fitted | None:
    """The likeliest model of this form, or None when there is none. It is of the differenced series: that is as exact, and several times
    as fast, as differences within the state. A search among numbers near 1 ends at the same place whatever the unit of the series is."""
    (p, d, q), (sp, sd, sq) = form.order, form.seasonal
    left = differenced(values, d, sd * form.season)
    if len(left) < p + q + sp + sq + 3 + form.season * max(sp, sq):
        return None
    scale = float(np.std(left)) or 1.0
    try:
        found = model(values / scale, form, simple_differencing=True).fit(
            method="lbfgs", disp=False, cov_type="none", **how)
    except (np.linalg.LinAlgError, ValueError, IndexError):
        return None
    likelihood = float(found.llf) - len(left) * float(np.log(scale))
    return Fitted(np.asarray(found.params), scale, likelihood) if np.isfinite(likelihood) else None


def differenced(values: Floats, times: int, season: int) -> Floats:
    """Once by whole seasons where `season` is more than 0, then so many times."""
    return np.diff(values[season:] - values[:-season] if season else values, times)


def model(values: Floats, form: Form, **how: Any) -> Any:
    """A constant is fitted where nothing is differenced."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal_order = (*form.seasonal, form.season) if any(form.seasonal) else (0, 0, 0, 0)
    trend = "n" if form.order[1] + form.seasonal[1] else "c"
    return SARIMAX(values, order=form.order, seasonal_order=seasonal_order, trend=trend, **how)


def chosen(values: Floats, season: int) -> Form:
    """The form with the smallest AIC among neighbours, from four beginnings on. Raises `Unfit` when none can be fitted."""
    sd = int(season > 1 and is_seasonal(values, season))
    d = differences(values[season:] - values[:-season] if sd else values)
    s = int(season > 1)
    waiting = [Form((p, d, q), (min(sp, s), sd, min(sq, s)), season)
               for p, q, sp, sq in ((2, 2, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 1), (1, 1, 0, 1))]
    found: dict[Form, float] = {}
    best: Form | None = None
    while waiting and len(found) < MOST_FITS:
        for form in waiting:
            if form not in found and len(found) < MOST_FITS:
                fitted = fit(values, form, SEARCHING)
                found[form] = np.inf if fitted is None else fitted.aic
        leader = min(found, key=lambda form: found[form])
        waiting = [] if leader == best else [form for form in neighbours(leader, s) if form not in found]
        best = leader
    if best is None or not np.isfinite(found[best]):
        raise Unfit("FAILED")
    return best


def neighbours(form: Form, s: int) -> list[Form]:
    (p, d, q), (sp, sd, sq) = form.order, form.seasonal
    steps = [(1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0, -1, 0, 0), (1, 1, 0, 0), (-1, -1, 0, 0),
             *([(0, 0, 1, 0), (0, 0, -1, 0), (0, 0, 0, 1), (0, 0, 0, -1)] if s else [])]
    near = [(p + a, q + b, sp + c, sq + e) for a, b, c, e in steps]
    return [Form((a, d, b), (c, sd, e), form.season) for a, b, c, e in near
            if 0 <= a <= MOST_P and 0 <= b <= MOST_P and 0 <= c <= MOST_SEASONAL and 0 <= e <= MOST_SEASONAL]


def differences(values: Floats) -> int:
    """How often to difference until the level stands still, at most twice: the test of Kwiatkowski and others (KPSS) at 5 %."""
    from statsmodels.tsa.stattools import kpss

    for count in range(2):
        if len(values) < 8 or np.ptp(values) == 0 or kpss(values, regression="c", nlags="auto")[1] > 0.05:
            return count
        values = np.diff(values)
    return 2


def is_seasonal(values: Floats, season: int) -> bool:
    """Whether the autocorrelation at the season is beyond chance: the test of the Theta method (Assimakopoulos and Nikolopoulos, 2000),
    with the bound of Bartlett."""
    centred = values - values.mean()
    total = float((centred**2).sum())
    if total == 0.0:
        return False
    correlation = [float((centred[lag:] * centred[:-lag]).sum()) / total for lag in range(1, season + 1)]
    bound = BY_CHANCE * np.sqrt((1 + 2 * sum(one**2 for one in correlation[:-1])) / len(values))
    return abs(correlation[-1]) > float(bound)
