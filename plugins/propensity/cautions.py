"""What whoever reads a run should know: features that may be the outcome itself, models that say little, and data that bears little."""

from collections.abc import Sequence

import numpy as np

from guanxi import Metric, Progress
from plugins.propensity.encoding import MISSING
from plugins.propensity.evaluating import Model, alone
from plugins.propensity.events import Flags
from plugins.propensity.learning.forest import MOST_ROWS as MOST_OF_A_FOREST
from plugins.propensity.learning.svm import MOST_ROWS as MOST_OF_AN_SVM
from plugins.propensity.reading import Examples
from plugins.propensity.start import PropensityModel

DISGUISED = 0.97  # the area under the ROC curve of a feature alone, from which on it may be the outcome itself
FEW_FOR_A_TERM = 10  # buyers for each coefficient, below which it is mostly chance
FEW_TO_TEST = 20  # with the rarer outcome
SHIFTED = 2.0  # times more or fewer who buy in the test than before
LISTED = 5


def listed(names: Sequence[str]) -> str:
    rest = len(names) - LISTED
    return f"{', '.join(names[:LISTED])}{f' and {rest} others' if rest > 0 else ''}"


def caution(rows: Examples, model: Model, progress: Progress) -> None:
    same, implied = model.left.same, model.left.implied
    if same:
        progress.warn(f"Left out, for they are the same for all customers: {listed(same)}.")
    if redundant := [name for name in implied if not name.endswith(MISSING)]:
        progress.warn(f"Left out, for they follow from the other features: {listed(redundant)}.")
    missing = [(column.name, int(np.isnan(column.values).sum())) for column in rows.columns if column.values.dtype != object]
    for name, count in missing:
        if count:
            progress.warn(f"{name} is missing in {count:,} of {len(rows.bought):,} examples: the median of the others stands in, and that "
                          "it is missing is told to the model.")
    disguised(rows, progress)
    undated(rows, progress)
    of_model(rows, model, progress)


def disguised(rows: Examples, progress: Progress) -> None:
    for name, area in alone(rows).items():
        if area >= DISGUISED:
            progress.warn(f"{name} alone tells who buys (area under the ROC curve {area:.3f}): it may be the outcome in disguise. Look how "
                          "it comes about, and leave it out if it was not known before the window.")


def undated(rows: Examples, progress: Progress) -> None:
    """Features that did not change for any customer from one window to the next."""
    if rows.window.max() == rows.window.min():
        return
    same = [column.name for column in rows.columns if unchanging(rows, column.values)]
    if same:
        progress.warn(f"The same at every moment that was looked at: {listed(same)}. Features of what customers are like are known as they "
                      "are today. If one may follow from buying, such as a service level that is given for it, leave it out.")


def unchanging(rows: Examples, values: object) -> bool:
    """Whether every customer whom several windows knew has the same value in all of them, and not all customers have the same."""
    given = np.asarray(values)
    order = np.lexsort((rows.window, rows.customer))
    customer, value = rows.customer[order], given[order]
    again = customer[1:] == customer[:-1]
    if value.dtype == object:
        alike, varied = value[1:] == value[:-1], len({*value.tolist()}) > 1
    else:
        alike, varied = (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1])), np.unique(value).size > 1
    return bool(again.any() and varied and alike[again].all())


def of_model(rows: Examples, model: Model, progress: Progress) -> None:
    learned, count, n = model.learned, len(model.encoding.terms), len(rows.bought)
    if learned.penalised:
        progress.warn("Who buys can be told without error for some customers, so there are no likeliest coefficients (separation): a "
                      "penalty holds them, and there are no errors and p-values. A feature may be the outcome in disguise, or there are "
                      "too few examples for so many features.")
    fewer = int(min(rows.bought.sum(), (~rows.bought).sum()))
    if learned.kind is PropensityModel.LOGISTIC_REGRESSION and fewer < FEW_FOR_A_TERM * count:
        progress.warn(f"There are {fewer:,} examples of the rarer outcome for {count:,} coefficients; with fewer than {FEW_FOR_A_TERM} "
                      "for each, they are mostly chance. Take fewer features, or more customers.")
    most = {PropensityModel.SVM: MOST_OF_AN_SVM, PropensityModel.RANDOM_FOREST: MOST_OF_A_FOREST}.get(learned.kind, n)
    if n > most:
        progress.warn(f"The model learned from {most:,} of {n:,} examples, drawn by chance: more would take too long.")


def caution_of_test(bought: Flags, base: float, found: Sequence[Metric], progress: Progress) -> None:
    values = {one.name: one for one in found if one.fold is None}
    area, loss = values["AUC"], values["log loss"]
    assert area.value is not None
    assert loss.value is not None
    assert loss.baseline is not None
    if area.value <= 0.5 or loss.value >= loss.baseline:
        progress.warn(f"In the latest window the model was no better than chance: area under the ROC curve {area.value:.3f} (chance 0.5), "
                      f"log loss {loss.value:.3f} (without a model {loss.baseline:.3f}). Do not rely on its probabilities.")
    fewer = int(min(bought.sum(), (~bought).sum()))
    if fewer < FEW_TO_TEST:
        progress.warn(f"The test knows {len(bought):,} customers, {fewer:,} of them with the rarer outcome: with fewer than {FEW_TO_TEST} "
                      "its figures are mostly chance. Those of cross-validation are of more customers.")
    share = float(bought.mean())
    if not base / SHIFTED <= share <= base * SHIFTED:
        progress.warn(f"In the latest window {share:.1%} bought, in those before {base:.1%}: what was learned from these may not hold "
                      "now. Think of seasons.")
