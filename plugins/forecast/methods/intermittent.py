"""Series that are 0 most of the time: what a sale brings, and how often there is one.

Croston, 1972, in the approximation of Syntetos and Boylan, 2005; Teunter, Syntetos and Babai, 2011 (TSB).
"""

from itertools import product
from typing import Any

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, Unfit

RATES = (0.05, 0.1, 0.2, 0.3, 0.5)  # of smoothing: those with the smallest squared errors in the past are taken
OFTEN = 1.32  # mean steps between sales from which on a series is intermittent (Syntetos, Boylan and Croston, 2005)
FEWEST_SALES = 2


def is_intermittent(values: Floats) -> bool:
    """Whether steps with a sale are more than 1.32 steps apart on average. What comes back is a sale of less than nothing."""
    return len(values) > OFTEN * int(np.count_nonzero(values))


def tsb(values: Floats, setting: Setting) -> Forecast:
    """The probability of a sale falls with every step without one, so that who stays away is forgotten."""
    size, chance = pairs()
    sold = values != 0
    level, often = np.full(len(size), first_sale(values)), np.full(len(size), sold.mean())
    errors = np.zeros(len(size))
    for value, any_sold in zip(values.tolist(), sold.tolist(), strict=True):
        errors += (value - often * level) ** 2
        often = often + chance * (any_sold - often)
        if any_sold:
            level = level + size * (value - level)
    return flat(often * level, errors / len(values), setting, "TSB", size, chance)


def croston(values: Floats, setting: Setting) -> Forecast:
    """The forecast stands still until there is another sale."""
    size, distance = pairs()
    sold = values != 0
    level = np.full(len(size), first_sale(values))
    apart = np.full(len(size), (np.flatnonzero(sold)[-1] + 1) / sold.sum())
    errors, waited = np.zeros(len(size)), 1
    for value, any_sold in zip(values.tolist(), sold.tolist(), strict=True):
        errors += (value - corrected(distance) * level / apart) ** 2
        if any_sold:
            level, apart, waited = level + size * (value - level), apart + distance * (waited - apart), 1
        else:
            waited += 1
    return flat(corrected(distance) * level / apart, errors / len(values), setting, "SBA", size, distance)


def corrected(rate: Any) -> Any:
    """What takes off the bias of Croston's quotient."""
    return 1 - rate / 2


def pairs() -> tuple[Floats, Floats]:
    both = np.array(list(product(RATES, RATES)))
    return both[:, 0], both[:, 1]


def first_sale(values: Floats) -> float:
    """The mean of what sales bring: where smoothing begins."""
    sold = values[values != 0]
    if len(sold) < FEWEST_SALES:
        raise Unfit("TOO_SHORT")
    return float(sold.mean())


def flat(means: Floats, errors: Floats, setting: Setting, name: str, size: Floats, other: Floats) -> Forecast:
    """The same value for every step: that of the pair of rates with the smallest errors."""
    best = int(np.argmin(errors))
    return Forecast(np.full(setting.horizon, means[best]), np.full(setting.horizon, np.sqrt(errors[best])),
                    f"{name}({size[best]:g},{other[best]:g})")
