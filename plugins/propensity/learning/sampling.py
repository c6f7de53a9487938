"""Some of many rows, for what does not bear all of them."""

import numpy as np

from plugins.propensity.events import Flags, Numbers


def sample(bought: Flags, most: int, seed: int) -> Numbers:
    """int64[k], ascending: all rows, or `most` of them by chance with both outcomes in the proportion in which they are there."""
    n = len(bought)
    if n <= most:
        return np.arange(n)
    chance = np.random.default_rng(seed)
    yes, no = np.flatnonzero(bought), np.flatnonzero(~bought)
    of_yes = min(max(round(most * len(yes) / n), 1), most - 1)
    return np.sort(np.concatenate([chance.choice(yes, of_yes, replace=False), chance.choice(no, most - of_yes, replace=False)]))
