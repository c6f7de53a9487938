"""What is still to come: against numeric integration, the closed form, simulation, and values that were published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyp2f1
from scipy.stats import beta

from plugins.value.lifetime.expecting import YEAR, beta_nodes, discounted, expected_repeats, unique_pairs
from plugins.value.lifetime.purchasing import Purchasing, alive

CDNOW = Purchasing(0.242593, 4.413532, 0.792886, 2.425753)


def one(model: Purchasing, repeats: float, age: float, weeks: float) -> float:
    return float(expected_repeats(model, np.array([repeats]), np.array([age]), np.array([weeks]))[0, 0])


def closed(model: Purchasing, x: float, age: float, t: float) -> float:
    """Fader, Hardie and Lee (2005), equation 10, and its like for MBG/NBD, without the factor that is the probability of being there."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    y = x + model.from_first
    f = hyp2f1(r + x, b + y, a + b + y - 1, t / (alpha + age + t))
    return float((a + b + y - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * f))


@pytest.mark.parametrize("from_first", [False, True])
@pytest.mark.parametrize(("repeats", "age", "weeks"), [(0, 10, 5), (0, 38, 39), (2, 38.86, 39), (7, 50, 100), (29, 40, 52), (1, 2, 520)])
def test_the_closed_form(repeats: int, age: float, weeks: float, from_first: bool) -> None:
    for a in (0.4, 0.79, 1.5, 3.2):
        model = Purchasing(0.25, 4.4, a, 2.4, from_first)
        assert one(model, repeats, age, weeks) == pytest.approx(closed(model, repeats, age, weeks), rel=1e-8)


def test_where_the_closed_form_is_undefined() -> None:
    """At a = 1: by numeric integration, and between its neighbours."""
    model = Purchasing(0.5, 5.0, 1.0, 3.0)
    whole, _ = quad(lambda p: (1 - (1 + p * 20 / 35) ** -4.5) / p * beta.pdf(p, 1.0, 7.0), 0, 1)
    assert one(model, 4, 30, 20) == pytest.approx(whole, rel=1e-8)
    less, more = (one(Purchasing(0.5, 5.0, a, 3.0), 4, 30, 20) for a in (1.001, 0.999))
    assert less < one(model, 4, 30, 20) < more


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.5), (1, 1), (0.8, 300), (5, 2), (1e-6, 8), (50, 1e5)])
def test_quadrature_is_exact_for_moments(a: float, b: float) -> None:
    places, weights = beta_nodes(a, b)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    for power in (1, 2, 5):
        exact = np.prod([(a + i) / (a + b + i) for i in range(power)])
        assert weights @ places**power == pytest.approx(exact, rel=1e-9, abs=0)


def test_published_customer() -> None:
    """Fader, Hardie and Lee (2005), p. 281: x = 2, t_x = 30.43, T = 38.86 is expected to buy 1.226 times in the next 39 weeks."""
    here = alive(CDNOW, np.array([2.0]), np.array([30.43]), np.array([38.86]))[0]
    assert here * one(CDNOW, 2, 38.86, 39) == pytest.approx(1.226, abs=0.0005)


@given(st.floats(0.1, 5), st.floats(0.5, 50), st.floats(0.05, 5), st.floats(0.05, 20), st.integers(0, 60), st.floats(0, 200),
       st.floats(1, 300), st.booleans())
def test_laws(r: float, alpha: float, a: float, b: float, repeats: int, age: float, weeks: float, from_first: bool) -> None:
    """More weeks bring more, who came back oftener is expected to buy more, and never more than at the mean rate without leaving."""
    model = Purchasing(r, alpha, a, b, from_first)
    shorter, longer = one(model, repeats, age, weeks), one(model, repeats, age, 2 * weeks)
    assert 0 < shorter < longer
    assert shorter <= (r + repeats) / (alpha + age) * weeks * (1 + 1e-9)
    assert one(model, repeats + 1, age, weeks) > shorter


def test_many_at_once_are_as_one_by_one() -> None:
    chance = np.random.default_rng(1)
    repeats, age = chance.integers(0, 5, 200).astype(float), chance.uniform(0, 50, 200)
    found = expected_repeats(CDNOW, repeats, age, np.array([10.0, 20.0]))
    for place in range(0, 200, 37):
        assert found[place].tolist() == pytest.approx([one(CDNOW, repeats[place], age[place], weeks) for weeks in (10, 20)], rel=1e-12)


def test_a_discount_takes_off_what_comes_later() -> None:
    """Against a sum over days, each discounted by itself."""
    repeats, age, rate = np.array([0.0, 2, 8]), np.array([10.0, 38.86, 30]), 0.15
    whole, worth = discounted(CDNOW, repeats, age, 104, rate)
    days = np.linspace(0, 104, 7 * 104 + 1)[1:]
    counts = np.diff(expected_repeats(CDNOW, repeats, age, days), axis=1, prepend=0)
    assert whole == pytest.approx(counts.sum(axis=1), rel=1e-9)
    assert worth == pytest.approx(counts @ (1 + rate) ** -((days - 1 / 14) / YEAR), rel=1e-5)
    assert (worth < whole).all()
    without, same = discounted(CDNOW, repeats, age, 104, 0.0)
    assert same == pytest.approx(without, rel=1e-12)


def test_pairs() -> None:
    (ones, others), place = unique_pairs(np.array([1.0, 2, 1, 2, 1]), np.array([5.0, 5, 6, 5, 5]))
    assert list(zip(ones[place].tolist(), others[place].tolist(), strict=True)) == [(1, 5), (2, 5), (1, 6), (2, 5), (1, 5)]
    assert len(ones) == 3
