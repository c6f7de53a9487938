"""The figures of a run of lifetime values: the models, who has a value and who has none, and how well the models foretold."""

from typing import Any

import numpy as np

from plugins.value.figures import counts, moment, money
from plugins.value.lifetime import purchasing, spending
from plugins.value.lifetime.histories import Histories
from plugins.value.lifetime.holdout import Guess, Holdout, by_repeats, mean_error, root_mean_square
from plugins.value.lifetime.modelling import Model, Outlook, correlation, paying
from plugins.value.lifetime.start import LifetimeValueRunStartInput
from plugins.value.sales import CENTS, Sales


def summary(sold: Sales, start: LifetimeValueRunStartInput, found: Histories, model: Model, ahead: Outlook, value: Any,
            test: Holdout | None) -> dict[str, Any]:
    """`value`: int64[k], ten-thousandths."""
    return {
        "model": start.purchase_model.name, "horizonDays": start.horizon_days, "asOf": moment(sold.as_of), "currency": sold.currency,
        **counts(sold, found.customer), "cameBackCount": int(found.came_back.sum()), "payingCount": int(paying(found).sum()),
        "modelParameters": parameters(model), "logLikelihood": model.fits[0].log_likelihood if model.fits else None,
        "spendingLogLikelihood": model.fits[1].log_likelihood if model.fits else None,
        "meanSpending": money(model.spending.mean * CENTS, sold.currency), "correlation": correlation(found),
        "meanAlive": float(ahead.alive.mean()), "expectedPurchases": float(ahead.purchases.sum()),
        "total": money(int(value.sum()), sold.currency), "holdout": None if test is None else holdout(test, sold),
    }


def parameters(model: Model) -> list[dict[str, Any]]:
    """Errors and intervals are None where parameters were given, or where the data does not tell."""
    fits = model.fits or (None, None)
    found = []
    for names, values, fit in ((purchasing.NAMES, model.purchases, fits[0]), (spending.NAMES, model.spending, fits[1])):
        for place, name in enumerate(names):
            known = fit is not None and fit.determined and bool(np.isfinite(fit.high[place]))
            error, low, high = (float(row[place]) for row in (fit.errors, fit.low, fit.high)) if fit and known else (None, None, None)
            found.append({"name": name, "value": getattr(values, name), "error": error, "low": low, "high": high})
    return found


def holdout(test: Holdout, sold: Sales) -> dict[str, Any]:
    actual = test.actual
    return {
        "since": moment(test.since), "days": test.days, "customerCount": len(test.repeats),
        "actual": total(actual, sold.currency), "expected": total(test.model, sold.currency), "naive": total(test.naive, sold.currency),
        "model": errors(test.model, actual), "rival": errors(test.naive, actual), "byRepeats": by_repeats(test)}


def total(guess: Guess, currency: str) -> dict[str, Any]:
    return {"purchases": float(guess.purchases.sum()), "value": money(guess.value.sum() * CENTS, currency)}


def errors(guess: Guess, actual: Guess) -> dict[str, float]:
    return {"meanError": mean_error(guess.purchases, actual.purchases),
            "rootMeanSquare": root_mean_square(guess.purchases, actual.purchases), "meanValueError": mean_error(guess.value, actual.value)}
