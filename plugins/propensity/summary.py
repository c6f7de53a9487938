"""The figures of a run of purchase probabilities as JSON: what it learned from, how good it is, and what its model says."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from plugins.propensity.evaluating import Importance, Model, Tested
from plugins.propensity.events import at
from plugins.propensity.learning.logistic import Logistic, inference
from plugins.propensity.measuring import Curve, calibration, confusion, gains, roc
from plugins.propensity.reading import Examples
from plugins.propensity.start import ClassWeights, PropensityRunStartInput
from plugins.propensity.windows import Window

MOST_POINTS = 200  # of a curve
NORMAL_95 = 1.959963984540054


def summary(start: PropensityRunStartInput, now: int, windows: Sequence[Window], rows: Examples, model: Model, test: Tested,
            threshold: float, important: Sequence[Importance], scored: Any) -> dict[str, Any]:
    """`scored`: float64[k], the probabilities of those whom the moment from which the run looks ahead knows."""
    bought, p = test.rows.bought, test.p
    found = confusion(bought, p, threshold)
    return {
        "target": {"product": start.wanted.product, "category": start.wanted.category or None}, "among": start.among.name,
        "windowDays": start.window_days, "asOf": at(now).isoformat(), "model": start.model.name, "threshold": threshold,
        "windows": [{"since": at(one.opens).isoformat(), "until": at(one.closes).isoformat(), "customerCount": len(one.known),
                     "buyerCount": int(one.bought.sum())} for one in windows],
        "exampleCount": len(rows.bought), "buyerCount": int(rows.bought.sum()), "scoredCount": len(scored),
        "expectedBuyers": float(scored.sum()), "confusion": found.table,
        "calibration": [asdict(one) for one in calibration(bought, p)], "roc": points(roc(bought, p)), "gains": points(gains(bought, p)),
        "importances": [asdict(one) for one in important], "penalised": model.learned.penalised,
        "coefficients": coefficients(model, rows, start.class_weights),
    }


def points(curve: Curve) -> list[list[float]]:
    kept = np.unique(np.linspace(0, len(curve.x) - 1, MOST_POINTS).round().astype(np.int64))
    return [[float(curve.x[place]), float(curve.y[place])] for place in kept.tolist()]


def coefficients(model: Model, rows: Examples, weights: ClassWeights) -> list[dict[str, Any]] | None:
    """Of a logistic regression, the intercept first; None for other models. Errors are None where a penalty holds the coefficients, or
    classes were balanced: then the likelihood is not that of the data."""
    logistic = model.learned.model
    if not isinstance(logistic, Logistic):
        return None
    known = not model.learned.penalised and weights is ClassWeights.NONE
    found = inference(logistic, model.encoding.apply(rows.columns), rows.bought, rows.customer) if known else None
    made = []
    for place, (name, value) in enumerate(zip(["", *[term.name for term in model.encoding.terms]],
                                              [logistic.intercept, *logistic.weights.tolist()], strict=True)):
        term = model.encoding.terms[place - 1] if place else None
        error = float(found.errors[place]) if found else None
        made.append({
            "feature": name, "title": term.label("en") if term else "Intercept", "titleZh": term.label("zh") if term else "截距",
            "value": value, "oddsRatio": odds(value), "step": term.step if term else None, "error": error,
            "pValue": float(found.p_values[place]) if found else None,
            "low": odds(value - NORMAL_95 * error) if error is not None else None,
            "high": odds(value + NORMAL_95 * error) if error is not None else None})
    return made


def odds(value: float) -> float | None:
    """None where it is larger than any number."""
    with np.errstate(over="ignore"):
        found = float(np.exp(value))
    return found if np.isfinite(found) else None
