"""Customers simulated from known parameters of the models: purchase by purchase, as the models tell the story."""

from typing import Any

import numpy as np

from plugins.value.lifetime.purchasing import Purchasing
from plugins.value.lifetime.spending import Spending


def simulate(seed: int, n: int, model: Purchasing, weeks: float) -> tuple[Any, Any, Any, Any]:
    """Repeats, last and age of n customers who are known for between half of so many weeks and all of them; and whether each is there."""
    chance = np.random.default_rng(seed)
    age = chance.uniform(weeks / 2, weeks, n)
    rate, leaving = chance.gamma(model.r, 1 / model.alpha, n), chance.beta(model.a, model.b, n)
    repeats, last = np.zeros(n), np.zeros(n)
    here = chance.random(n) >= leaving if model.from_first else np.ones(n, bool)
    at_it = here.copy()
    while at_it.any():
        following = last + chance.exponential(1 / rate)
        at_it &= following <= age
        repeats[at_it] += 1
        last[at_it] = following[at_it]
        leaves = at_it & (chance.random(n) < leaving)
        here &= ~leaves
        at_it &= ~leaves
    return repeats, last, age, here


def spending(seed: int, model: Spending, repeats: Any) -> Any:
    """What customers who came back so often paid on average."""
    chance = np.random.default_rng(seed)
    mean = chance.gamma(model.q, 1 / model.v, len(repeats))
    return chance.gamma(model.p * repeats, 1 / (mean * repeats))
