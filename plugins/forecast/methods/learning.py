"""Forecasts by machine learning: support vector regression and random forests on lags and the calendar, direct for every step ahead.

Each example is a stretch of the series, less its last value, so that a trend in the past is a trend in the future too; what is learnt is
how far the next values are from that last one.
"""

from dataclasses import dataclass

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, Unfit, seasonal

LAGS, FEWEST_EXAMPLES = 6, 8
TREES, LEAST_LEAF = 100, 2
PENALTY, TUBE = 10.0, 0.1  # of the support vectors, on a scale where the series has the standard deviation 1


@dataclass(frozen=True)
class Examples:
    """`known`: float64[n, k], lags and the phase of the season; `ahead`: float64[n, horizon], NaN for what lies in the future; `now`:
    float64[k], what is known at the end; `last`: the value that stands for 0, `scale` the one that stands for 1."""

    known: Floats
    ahead: Floats
    now: Floats
    last: float
    scale: float

    def back(self, found: Floats) -> Floats:
        return self.last + self.scale * found


def examples(values: Floats, setting: Setting) -> Examples:
    season = seasonal(values, setting.season)
    lags = max(LAGS, season if season <= len(values) // 3 else 1)
    scale = float(np.std(values)) or 1.0
    ends = np.arange(lags - 1, len(values))
    if len(ends) - setting.horizon < FEWEST_EXAMPLES:
        raise Unfit("TOO_SHORT")
    past = values[ends[:, None] - np.arange(lags)]
    phase = 2 * np.pi * (setting.phase + ends)[:, None] / season
    known = np.hstack([(past[:, 1:] - past[:, :1]) / scale, np.sin(phase), np.cos(phase)])
    reach = ends[:, None] + np.arange(1, setting.horizon + 1)
    ahead = np.where(reach < len(values), values[np.minimum(reach, len(values) - 1)] - past[:, :1], np.nan) / scale
    return Examples(known[:-1], ahead[:-1], known[-1:], float(values[-1]), scale)


def random_forest(values: Floats, setting: Setting) -> Forecast:
    """One forest whose trees foretell all steps at once. Its errors are those of trees on examples that they did not see."""
    from sklearn.ensemble import RandomForestRegressor

    given = examples(values, setting)
    whole = ~np.isnan(given.ahead).any(axis=1)
    forest = RandomForestRegressor(TREES, min_samples_leaf=LEAST_LEAF, max_features=1 / 3, oob_score=True, random_state=setting.seed,
                                   n_jobs=1)
    ahead = given.ahead[whole]
    forest.fit(given.known[whole], ahead if setting.horizon > 1 else ahead[:, 0])
    seen = np.asarray(forest.oob_prediction_).reshape(ahead.shape)
    missed = np.sqrt(np.nanmean((ahead - seen) ** 2, axis=0))
    return Forecast(given.back(forest.predict(given.now).reshape(-1)), np.maximum.accumulate(missed) * given.scale)


def support_vectors(values: Floats, setting: Setting) -> Forecast:
    """A regression for each step, on the examples whose future reaches so far."""
    from sklearn.svm import SVR

    given = examples(values, setting)
    mean, missed = np.empty(setting.horizon), np.empty(setting.horizon)
    for step in range(setting.horizon):
        there = ~np.isnan(given.ahead[:, step])
        machine = SVR(C=PENALTY, epsilon=TUBE, gamma="scale").fit(given.known[there], given.ahead[there, step])
        mean[step] = machine.predict(given.now)[0]
        missed[step] = np.sqrt(np.mean((given.ahead[there, step] - machine.predict(given.known[there])) ** 2))
    return Forecast(given.back(mean), np.maximum.accumulate(missed) * given.scale)
