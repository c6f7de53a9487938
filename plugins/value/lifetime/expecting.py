"""How many purchases are still to come, and how many they are worth today.

Given that a customer is there, their probability p of leaving after a purchase follows a beta distribution, and what they buy within t
weeks is (1 - (1 + p t / (alpha + age)) ** -(r + repeats)) / p on average. The mean over p is taken by Gauss-Jacobi quadrature, which holds
for all parameters. The closed form with Gauss's hypergeometric function is undefined at a = 1 and loses digits around it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

from plugins.value.lifetime.purchasing import Purchasing
from plugins.value.sales import Floats

NODES = 96
MOMENTS = 10  # at which the count is looked at within the horizon, to discount it
MOST_AT_ONCE = 1_000_000 // NODES
YEAR = 365.25 / 7  # weeks


def expected_repeats(model: Purchasing, repeats: Floats, age: Floats, weeks: Floats) -> Floats:
    """float64[n, k]: how many days with a purchase each customer will have within so many `weeks` (float64[k]), if they have not left."""
    found = np.empty((len(repeats), len(weeks)))
    order = np.argsort(repeats, kind="stable")
    numbers, starts = np.unique(repeats[order], return_index=True)
    for number, rows in zip(numbers, np.split(order, starts[1:]), strict=True):
        leaving, weight = beta_nodes(model.a, model.b + float(model.chances(number)))
        for few in np.split(rows, range(MOST_AT_ONCE, len(rows), MOST_AT_ONCE)):
            found[few] = np.stack([bought(leaving, model.r + number, week / (model.alpha + age[few])) @ weight for week in weeks], axis=1)
    return found


def bought(leaving: Floats, shape: float, time: Floats) -> Floats:
    """float64[n, nodes]: (1 - (1 + p t) ** -shape) / p, and its limit where p is next to nothing."""
    step = np.multiply.outer(time, leaving)
    found: Floats = -np.expm1(-shape * np.log1p(step)) / leaving
    return found


def beta_nodes(a: float, b: float, nodes: int = NODES) -> tuple[Floats, Floats]:
    """float64[nodes] twice: places from 0 to 1 and weights that add up to 1, exact for the mean of any polynomial up to degree
    2 nodes - 1 under Beta(a, b).

    G. H. Golub and J. H. Welsch, "Calculation of Gauss Quadrature Rules", Mathematics of Computation 23, 1969: places are the eigenvalues
    of the matrix of the Jacobi polynomials' recurrence, weights the squares of the eigenvectors' first components.
    """
    k = np.arange(1.0, nodes)
    low, high = a - 1, b - 1
    whole = 2 * k + low + high
    diagonal = np.append(a / (a + b), (1 + (low**2 - high**2) / (whole * (whole + 2))) / 2)
    k, whole = k[1:], whole[1:]  # the first one is the variance, and the formula may be 0 / 0 there
    beside = np.append(a * b / ((a + b) ** 2 * (a + b + 1)),
                       k * (k + low) * (k + high) * (k + low + high) / (whole**2 * (whole + 1) * (whole - 1)))
    places, vectors = eigh_tridiagonal(diagonal, np.sqrt(beside))
    return places.clip(np.finfo(float).tiny), vectors[0] ** 2


def discounted(model: Purchasing, repeats: Floats, age: Floats, weeks: float, rate: float) -> tuple[Floats, Floats]:
    """float64[n] twice: how many days with a purchase each customer will have within so many weeks if they have not left, and how many
    these are worth when one a year ahead is worth 1 / (1 + rate) of one today. Histories that are alike are worked out once."""
    alike, place = unique_pairs(repeats, age)
    force = np.log1p(rate) / YEAR
    at, weight = np.polynomial.legendre.leggauss(MOMENTS)
    at, weight = (at + 1) * weeks / 2, weight * weeks / 2
    counts = expected_repeats(model, *alike, np.append(at, weeks))
    whole = counts[:, -1]
    worth = np.exp(-force * weeks) * whole + force * (counts[:, :-1] @ (weight * np.exp(-force * at)))  # by parts
    return whole[place], worth[place]


def unique_pairs(one: Floats, other: Floats) -> tuple[tuple[Floats, Floats], NDArray[np.intp]]:
    """Each pair of values once, and which of them every row has."""
    (ones, first), (others, second) = (np.unique(values, return_inverse=True) for values in (one, other))
    pairs, place = np.unique(first * len(others) + second, return_inverse=True)
    return (ones[pairs // len(others)], others[pairs % len(others)]), place
