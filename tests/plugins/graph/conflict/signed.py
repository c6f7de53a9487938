"""Small networks with signs, as hypothesis draws them."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Tie = tuple[int, int, float, int]  # from, to, weight, sign


@dataclass(frozen=True)
class Signed:
    n: int
    ties: list[Tie]

    @property
    def source(self) -> NDArray[np.int32]:
        return np.array([tie[0] for tie in self.ties], np.int32)

    @property
    def target(self) -> NDArray[np.int32]:
        return np.array([tie[1] for tie in self.ties], np.int32)

    @property
    def weight(self) -> NDArray[np.float64]:
        return np.array([tie[2] for tie in self.ties], np.float64)

    @property
    def sign(self) -> NDArray[np.int8]:
        return np.array([tie[3] for tie in self.ties], np.int8)

    def negative(self) -> "Signed":
        return Signed(self.n, [tie for tie in self.ties if tie[3] < 0])


@st.composite
def signed_networks(draw: st.DrawFn, most: int = 9) -> Signed:
    """With loops, parallel ties of any signs, ties without weight and lonely nodes. Weights are quarters: their sums are exact."""
    n = draw(st.integers(0, most))
    if n == 0:
        return Signed(0, [])
    node = st.integers(0, n - 1)
    tie = st.tuples(node, node, st.integers(0, 8).map(lambda quarters: quarters / 4), st.sampled_from([1, 1, 0, -1]))
    return Signed(n, draw(st.lists(tie, max_size=5 * n)))
