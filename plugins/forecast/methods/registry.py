"""The methods by their names."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from plugins.forecast.methods.arima import arima
from plugins.forecast.methods.forecast import Floats, Forecast, Setting, Unfit, finite
from plugins.forecast.methods.intermittent import croston, tsb
from plugins.forecast.methods.learning import random_forest, support_vectors
from plugins.forecast.methods.naive import naive, seasonal_naive
from plugins.forecast.methods.smoothing import smoothing
from plugins.forecast.methods.theta import theta

Method = Callable[[Floats, Setting], Forecast]
METHODS: Mapping[str, Method] = {
    "THETA": theta, "ETS": smoothing, "ARIMA": arima, "SVR": support_vectors, "RANDOM_FOREST": random_forest, "TSB": tsb,
    "CROSTON": croston, "NAIVE": naive, "SEASONAL_NAIVE": seasonal_naive}
STATISTICAL = frozenset({"THETA", "ETS", "ARIMA"})  # they need statsmodels, which takes seconds to import
MEAN_OF = {"THETA_ETS": ("THETA", "ETS")}  # of two forecasts: their errors cancel out in part


def forecasts(values: Floats, wanted: tuple[str, ...], setting: Setting) -> dict[str, Forecast | Unfit]:
    """What each of these methods says, or why it cannot; a mean costs nothing beside its parts."""
    parts = dict.fromkeys(part for name in wanted for part in MEAN_OF.get(name, (name,)))
    if not STATISTICAL.isdisjoint(parts):
        import statsmodels.tools.sm_exceptions  # noqa: F401  it sets filters of warnings at first: that is to be before ours
    found = {name: tried(METHODS[name], values, setting) for name in parts}
    return {name: mean(*(found[part] for part in MEAN_OF[name])) if name in MEAN_OF else found[name] for name in wanted}


def tried(method: Method, values: Floats, setting: Setting) -> Forecast | Unfit:
    """What libraries warn of while they search is not shown: what counts is how well the result foretells."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return finite(method(values, setting))
        except Unfit as unfit:
            return unfit
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            return Unfit("FAILED")


def mean(one: Forecast | Unfit, other: Forecast | Unfit) -> Forecast | Unfit:
    """Of the two, or the one that there is. Errors of both are taken to go together."""
    if isinstance(one, Unfit) or isinstance(other, Unfit):
        return other if isinstance(one, Unfit) else replace(one, form="Theta")
    form = " + ".join(filter(None, ("Theta", other.form)))
    return Forecast((one.mean + other.mean) / 2, (one.spread + other.spread) / 2, form)
