"""From the columns of features to a matrix without gaps, and from there to a scale on which distances mean something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import FeatureColumn, FeatureKind, InsufficientData, InvalidParameters

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
LARGEST = 1e15  # beyond, squares of differences lose all their digits
LEAVE_OUT, MEDIAN, ZERO = "LEAVE_OUT", "MEDIAN", "ZERO"


@dataclass(frozen=True)
class Matrix:
    """`values`: float64[n, d], all finite. `kept`: int64[n], the places of these customers among all. `missing`: int[d], how many values
    were; `filled`: what stands for those of each column, None where customers were left out. `columns`: d features."""

    values: Floats
    kept: Numbers
    columns: Sequence[FeatureColumn]
    missing: Sequence[int]
    filled: Sequence[float | None]
    size: int  # of all customers


def matrix(columns: Sequence[FeatureColumn], policy: str) -> Matrix:
    """Raises `InvalidParameters` and `InsufficientData` for what nobody can be told apart by."""
    for column in columns:
        check_values(column)
    holes = [np.isnan(column.values) for column in columns]
    missing = [int(hole.sum()) for hole in holes]
    size = len(holes[0])
    for column, count in zip(columns, missing, strict=True):
        if count == size:
            raise InsufficientData(f"{column.name} is missing for all {size:,} customers of this run: leave it out, or look at another "
                                   "window or other customers.")
    filled: list[float | None] = [filling(column.values, hole, policy) for column, hole in zip(columns, holes, strict=True)]
    whole = ~np.logical_or.reduce(holes) if policy == LEAVE_OUT else np.ones(size, bool)
    kept = np.flatnonzero(whole)
    if len(kept) < 2:
        few = ", ".join(f"{column.name} for {count:,}" for column, count in zip(columns, missing, strict=True) if count)
        raise InsufficientData(f"Of {size:,} customers, {len(kept):,} have a value for every feature, and two at least are needed"
                               f"{f'; missing are {few}' if few else ''}.")
    values = np.column_stack([column.values[kept] for column in columns])
    for at, value in enumerate(filled):
        if value is not None:
            values[np.isnan(values[:, at]), at] = value
    found = Matrix(values, kept, columns, missing, filled, size)
    check_spread(found)
    return found


def check_values(column: FeatureColumn) -> None:
    if column.kind is FeatureKind.CATEGORY:
        raise InvalidParameters(f"{column.name} is a category, and distances are taken between numbers: leave it out, or use a tree.")
    absurd = np.isinf(column.values) | (np.abs(column.values) > LARGEST)
    if absurd.any():
        raise InvalidParameters(f"{column.name} is infinite, or larger than {LARGEST:g}, for {int(absurd.sum()):,} of "
                                f"{len(absurd):,} customers: no distance can be taken.")


def filling(values: Floats, hole: NDArray[np.bool_], policy: str) -> float | None:
    if policy == LEAVE_OUT or not hole.any():
        return None
    return 0.0 if policy == ZERO else float(np.median(values[~hole]))


def check_spread(found: Matrix) -> None:
    low, high = found.values.min(0), found.values.max(0)
    for at in np.flatnonzero(low == high).tolist():
        raise InvalidParameters(f"{found.columns[at].name} is {low[at]:g} for all {len(found.kept):,} customers: it tells nobody apart, "
                                "leave it out.")


@dataclass(frozen=True)
class Scale:
    """(f(x) - centre) / spread for each column, where f is x, or sign(x) log(1 + |x|) with `logarithmic`."""

    logarithmic: bool
    centre: Floats
    spread: Floats

    def apply(self, values: Floats) -> Floats:
        found = np.sign(values) * np.log1p(np.abs(values)) if self.logarithmic else values.copy()
        found -= self.centre
        found /= self.spread
        return found

    def undo(self, values: Floats) -> Floats:
        found = values * self.spread + self.centre
        return np.sign(found) * np.expm1(np.abs(found)) if self.logarithmic else found

    def as_json(self) -> dict[str, Any]:
        return {"logarithmic": self.logarithmic, "centre": self.centre.tolist(), "spread": self.spread.tolist()}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Scale":
        return cls(given["logarithmic"], np.array(given["centre"]), np.array(given["spread"]))


def scale(found: Matrix, method: str) -> Scale:
    """NONE; STANDARD: mean 0 and standard deviation 1; MIN_MAX: from 0 to 1; ROBUST: median 0 and interquartile range 1; LOG: STANDARD of
    the logarithms. Raises `InvalidParameters` when a feature has no spread of that kind."""
    values, d = found.values, found.values.shape[1]
    if method == "LOG":
        plain = Scale(True, np.zeros(d), np.ones(d)).apply(values)
        return Scale(True, plain.mean(0), plain.std(0))
    if method == "STANDARD":
        return Scale(False, values.mean(0), values.std(0))
    if method == "MIN_MAX":
        return Scale(False, values.min(0), values.max(0) - values.min(0))
    if method == "ROBUST":
        low, middle, high = np.percentile(values, [25, 50, 75], axis=0)
        for at in np.flatnonzero(low == high).tolist():
            raise InvalidParameters(f"{found.columns[at].name} has no interquartile range: from the 25th to the 75th percentile it is "
                                    f"{low[at]:g}. Take another scaling.", "scaling")
        return Scale(False, middle, high - low)
    return Scale(False, np.zeros(d), np.ones(d))
