"""How often customers buy until they leave: the BG/NBD model, and its modification (MBG/NBD) where the first purchase may be the last.

While customers stay they buy at random at a rate of their own, which varies among them by a gamma distribution (shape r, rate alpha).
After a purchase they leave for good with a probability of their own, which varies by a beta distribution (a, b). In BG/NBD that begins with
the second purchase, in MBG/NBD with the first.

P. S. Fader, B. G. S. Hardie and K. L. Lee, "Counting Your Customers the Easy Way", Marketing Science 24, 2005; E. P. Batislam, M. Denizel
and A. Filiztekin, "Empirical Validation and Comparison of Models for Customer Base Analysis", International Journal of Research in
Marketing 24, 2007.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import digamma, expit, gammaln

from plugins.value.lifetime.fitting import Fit, fitted
from plugins.value.sales import Floats

NAMES = ("r", "alpha", "a", "b")
STARTS = ((0.5, 1.0, 1.0, 3.0), (1.0, 0.2, 0.5, 1.0))  # alpha in terms of the mean age


@dataclass(frozen=True)
class Purchasing:
    """`alpha` is in weeks. `from_first`: whether the first purchase may be the last (MBG/NBD)."""

    r: float
    alpha: float
    a: float
    b: float
    from_first: bool = False

    def chances(self, repeats: Floats) -> Floats:
        """How many times each customer could have left."""
        return repeats + self.from_first


@dataclass(frozen=True)
class Grouped:
    """Customers with the same history once: `repeats`, `last`, `age` float64[g]; `count` float64[g], how many there are of each."""

    repeats: Floats
    last: Floats
    age: Floats
    count: Floats


def grouped(repeats: Floats, last: Floats, age: Floats) -> Grouped:
    """O(n log n)."""
    order = np.lexsort((age, last, repeats))
    rows = np.stack([repeats, last, age])[:, order]
    starts = np.flatnonzero(np.append(True, (rows[:, 1:] != rows[:, :-1]).any(axis=0))) if len(order) else order
    return Grouped(rows[0, starts], rows[1, starts], rows[2, starts], np.diff(np.append(starts, len(order))).astype(np.float64))


def fit(repeats: Floats, last: Floats, age: Floats, *, from_first: bool = False) -> Fit:
    """By maximum likelihood, from histories as in `Histories`. O(iterations * different histories)."""
    seen = grouped(repeats, last, age)
    scale = max(float(np.average(seen.age, weights=seen.count)), 1e-3)
    starts = [np.array([r, alpha * scale, a, b]) for r, alpha, a, b in STARTS]
    return fitted(partial(log_likelihood, seen=seen, from_first=from_first), starts, float(seen.count.sum()))


def log_likelihood(parameters: Floats, seen: Grouped, *, from_first: bool) -> tuple[float, Floats]:
    """The log-likelihood of r, alpha, a, b and its gradient, float64[4].

    What the gamma functions are taken of depends on the number of repeats alone, so each is worked out once for each number.
    """
    r, alpha, a, b = parameters
    numbers, place = np.unique(seen.repeats, return_inverse=True)
    count = np.bincount(place, seen.count)
    chances = numbers + from_first
    value = count @ (gammaln(r + numbers) - gammaln(r) + r * np.log(alpha)
                     + gammaln(a + b) - gammaln(b) + gammaln(b + chances) - gammaln(a + b + chances))
    slope = np.array([
        count @ (digamma(r + numbers) - digamma(r) + np.log(alpha)), count.sum() * r / alpha,
        count @ (digamma(a + b) - digamma(a + b + chances)),
        count @ (digamma(a + b) - digamma(b) + digamma(b + chances) - digamma(a + b + chances))])
    stays, leaves = ways(parameters, seen.repeats, seen.last, seen.age, from_first=from_first)
    both = np.logaddexp(stays, leaves)
    staying, leaving = seen.count * np.exp(stays - both), seen.count * np.exp(leaves - both)
    left = seen.repeats + from_first > 0
    slope += [
        -(staying @ np.log(alpha + seen.age)) - leaving @ np.log(alpha + seen.last),
        -((r + seen.repeats) @ (staying / (alpha + seen.age) + leaving / (alpha + seen.last))),
        leaving.sum() / a, -(leaving[left] / (b + seen.repeats[left] + from_first - 1)).sum()]
    return float(value + seen.count @ both), slope


def ways(parameters: Floats, repeats: Floats, last: Floats, age: Floats, *, from_first: bool) -> tuple[Floats, Floats]:
    """The logarithms of how likely it is, but for a common factor, that a customer is still there and that they left after the last
    purchase: float64[n] twice, the second -infinity where nobody could leave."""
    r, alpha, a, b = parameters
    chances = repeats + from_first
    left = chances > 0
    odds = np.full(len(repeats), -np.inf)
    odds[left] = np.log(a) - np.log(b + chances[left] - 1)
    return -(r + repeats) * np.log(alpha + age), odds - (r + repeats) * np.log(alpha + last)


def alive(model: Purchasing, repeats: Floats, last: Floats, age: Floats) -> Floats:
    """float64[n] from 0 to 1: how probable it is that each customer has not left."""
    parameters = np.array([model.r, model.alpha, model.a, model.b])
    stays, leaves = ways(parameters, repeats, last, age, from_first=model.from_first)
    found: Floats = expit(stays - leaves)
    return found
