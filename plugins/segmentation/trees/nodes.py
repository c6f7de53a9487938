"""A grown tree: where each customer ends up, and how it is kept as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Attributes:
    """What a tree may split by. `values`: float64[n, d]; a category is the number of its word, and `words` has those words, None for a
    column of numbers."""

    values: Floats
    words: Sequence[Sequence[str] | None]

    @property
    def numeric(self) -> list[bool]:
        return [words is None for words in self.words]


@dataclass
class Node:
    """`counts`: float64[c], how many of each class came here when it grew. Without a `feature` it is a leaf. `threshold`: the first child
    has the values up to it, the second the higher ones; `category`: the first child has other categories, the second this one; with
    neither, child i has category i, and one that no customer had goes where most go."""

    counts: Floats
    feature: int | None = None
    threshold: float | None = None
    category: int | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def chosen(self) -> int:
        return int(np.argmax(self.counts))

    def become_leaf(self) -> None:
        self.feature, self.threshold, self.category, self.children = None, None, None, []

    def branch(self, values: Floats) -> Numbers:
        """int64[n]: to which child each value goes."""
        if self.threshold is not None:
            found: Any = values > self.threshold
        elif self.category is not None:
            found = values == self.category
        else:
            most = int(np.argmax([child.counts.sum() for child in self.children]))
            found = np.where((values >= 0) & (values < len(self.children)), values, most)
        branches: Numbers = found.astype(np.int64)
        return branches

    def leaves(self) -> Iterator["Node"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def leaf_numbers(root: Node, values: Floats) -> Numbers:
    """int64[n]: for each row of float64[n, d] the place of its leaf in `root.leaves()`."""
    found, places = np.zeros(len(values), np.int64), {id(leaf): at for at, leaf in enumerate(root.leaves())}
    waiting = [(root, np.arange(len(values)))]
    while waiting:
        node, rows = waiting.pop()
        if not node.children:
            found[rows] = places[id(node)]
            continue
        branch = node.branch(values[rows, node.feature])
        waiting += [(child, rows[branch == at]) for at, child in enumerate(node.children)]
    return found


def as_json(node: Node) -> dict[str, Any]:
    kept: dict[str, Any] = {"counts": node.counts.tolist()}
    if node.children:
        kept |= {"feature": node.feature, "threshold": node.threshold, "category": node.category,
                 "children": [as_json(child) for child in node.children]}
    return kept


def of_json(kept: Mapping[str, Any]) -> Node:
    children = [of_json(child) for child in kept.get("children", ())]
    return Node(np.array(kept["counts"]), kept.get("feature"), kept.get("threshold"), kept.get("category"), children)
