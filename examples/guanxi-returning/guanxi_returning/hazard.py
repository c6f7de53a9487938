"""Cox's proportional hazards model of the days to the next purchase: plain functions on arrays.

References: D. R. Cox, Regression models and life-tables, JRSS B 34 (1972); N. Breslow, Covariance analysis of censored survival
data, Biometrics 30 (1974).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

FACTORS = ("frequency", "gap", "amount")


@dataclass(frozen=True)
class Gaps:
    """`customer`: int64[n]; `days`: float64[n], the length of a gap; `closed`: bool[n], whether a purchase ended it;
    `factors`: float64[n, 3], what was known when it began, as logarithms: purchase days so far, the gap before (0: none), amount paid."""

    customer: Any
    days: Any
    closed: Any
    factors: Any


@dataclass(frozen=True)
class Model:
    """`coefficients`: float64[3], of centred factors; `mean`: float64[3]; `times`, `hazard`: the cumulative baseline hazard at its steps.
    """

    coefficients: Any
    mean: Any
    times: Any
    hazard: Any

    def returning(self, waited: Any, factors: Any, horizon: float) -> Any:
        """float64[k]: the probability of a purchase within `horizon` days of those who have waited for so long. Beyond the longest gap
        that was seen the hazard is taken to go on as it did on average."""
        risk = np.exp((factors - self.mean) @ self.coefficients)
        return -np.expm1(-risk * (self.cumulative(waited + horizon) - self.cumulative(waited)))

    def cumulative(self, days: Any) -> Any:
        last, total = self.times[-1], self.hazard[-1]
        steps = np.concatenate([[0.0], self.hazard])[np.searchsorted(self.times, days, side="right")]
        return steps + np.maximum(days - last, 0) * total / last


def gaps_of(customers: Any, days: Any, amounts: Any, today: int) -> Gaps:
    """`customers`, `days`: int64[m], `amounts`: float64[m], one for each purchase, in any order; purchases of a day are added up.
    A gap begins with each purchase day; the last one of a customer is open until `today`. O(m log m)."""
    pairs, place = np.unique(np.stack([customers, days], axis=1), axis=0, return_inverse=True)
    paid = np.bincount(place.ravel(), amounts, minlength=len(pairs))
    customer, day = pairs[:, 0], pairs[:, 1]
    closed = np.append(customer[1:] == customer[:-1], False) if len(pairs) else np.zeros(0, bool)
    following = np.append(day[1:], today) if len(pairs) else day
    begun = np.flatnonzero(np.append(True, ~closed[:-1])) if len(pairs) else np.zeros(0, np.int64)
    place_of_first = np.repeat(begun, np.diff(np.append(begun, len(pairs))))
    number = np.arange(len(pairs)) - place_of_first
    before = np.where(number > 0, np.append(0, day[1:] - day[:-1]) if len(pairs) else day, 0)
    factors = np.log1p(np.stack([number, before, np.maximum(paid, 0)], axis=1).astype(float))
    return Gaps(customer, (np.where(closed, following, today) - day).astype(float), closed, factors)


def fitted(gaps: Gaps) -> Model:
    """Needs gaps of some days that were closed. A factor that never varies gets the coefficient 0. Gaps of no days say nothing."""
    from statsmodels.duration.hazard_regression import PHReg

    known = gaps.days > 0
    days, closed, factors = gaps.days[known], gaps.closed[known], gaps.factors[known]
    mean = factors.mean(axis=0)
    varies = factors.std(axis=0) > 1e-9
    coefficients = np.zeros(factors.shape[1])
    if varies.any():
        model = PHReg(days, (factors - mean)[:, varies], status=closed.astype(int), ties="efron")
        coefficients[varies] = model.fit(disp=0, warn_convergence=False).params
    times, hazard = breslow(days, closed, np.exp((factors - mean) @ coefficients))
    return Model(coefficients, mean, times, hazard)


def breslow(days: Any, closed: Any, risk: Any) -> tuple[Any, Any]:
    """The days at which gaps closed, and the cumulative baseline hazard: closed gaps over the risk of all that were still open."""
    times, events = np.unique(days[closed], return_counts=True)
    order = np.argsort(days)
    at_risk = np.cumsum(risk[order][::-1])[::-1]
    return times, np.cumsum(events / at_risk[np.searchsorted(days[order], times, side="left")])
