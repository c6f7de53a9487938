"""Made-up baskets: items of very different popularity, and groups of them that are bought together."""

import numpy as np

from plugins.rules.baskets import Baskets, baskets_of

GROUPS, GROUP_SIZE = 300, 4
MEAN_LENGTH = 8.0


def make_baskets(baskets: int, items: int, seed: int = 7) -> Baskets:
    """Popularity falls with the rank by a power of 0.8. One basket in two holds most of a group, and groups are unequally popular too."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, items + 1) ** 0.8
    lengths = 1 + rng.poisson(MEAN_LENGTH - 2, baskets)
    basket, item = np.repeat(np.arange(baskets), lengths), rng.choice(items, int(lengths.sum()), p=popularity / popularity.sum())
    groups = rng.choice(items, (GROUPS, GROUP_SIZE))
    chosen = rng.choice(GROUPS, baskets, p=popularity[:GROUPS] / popularity[:GROUPS].sum())
    there = (rng.random((baskets, GROUP_SIZE)) < 0.8) & (rng.random(baskets) < 0.5)[:, None]
    row, column = np.nonzero(there)
    return baskets_of(np.concatenate([basket, row]), np.concatenate([item, groups[chosen[row], column]]))
