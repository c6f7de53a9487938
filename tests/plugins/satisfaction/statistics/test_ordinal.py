"""Proportional odds, against statsmodels on the answers one by one, and a published fit."""

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from plugins.satisfaction.statistics.ordinal import Inestimable, likelihood, proportional_odds

DESIGN = np.array([[c // 2 == 1, c // 2 == 2, c % 2 == 1] for c in range(6)], float)


def table(seed: int, n: int = 1500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    cell = chance.integers(0, 6, n)
    hidden = DESIGN[cell] @ [0.5, -0.7, 0.3] + chance.logistic(size=n)
    step = np.digitize(hidden, [-1, 0.3, 1.5])
    found = np.zeros((6, 4))
    np.add.at(found, (cell, step), 1)
    return found, cell, step


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_model_of_the_single_answers(seed: int) -> None:
    counts, cell, step = table(seed)
    found = proportional_odds(counts, DESIGN)
    other = OrderedModel(step, DESIGN[cell], distr="logit").fit(method="newton", disp=0, maxiter=200)
    assert found.effects == pytest.approx(np.asarray(other.params)[:3], abs=1e-6)
    assert found.thresholds == pytest.approx(other.model.transform_threshold_params(other.params)[1:-1], abs=1e-6)
    assert found.errors == pytest.approx(np.asarray(other.bse)[:3], rel=1e-4)
    assert found.likelihood == pytest.approx(other.llf, rel=1e-9)
    assert found.pseudo == pytest.approx(other.prsquared, rel=1e-6)


def test_the_cheese_tasting_of_mccullagh_and_nelder() -> None:
    """Four cheeses, nine steps of taste: McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., pages 175 to 178, print the
    effects beside the fourth cheese as -1.613, -4.965 and -3.323, with standard errors 0.3778, 0.4740 and 0.4251: by the expected
    second derivatives, where ours are by the observed ones."""
    counts = np.array([[0, 0, 1, 7, 8, 8, 19, 8, 1], [6, 9, 12, 11, 7, 6, 1, 0, 0], [1, 1, 6, 8, 23, 7, 5, 1, 0],
                       [0, 0, 0, 1, 3, 7, 14, 16, 11]], float)
    beside_the_fourth = np.vstack([np.eye(3), np.zeros(3)])
    found = proportional_odds(counts, beside_the_fourth)
    assert found.effects == pytest.approx([-1.613, -4.965, -3.323], abs=5e-4)
    assert found.errors == pytest.approx([0.378, 0.474, 0.425], rel=0.01)


def test_derivatives() -> None:
    counts, _, _ = table(5)
    here = np.array([-1.1, 0.2, 1.4, 0.4, -0.5, 0.2])
    _, gradient, hessian = likelihood(counts, DESIGN, here)
    for at in range(6):
        step = np.zeros(6)
        step[at] = 1e-5
        up, down = likelihood(counts, DESIGN, here + step), likelihood(counts, DESIGN, here - step)
        assert gradient[at] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-5, abs=1e-4)
        assert hessian[at] == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-4, abs=1e-3)


def test_lack_of_fit_sees_odds_that_are_not_proportional() -> None:
    proportional = np.array([[100, 200, 300], [200, 240, 160]], float)
    crossed = np.array([[100, 400, 100], [250, 100, 250]], float)
    design = np.array([[0.0], [1.0]])
    fine, wrong = proportional_odds(proportional, design).lack, proportional_odds(crossed, design).lack
    assert fine is not None
    assert wrong is not None
    assert (fine[1], fine[2] > 0.01, wrong[2] < 1e-6) == (1, True, True)


@pytest.mark.parametrize(("counts", "design", "text"), [
    ([[10, 0], [0, 10]], [[0.0], [1.0]], "highest answer|highest point"),
    ([[5, 5], [3, 7]], [[1.0], [1.0]], "cannot be told apart"),
])
def test_what_cannot_be_estimated(counts: list[list[float]], design: list[list[float]], text: str) -> None:
    with pytest.raises(Inestimable, match=text):
        proportional_odds(np.array(counts, float), np.array(design))
