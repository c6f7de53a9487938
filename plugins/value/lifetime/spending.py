"""What customers pay a time: the gamma-gamma model.

What a customer pays varies around a mean of their own by a gamma distribution (shape p), and the means vary among customers so that they
follow an inverse gamma distribution (q, v). How much is taken to have nothing to do with how often.

P. S. Fader and B. G. S. Hardie, "The Gamma-Gamma Model of Monetary Value", 2013, http://www.brucehardie.com/notes/025/.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import digamma, gammaln

from plugins.value.lifetime.fitting import Fit, fitted
from plugins.value.sales import Floats

NAMES = ("p", "q", "v")
STARTS = ((2.0, 3.0, 1.0), (6.0, 4.0, 0.5))  # v in terms of the mean amount


@dataclass(frozen=True)
class Spending:
    """`v` is in units of money. Means exist where q is more than 1."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """What customers pay a time, on average."""
        return self.p * self.v / (self.q - 1)


def fit(repeats: Floats, spent: Floats) -> Fit:
    """By maximum likelihood, from customers with `repeats` purchases of `spent` on average: float64[n] each, positive."""
    scale = float(spent.mean())
    starts = [np.array([p, q, v * scale]) for p, q, v in STARTS]
    return fitted(partial(log_likelihood, repeats=repeats, spent=spent), starts, len(repeats))


def log_likelihood(parameters: Floats, repeats: Floats, spent: Floats) -> tuple[float, Floats]:
    """The log-likelihood of p, q, v and its gradient, float64[3]."""
    p, q, v = parameters
    shape, total = p * repeats, repeats * spent
    value = (gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + (shape - 1) * np.log(spent) + shape * np.log(repeats)
             - (shape + q) * np.log(total + v)).sum()
    share = np.log(total) - np.log(total + v)
    slope = [(repeats * (digamma(shape + q) - digamma(shape) + share)).sum(),
             (digamma(shape + q) - digamma(q) + np.log(v) - np.log(total + v)).sum(),
             (q / v - (shape + q) / (total + v)).sum()]
    return float(value), np.array(slope)


def expected_spending(model: Spending, repeats: Floats, spent: Floats) -> Floats:
    """float64[n]: what each customer will pay a time: between the mean of all and their own, the nearer to it the oftener they bought."""
    found: Floats = model.p * (model.v + repeats * spent) / (model.p * repeats + model.q - 1)
    return found
