"""Of which category: classifiers of the next purchase by what a customer bought before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.forecast.next_purchase.start import NextPurchaseCategoryModel
from plugins.forecast.next_purchase.visits import NONE, Floats, Numbers, Visits

MOST_ROWS = {NextPurchaseCategoryModel.RANDOM_FOREST: 30_000, NextPurchaseCategoryModel.SVM: 4_000}
LEAST_EXAMPLES = 20
PRIOR = 0.02  # how much of a probability is that of all customers: nothing is impossible
FOLDS = 3


@dataclass(frozen=True)
class Choices:
    """Visits before which the customer had bought something: `matrix`: float64[n, d], what they had bought; `category`: int64[n], what they
    bought then; `usual`: float64[n, c], the share of each category before; `customer`: int64[n]."""

    matrix: Floats
    category: Numbers
    usual: Floats
    customer: Numbers

    def chosen(self, rows: Any) -> "Choices":
        return Choices(self.matrix[rows], self.category[rows], self.usual[rows], self.customer[rows])


def choices(past: Visits, moment: float | None = None) -> Choices:
    """Of each visit what was before it; or, at a moment, of each customer's first visit from then on what was before the moment."""
    size = len(past.categories) + 1
    one = np.zeros((len(past.at), size))
    known = past.category != NONE
    one[known, past.category[known]] = 1
    before = counted_before(one, past.first_of_customer)
    asked = known & (before.sum(1) > 0)
    if moment is not None:
        asked &= first_since(past, moment)
    total = before.sum(1, keepdims=True)
    usual = np.divide(before, total, out=np.zeros_like(before), where=total > 0)
    last = np.vstack([np.zeros((1, size)), one[:-1]])
    since = np.append(0.0, np.diff(past.at))
    matrix = np.column_stack([usual, last, np.log1p(total), np.log1p(np.maximum(since, 0))])
    return Choices(matrix[asked], past.category[asked], usual[asked], past.customer[asked])


def counted_before(one: Floats, first: Any) -> Floats:
    """float64[m, c]: for each visit, how many of each category the same customer had before."""
    whole = np.cumsum(one, 0) - one
    begins = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    return whole - whole[begins]


def first_since(past: Visits, moment: float) -> Any:
    """bool[m]: each customer's first visit from the moment on."""
    later = past.at >= moment
    before = np.append(False, later[:-1]) & ~past.first_of_customer
    return later & ~before


def at_the_end(past: Visits) -> tuple[Numbers, Floats]:
    """int64[k], customers who bought something of a category; float64[k, d], what they had bought when the past ended."""
    size = len(past.categories) + 1
    known = past.category != NONE
    counts = np.zeros((len(past.ids), size))
    np.add.at(counts, (past.customer[known], past.category[known]), 1)
    ends = np.append(past.first_of_customer[1:], True)
    last, since = np.zeros((len(past.ids), size)), np.zeros(len(past.ids))
    of_known = ends & known
    last[past.customer[of_known], past.category[of_known]] = 1
    since[past.customer[ends]] = past.end - past.at[ends]
    customer = np.flatnonzero(counts.sum(1))
    total = counts[customer].sum(1, keepdims=True)
    return customer, np.column_stack([counts[customer] / total, last[customer], np.log1p(total), np.log1p(since[customer])])


Model = Callable[[Floats], Floats]


def fit(kind: NextPurchaseCategoryModel, rows: Choices, size: int, seed: int) -> Model:
    """From rows as `matrix` to float64[n, size], probabilities that add up to 1. Of at most so many examples, drawn by chance."""
    chance, n = np.random.default_rng(seed), len(rows.category)
    some = rows.chosen(np.sort(chance.choice(n, MOST_ROWS[kind], replace=False))) if n > MOST_ROWS[kind] else rows
    prior = np.bincount(some.category, minlength=size) / len(some.category)
    if len(np.unique(some.category)) < 2:
        return lambda matrix: np.tile(prior, (len(matrix), 1))
    made = forest(some, size, seed) if kind is NextPurchaseCategoryModel.RANDOM_FOREST else machine(some, size, seed)
    return lambda matrix: (1 - PRIOR) * made(matrix) + PRIOR * prior


def forest(rows: Choices, size: int, seed: int) -> Model:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(200, min_samples_leaf=5, random_state=seed).fit(rows.matrix, rows.category)
    return lambda matrix: spread(model.predict_proba(matrix), model.classes_, size)


def machine(rows: Choices, size: int, seed: int) -> Model:
    """Distances become probabilities by exp(distance · sharpness), as sharp as suits examples that were not shown."""
    scores, sharp = np.full((len(rows.category), size), -np.inf), 1.0
    part = np.random.default_rng(seed).permutation(len(rows.category)) % FOLDS
    for number in range(FOLDS):
        asked = part == number
        scores[asked] = distances(rows.chosen(~asked), size)(rows.matrix[asked])
    sharp = sharpness(scores, rows.category)
    model = distances(rows, size)
    return lambda matrix: softmax(sharp * model(matrix))


def distances(rows: Choices, size: int) -> Model:
    from sklearn.svm import SVC

    classes = np.unique(rows.category)
    if len(classes) < 2:
        return lambda matrix: spread(np.zeros((len(matrix), 1)), classes, size, -np.inf)
    model = SVC(C=1.0, gamma="scale", decision_function_shape="ovr").fit(rows.matrix, rows.category)

    def tell(matrix: Floats) -> Floats:
        found = model.decision_function(matrix)
        found = np.column_stack([-found, found]) if found.ndim == 1 else found
        return spread(found, model.classes_, size, -np.inf)

    return tell


def sharpness(scores: Floats, category: Numbers) -> float:
    from scipy.optimize import minimize_scalar

    def loss(sharp: float) -> float:
        p = softmax(sharp * scores)[np.arange(len(category)), category]
        return float(-np.log(np.maximum(p, 1e-6)).mean())

    return float(minimize_scalar(loss, bounds=(0.01, 20), method="bounded").x)


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    found: Floats = raised / raised.sum(1, keepdims=True)
    return found


def spread(values: Floats, classes: Numbers, size: int, rest: float = 0.0) -> Floats:
    """float64[n, size]: the columns of `classes` at their places, `rest` in the others."""
    found = np.full((len(values), size), rest)
    found[:, classes] = values
    return found
