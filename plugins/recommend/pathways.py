"""How every method recommends: in two steps, from a customer to those who speak for something, and from these to what they speak for."""

from dataclasses import dataclass
from typing import Any

from scipy.sparse import csr_array

PRODUCT, CUSTOMER, GROUP = "PRODUCT", "CUSTOMER", "GROUP"


@dataclass(frozen=True)
class Steps:
    """`near`: csr_array[n, k], how much each of k products, customers or groups (`through`) counts with each of n customers; `far`:
    csr_array[k, m], how much each speaks for each of m items. What they come to is near @ far. No entry is negative."""

    near: csr_array
    far: csr_array
    through: str


@dataclass(frozen=True)
class Pathway:
    """`method`: its name. `steps` lead to the scores; `grounds` are what the reasons name, where that is not the same."""

    method: str
    steps: Steps
    grounds: Steps

    def scores(self, rows: Any) -> csr_array:
        """csr_array[k, m], not scaled, of k customers: `rows` chooses them."""
        return (self.steps.near[rows] @ self.steps.far).tocsr()


def pathway(method: str, near: csr_array, far: csr_array, through: str) -> Pathway:
    steps = Steps(near, far, through)
    return Pathway(method, steps, steps)
