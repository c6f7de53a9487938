"""The Theta method (Assimakopoulos and Nikolopoulos, 2000), as statsmodels has it: half a trend line, half exponential smoothing."""

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, seasonal


def theta(values: Floats, setting: Setting) -> Forecast:
    """The season is taken off first where a test finds one. The spread is that of exponential smoothing: its errors in the past, and how
    much of each stays (Hyndman and Billah, 2003)."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    season = seasonal(values, setting.season)
    fitted = ThetaModel(values, period=season, deseasonalize=season > 1).fit()
    mean = np.asarray(fitted.forecast(setting.horizon))
    slope, alpha = (float(one) for one in fitted.params)
    ahead = np.asarray(fitted.forecast_components(max(season, setting.horizon)).seasonal)
    multiplied = fitted.model.method.startswith("mul")
    index = np.roll(ahead[:season], len(values) % season)[np.arange(len(values)) % season]
    plain = values / index if multiplied else values - index
    once = float(np.std(errors(plain, alpha, slope)))
    spread = once * np.sqrt(1 + np.arange(setting.horizon) * alpha**2)
    return Forecast(mean, spread * ahead[:setting.horizon] if multiplied else spread, "seasonal" if np.ptp(ahead) else None)


def errors(values: Floats, alpha: float, slope: float) -> Floats:
    """How far one step ahead was off each time: float64[n - 1]. The drift is half the slope of the trend line."""
    from scipy.signal import lfilter

    level, _ = lfilter([alpha], [1, alpha - 1], values, zi=[(1 - alpha) * values[0]])
    ahead = level[:-1] + slope / 2 * (1 - (1 - alpha) ** np.arange(1, len(values))) / max(alpha, 1e-4)
    found: Floats = values[1:] - ahead
    return found
