"""How good probabilities are beside what happened: plain functions on arrays.

`bought`: bool[n], with both outcomes in it; `p`: float64[n]. Customers with equal probabilities are in no order: half of what could be
gained by one counts, whichever way rows come.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from plugins.propensity.events import Flags, Floats, Numbers

TOP = 0.2
BINS = 10
LEAST_PROBABILITY = 1e-15  # one of 0 for who did buy would be infinitely wrong


def area(bought: Flags, p: Floats) -> float:
    """How probable it is that who bought has a higher probability than who did not: the area under the ROC curve. O(n log n)."""
    yes = int(bought.sum())
    ranks = rankdata(p)
    return float((ranks[bought].sum() - yes * (yes + 1) / 2) / (yes * (len(p) - yes)))


def log_loss(bought: Flags, p: Floats) -> float:
    """The mean of minus the logarithm of the probability of what happened."""
    given = np.where(bought, p, 1 - p)
    return float(-np.log(np.maximum(given, LEAST_PROBABILITY)).mean())


def brier(bought: Flags, p: Floats) -> float:
    return float(((p - bought) ** 2).mean())


@dataclass(frozen=True)
class Confusion:
    """How many customers: `caught` bought and were said to, `missed` bought only, `alarmed` were said to only, `spared` neither."""

    caught: int
    missed: int
    alarmed: int
    spared: int

    @property
    def accuracy(self) -> float:
        return (self.caught + self.spared) / (self.caught + self.missed + self.alarmed + self.spared)

    @property
    def precision(self) -> float | None:
        """None when nobody was said to buy."""
        return self.caught / (self.caught + self.alarmed) if self.caught + self.alarmed else None

    @property
    def recall(self) -> float:
        return self.caught / (self.caught + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.caught / (2 * self.caught + self.missed + self.alarmed)

    @property
    def table(self) -> list[list[int]]:
        """Rows: did not buy, bought. Columns: was not said to, was."""
        return [[self.spared, self.alarmed], [self.missed, self.caught]]


def confusion(bought: Flags, p: Floats, threshold: float) -> Confusion:
    said = p >= threshold
    return Confusion(int((said & bought).sum()), int((~said & bought).sum()), int((said & ~bought).sum()), int((~said & ~bought).sum()))


def best_threshold(bought: Flags, p: Floats) -> float:
    """The highest probability from which on F1 is greatest. O(n log n)."""
    order = np.argsort(-p, kind="stable")
    caught, said = np.cumsum(bought[order]), np.arange(1, len(p) + 1)
    last_of_equals = np.append(p[order][1:] != p[order][:-1], True)
    f1 = np.where(last_of_equals, 2 * caught / (said + bought.sum()), -1)
    return float(p[order][int(np.argmax(f1))])


@dataclass(frozen=True)
class Curve:
    x: Floats
    y: Floats


def roc(bought: Flags, p: Floats) -> Curve:
    """Of who did not buy, the share that is said to (x); of who bought, the share that is (y): from the highest threshold to the lowest."""
    counted, yes = cumulative(bought, p)
    return Curve((counted - yes) / (~bought).sum(), yes / bought.sum())


def gains(bought: Flags, p: Floats) -> Curve:
    """Of all customers, the share with the highest probabilities (x), and which share of those who bought is among them (y)."""
    counted, yes = cumulative(bought, p)
    return Curve(counted / len(p), yes / bought.sum())


def cumulative(bought: Flags, p: Floats) -> tuple[Numbers, Numbers]:
    """How many customers have at least each probability, and how many of them bought; the highest first, from nobody on."""
    values, group = np.unique(-p, return_inverse=True)
    counts = np.bincount(group, minlength=len(values))
    yes = np.bincount(group, bought, minlength=len(values)).astype(np.int64)
    return np.concatenate([[0], np.cumsum(counts)]), np.concatenate([[0], np.cumsum(yes)])


def lift(bought: Flags, p: Floats, top: float = TOP) -> float:
    """How many times more of the most probable `top` bought than of all."""
    found = gains(bought, p)
    return float(np.interp(top, found.x, found.y) / top)


@dataclass(frozen=True)
class Bin:
    """Customers with alike probabilities: the mean of these, how many bought, and how many there are."""

    mean: float
    bought: int
    count: int


def calibration(bought: Flags, p: Floats, bins: int = BINS) -> list[Bin]:
    """At most `bins` groups of alike size, by probability; equal ones are never parted."""
    cuts = np.unique(np.quantile(p, np.arange(1, bins) / bins, method="higher"))
    group = np.searchsorted(cuts, p, side="right")
    return [Bin(float(p[mine].mean()), int(bought[mine].sum()), int(mine.sum())) for number in range(len(cuts) + 1)
            if (mine := group == number).any()]


def calibration_error(found: list[Bin]) -> float:
    """By how much probabilities are off, on average over groups, weighted by their size."""
    total = sum(one.count for one in found)
    return sum(abs(one.mean * one.count - one.bought) for one in found) / total
