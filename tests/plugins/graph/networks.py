"""Networks that the tests measure: Zachary's karate club, small random ones, and the public files."""

import csv
import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

DATA = os.environ.get("GUANXI_TEST_DATA")
NEEDS_DATA = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]

steady = settings(deadline=None, derandomize=True)  # the same examples every time, however busy the machine is


@dataclass(frozen=True)
class Network:
    n: int
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.float64]

    def matrix(self) -> csr_array:
        return coo_array((self.weight, (self.source, self.target)), shape=(self.n, self.n)).tocsr()


def network(n: int, edges: list[tuple[int, int, float]]) -> Network:
    source, target, weight = zip(*edges, strict=True) if edges else ((), (), ())
    return Network(n, np.array(source, np.int64), np.array(target, np.int64), np.array(weight, np.float64))


def karate_club() -> Network:
    """34 members and 78 ties, each once; members are numbered from 0 where Zachary (1977) numbers from 1."""
    return network(34, [(a, b, 1.0) for a, b in networkx.karate_club_graph().edges])


def both_ways(one: Network) -> Network:
    return Network(one.n, np.concatenate([one.source, one.target]), np.concatenate([one.target, one.source]), np.tile(one.weight, 2))


@st.composite
def networks(draw: st.DrawFn, least: int = 1, most: int = 12) -> Network:
    """Directed and weighted, with loops, parallel edges, edges without weight, dead ends and lonely nodes."""
    n = draw(st.integers(least, most))
    node = st.integers(0, n - 1)
    weight = st.one_of(st.just(0.0), st.floats(0.01, 100))
    return network(n, draw(st.lists(st.tuples(node, node, weight), max_size=4 * n)))


def rows(name: str) -> list[dict[str, str]]:
    path = Path(str(DATA)) / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
