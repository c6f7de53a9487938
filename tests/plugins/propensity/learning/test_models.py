"""Support vector machines and forests as arrays say what the library says; their scores become probabilities that hold."""

from typing import Any

import numpy as np
import pytest

from plugins.propensity.learning import forest, svm
from plugins.propensity.learning.models import Learned, curved, learn
from plugins.propensity.learning.sampling import sample
from plugins.propensity.start import ClassWeights, PropensityModel
from tests.plugins.propensity.rows import linear

LOGISTIC, SVM, FOREST = PropensityModel.LOGISTIC_REGRESSION, PropensityModel.SVM, PropensityModel.RANDOM_FOREST
NONE, BALANCED = ClassWeights.NONE, ClassWeights.BALANCED


def test_an_svm_as_arrays_decides_as_the_library_does() -> None:
    from sklearn.svm import SVC

    matrix, bought = linear(200)
    ours = svm.fit(matrix, bought, balanced=True, seed=1)
    theirs = SVC(gamma="scale", class_weight="balanced").fit(matrix, bought)
    later, _ = linear(3000, 9)
    assert ours.score(later) == pytest.approx(theirs.decision_function(later), abs=1e-9)


def test_a_forest_as_arrays_decides_as_the_library_does() -> None:
    from sklearn.ensemble import RandomForestClassifier

    matrix, bought = linear(300)
    ours = forest.fit(matrix, bought, balanced=False, seed=3)
    theirs = RandomForestClassifier(forest.TREES, min_samples_leaf=5, max_leaf_nodes=64, random_state=3).fit(matrix, bought)
    later, _ = linear(500, 9)
    share = np.clip(theirs.predict_proba(later)[:, 1], forest.EVEN, 1 - forest.EVEN)
    assert ours.score(later) == pytest.approx(np.log(share / (1 - share)), abs=1e-9)


@pytest.mark.parametrize("kind", list(PropensityModel))
def test_models_come_back_from_json(kind: PropensityModel) -> None:
    import json

    matrix, bought = linear(120)
    learned = learn(kind, matrix, bought, NONE, seed=1)
    learned = curved(learned, learned.model.score(matrix), bought)
    kept = json.loads(json.dumps(learned.as_json()))
    assert Learned.of(kept).probabilities(matrix).tolist() == learned.probabilities(matrix).tolist()


@pytest.mark.parametrize("kind", list(PropensityModel))
@pytest.mark.parametrize("weights", list(ClassWeights))
def test_probabilities_add_up_to_who_buys_however_classes_count(kind: PropensityModel, weights: ClassWeights) -> None:
    matrix, bought = linear(900, 1, base=-2.5)
    later, who = linear(4000, 2, base=-2.5)
    half = np.arange(900) < 450
    there = learn(kind, matrix[half], bought[half], weights, seed=1)
    learned = curved(there, there.model.score(matrix[~half]), bought[~half])
    assert learned.probabilities(later).mean() == pytest.approx(who.mean(), abs=0.03)


def test_what_tells_nobody_apart_gives_everybody_the_same() -> None:
    chance = np.random.default_rng(1)
    bought = chance.random(400) < 0.3
    learned = learn(SVM, chance.normal(size=(400, 2)), bought, NONE, seed=1)
    against = curved(learned, -np.where(bought, 1.0, 0.0) + chance.normal(size=400), bought)
    p = against.probabilities(chance.normal(size=(5, 2)))
    assert p == pytest.approx(np.full(5, bought.mean()))


def test_separation_is_held_by_a_penalty() -> None:
    matrix = np.linspace(-1, 1, 60)[:, None]
    learned = learn(LOGISTIC, matrix, matrix[:, 0] > 0, NONE, seed=1)
    assert learned.penalised
    assert np.isfinite(learned.probabilities(matrix)).all()
    mixed, bought = linear(200)
    assert not learn(LOGISTIC, mixed, bought, NONE, seed=1).penalised


def test_a_sample_keeps_the_proportion() -> None:
    bought = np.arange(1000) < 100
    assert sample(bought, 2000, 1).tolist() == list(range(1000))
    chosen: Any = sample(bought, 200, 1)
    assert (len(chosen), len(set(chosen.tolist())), int(bought[chosen].sum())) == (200, 200, 20)
    assert sample(bought, 200, 1).tolist() == chosen.tolist() != sample(bought, 200, 2).tolist()
