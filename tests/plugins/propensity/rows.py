"""Examples that are made up, without a snapshot: columns, who bought, whose each row is."""

from typing import Any

import numpy as np

from guanxi import FeatureColumn, FeatureKind
from plugins.propensity.reading import Examples


def column(name: str, values: Any, *, skewed: bool = False) -> FeatureColumn:
    words = any(isinstance(value, str) for value in values)
    kind = FeatureKind.CATEGORY if words else FeatureKind.NUMBER
    return FeatureColumn(name, name.capitalize(), f"特征{name}", kind, np.array(values, object if words else float), skewed)


def rows(bought: Any, *, customer: Any = None, window: Any = None, **columns: Any) -> Examples:
    n = len(bought)
    return Examples([column(name, values) for name, values in columns.items()], np.array(bought, bool),
                    np.arange(n) if customer is None else np.array(customer), np.zeros(n, int) if window is None else np.array(window))


def linear(n: int, seed: int = 0, *, slope: float = 1.0, base: float = -1.0) -> tuple[Any, Any]:
    """Three columns, of which the first makes buying likelier, the second unlikelier and the third does nothing."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(n, 3))
    p = 1 / (1 + np.exp(-(base + slope * (matrix[:, 0] - 0.5 * matrix[:, 1]))))
    return matrix, chance.random(n) < p
