"""Logistic regression by maximum likelihood, with what its coefficients can be trusted for.

Errors are from the inverse of the information matrix; where several rows are of the same customer, from the sandwich estimator clustered
by customer (A. C. Cameron, D. L. Miller, A Practitioner's Guide to Cluster-Robust Inference, Journal of Human Resources 50, 2015).
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.propensity.events import Flags, Floats, Numbers

PENALTY = 1.0  # in case of separation: that of a standard normal prior for each coefficient
UNKNOWABLE = 25.0  # log odds beyond which a fitted probability is 0 or 1 for all purposes
VAGUE = 100.0  # standard error of a step of one standard deviation, beyond which the likelihood is flat


@dataclass(frozen=True)
class Logistic:
    """log(p / (1 - p)) = `intercept` + x · `weights`; `weights`: float64[d]."""

    intercept: float
    weights: Floats

    def score(self, matrix: Floats) -> Floats:
        """Log odds."""
        return self.intercept + matrix @ self.weights

    def as_json(self) -> dict[str, Any]:
        return {"intercept": self.intercept, "weights": self.weights.tolist()}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Logistic":
        return cls(given["intercept"], np.array(given["weights"]))


@dataclass(frozen=True)
class Inference:
    """float64[d + 1] each, the intercept first: standard errors, and p-values of the two-sided test that a coefficient is 0."""

    errors: Floats
    p_values: Floats


def fit(matrix: Floats, bought: Flags, weights: Floats | None = None, *, penalty: float = 0.0) -> Logistic:
    """`matrix`: float64[n, d], on a common scale; `weights`: float64[n], how much each row counts. `penalty`: half of it times the sum of
    squared coefficients, the intercept's aside, is added to the loss. Newton's method, O(n d²) a step."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of separation: `separated` says so
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.filterwarnings("ignore", message=".*[Hh]essian.*")
        model = LogisticRegression(C=1 / penalty if penalty else np.inf, solver="newton-cholesky", tol=1e-10, max_iter=100)
        model.fit(matrix, bought, sample_weight=weights)
    return Logistic(float(model.intercept_[0]), np.asarray(model.coef_[0], np.float64))


def probabilities(log_odds: Floats) -> Floats:
    from scipy.special import expit

    found: Floats = expit(log_odds)
    return found


def information(model: Logistic, matrix: Floats, weights: Floats | None = None) -> Floats:
    """float64[d + 1, d + 1]: minus the second derivatives of the log-likelihood."""
    p = probabilities(model.score(matrix))
    design = np.column_stack([np.ones(len(matrix)), matrix])
    found: Floats = design.T @ (design * ((1 if weights is None else weights) * p * (1 - p))[:, None])
    return found


def separated(model: Logistic, matrix: Floats) -> bool:
    """Whether the outcome can be told without error for some of the rows, so that no finite coefficients are the likeliest ones."""
    if not np.isfinite(model.weights).all() or np.abs(model.score(matrix)).max() > UNKNOWABLE:
        return True
    try:
        covariance = np.linalg.inv(information(model, matrix))
    except np.linalg.LinAlgError:
        return True
    variances = np.diag(covariance)
    return bool(not (variances > 0).all() or np.sqrt(variances).max() > VAGUE)


def inference(model: Logistic, matrix: Floats, bought: Flags, customer: Numbers) -> Inference:
    """`customer`: int64[n], whose each row is. One row for each: the usual errors; several: those clustered by customer, with the
    correction for few clusters g / (g - 1) · (n - 1) / (n - k)."""
    from scipy.stats import norm

    bread = np.linalg.inv(information(model, matrix))
    _, group = np.unique(customer, return_inverse=True)
    groups, n, k = int(group.max()) + 1, len(matrix), matrix.shape[1] + 1
    covariance = bread
    if groups < n:
        scores = np.column_stack([np.ones(n), matrix]) * (bought - probabilities(model.score(matrix)))[:, None]
        summed = np.zeros((groups, k))
        np.add.at(summed, group, scores)
        covariance = bread @ (summed.T @ summed) @ bread * (groups / (groups - 1) * (n - 1) / (n - k))
    errors = np.sqrt(np.diag(covariance))
    return Inference(errors, 2 * norm.sf(np.abs(np.array([model.intercept, *model.weights]) / errors)))
