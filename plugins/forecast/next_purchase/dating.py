"""When: models of the days until the next purchase, each with a middle and an interval of 80 %."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.forecast.next_purchase.examples import LEAST_DAYS, Examples
from plugins.forecast.next_purchase.start import NextPurchaseDateModel
from plugins.forecast.next_purchase.visits import Flags, Floats, Numbers

MOST_ROWS = {NextPurchaseDateModel.TIME_TO_EVENT: 10_000, NextPurchaseDateModel.RANDOM_FOREST: 50_000, NextPurchaseDateModel.SVR: 5_000}
LOW, HIGH = 0.1, 0.9
LEAST_WEIGHT = 0.05  # of who is still looked at: rarer than that, one customer would stand for more than twenty
FOLDS = 5


@dataclass(frozen=True)
class Dates:
    """float64[k] each, in days: the middle, and where the interval of 80 % begins and ends; infinite where that is further off than the
    past tells of."""

    middle: Floats
    low: Floats
    high: Floats


Model = Callable[[Floats], Dates]


def fit(kind: NextPurchaseDateModel, rows: Examples, seed: int) -> Model:
    """Of at most so many rows, drawn by chance."""
    chance = np.random.default_rng(seed)
    n = len(rows.days)
    chosen = np.sort(chance.choice(n, MOST_ROWS[kind], replace=False)) if n > MOST_ROWS[kind] else np.arange(n)
    some = Examples(rows.matrix[chosen], rows.days[chosen], rows.happened[chosen], rows.customer[chosen])
    centre, spread = some.matrix.mean(0), some.matrix.std(0)
    varied = spread > 1e-9
    scaled = Examples((some.matrix[:, varied] - centre[varied]) / spread[varied], some.days, some.happened, some.customer)
    model = hazards(scaled) if kind is NextPurchaseDateModel.TIME_TO_EVENT else regression(kind, scaled, seed)
    return lambda matrix: model((matrix[:, varied] - centre[varied]) / spread[varied])


def hazards(rows: Examples) -> Model:
    """Proportional hazards (D. R. Cox, Regression Models and Life-Tables, Journal of the Royal Statistical Society B 34, 1972) with
    Breslow's baseline. A middle that is never reached in the past is infinite."""
    from statsmodels.duration.hazard_regression import PHReg

    days = np.ceil(rows.days)
    fitted = PHReg(days, rows.matrix, status=rows.happened.astype(int), ties="breslow").fit(disp=0)
    weights = np.asarray(fitted.params)
    moments, baseline = cumulative_hazard(days, rows.happened, np.exp(rows.matrix @ weights))

    def tell(matrix: Floats) -> Dates:
        risk = np.exp(np.clip(matrix @ weights, -30, 30))
        return Dates(*(reached(moments, baseline, -np.log(1 - share) / risk) for share in (0.5, LOW, HIGH)))

    return tell


def cumulative_hazard(days: Floats, happened: Flags, risk: Floats) -> tuple[Floats, Floats]:
    """Breslow's estimate: at each moment with an event, how many there were, divided by the risks of all who were still waiting; added
    up."""
    moments = np.unique(days[happened])
    events = np.bincount(np.searchsorted(moments, days[happened]), minlength=len(moments))
    order = np.argsort(days)
    waiting = np.append(np.cumsum(risk[order][::-1])[::-1], 0.0)
    return moments, np.cumsum(events / waiting[np.searchsorted(days[order], moments)])


def reached(moments: Floats, hazard: Floats, wanted: Floats) -> Floats:
    """The first moment at which the hazard is as large, infinite where it never is."""
    return np.append(moments, np.inf)[np.searchsorted(hazard, wanted)]


def regression(kind: NextPurchaseDateModel, rows: Examples, seed: int) -> Model:
    """Of logarithms of days, from those who bought again; each counts for those like them who were no longer looked at (inverse probability
    of censoring weighting: J. M. Robins, D. M. Finkelstein, Biometrics 56, 2000). The interval is where their days fall beside what
    models say who were not shown them."""
    weight = weights(rows.days, rows.happened)[rows.happened]
    matrix, target, customer = rows.matrix[rows.happened], np.log(rows.days[rows.happened]), rows.customer[rows.happened]
    made = REGRESSORS[kind](seed).fit(matrix, target, sample_weight=weight)
    rest = np.zeros(len(target))
    part = customer_parts(customer, seed)
    for number in range(FOLDS):
        asked = part == number
        if asked.any() and not asked.all():
            rest[asked] = target[asked] - REGRESSORS[kind](seed).fit(matrix[~asked], target[~asked], sample_weight=weight[~asked]).predict(
                matrix[asked])
    low, high = weighted_quantiles(rest, weight, (LOW, HIGH))
    furthest = rows.days.max()

    def tell(asked: Floats) -> Dates:
        middle = made.predict(asked) if len(asked) else np.zeros(0)
        return Dates(*(np.where((days := np.exp(middle + offset)) <= furthest, np.maximum(days, LEAST_DAYS), np.inf)
                       for offset in (0.0, low, high)))

    return tell


def forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(100, min_samples_leaf=10, random_state=seed)


def vectors(_: int) -> Any:
    from sklearn.svm import SVR

    return SVR(C=1.0, epsilon=0.1)


REGRESSORS: Mapping[NextPurchaseDateModel, Callable[[int], Any]] = {
    NextPurchaseDateModel.RANDOM_FOREST: forest, NextPurchaseDateModel.SVR: vectors}


def customer_parts(customer: Numbers, seed: int) -> Numbers:
    """int64[n] from 0 to 4: all rows of a customer are in one part."""
    _, place = np.unique(customer, return_inverse=True)
    dealt = np.random.default_rng(seed).permutation(int(place.max(initial=0)) + 1) % FOLDS
    return dealt[place]


def weights(days: Floats, happened: Flags) -> Floats:
    """One over the probability of being still looked at just before, by Kaplan and Meier; 0 for who was censored."""
    moments = np.unique(days[~happened])
    if not len(moments):
        return happened.astype(np.float64)
    order = np.sort(days)
    ended = np.bincount(np.searchsorted(moments, days[~happened]), minlength=len(moments))
    ending = ended / (len(days) - np.searchsorted(order, moments))
    looked_at = np.append(1.0, np.cumprod(1 - ending))
    before = looked_at[np.searchsorted(moments, days, side="left")]
    return np.where(happened, 1 / np.maximum(before, LEAST_WEIGHT), 0.0)


def weighted_quantiles(values: Floats, weight: Floats, shares: tuple[float, ...]) -> list[float]:
    order = np.argsort(values)
    below = (np.cumsum(weight[order]) - weight[order] / 2) / weight.sum()
    return [float(np.interp(share, below, values[order])) for share in shares]
