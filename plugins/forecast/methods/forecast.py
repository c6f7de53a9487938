"""What every method is given and gives back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """`horizon`: how many steps; `season`: how many steps make a season, 1 for none; `order`, `seasonal_order`: of ARIMA, None where they
    are chosen; `log`: whether ARIMA works on logarithms; `seed`: where chance comes from; `phase`: which step of its season the first
    value is."""

    horizon: int
    season: int = 1
    order: tuple[int, int, int] | None = None
    seasonal_order: tuple[int, int, int] = (0, 0, 0)
    log: bool = False
    seed: int = 0
    phase: int = 0


@dataclass(frozen=True)
class Forecast:
    """`mean`: float64[horizon]; `spread`: float64[horizon], the standard deviation of the errors as the method sees it; `form`: which
    member of its family was chosen, in the words of the field, such as ETS(A,Ad,N)."""

    mean: Floats
    spread: Floats
    form: str | None = None


class Unfit(Exception):
    """The method cannot continue this series. The text says why: TOO_SHORT, NOT_POSITIVE or FAILED."""


def finite(found: Forecast) -> Forecast:
    """Raises `Unfit` for a forecast that is no number, or that explodes."""
    if not (np.isfinite(found.mean).all() and np.isfinite(found.spread).all()):
        raise Unfit("FAILED")
    return found


def seasonal(values: Floats, season: int) -> int:
    """The season that counts: 1 for a series that is not two seasons long."""
    return season if season > 1 and len(values) >= 2 * season + 1 else 1
