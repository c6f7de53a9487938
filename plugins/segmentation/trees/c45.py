"""C4.5: trees by the gain ratio, with a branch for each category, pruned by a pessimistic guess of their errors.

Quinlan, "C4.5: Programs for Machine Learning", 1993, with what release 8 changed about numbers (J. Artificial Intelligence Research 4,
1996): finding a threshold among many costs bits as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugins.segmentation.trees.nodes import Attributes, Node

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
CONFIDENCE = 0.25  # as Quinlan has it: how sure one is that errors are no more than the pessimistic guess
LEAST_GAIN = 1e-9


@dataclass(frozen=True)
class Split:
    feature: int
    gain: float  # bits
    ratio: float
    threshold: float | None
    branches: Numbers  # int64[n], to which child each row goes
    width: int  # children, empty ones included


def c45(given: Attributes, classes: Numbers, count: int, *, depth: int, least: int = 2) -> Node:
    """`classes`: int64[n], from 0 to `count` - 1. A split has `least` customers in two branches at least."""
    return pruned(grow(given, classes, np.arange(len(classes)), count, depth, least))


def grow(given: Attributes, classes: Numbers, rows: Numbers, count: int, depth: int, least: int) -> Node:
    node = Node(np.bincount(classes[rows], minlength=count).astype(np.float64))
    split = best_split(given, classes, rows, count, least) if depth and (node.counts > 0).sum() > 1 else None
    if split is None:
        return node
    node.feature, node.threshold = split.feature, split.threshold
    for branch in range(split.width):
        inside = rows[split.branches == branch]
        if len(inside):
            node.children.append(grow(given, classes, inside, count, depth - 1, least))
        else:  # a category that nobody here has: as its parent decides
            node.children.append(Node(np.where(node.counts == node.counts.max(), 1e-9, 0.0)))
    return node


def best_split(given: Attributes, classes: Numbers, rows: Numbers, count: int, least: int) -> Split | None:
    """The highest gain ratio among the splits that gain no less than the mean of all, of equals the first: the ratio alone would favour
    splits that part with next to nobody."""
    found = [split for split in splits(given, classes, rows, count, least) if split.gain > LEAST_GAIN]
    if not found:
        return None
    mean = sum(split.gain for split in found) / len(found)
    worth = [split for split in found if split.gain >= mean - LEAST_GAIN]
    return max(worth, key=lambda split: (split.ratio, -split.feature))


def splits(given: Attributes, classes: Numbers, rows: Numbers, count: int, least: int) -> Iterator[Split]:
    for feature, words in enumerate(given.words):
        values, inside = given.values[rows, feature], classes[rows]
        if words is None:
            split = by_threshold(feature, values, inside, count, least)
        else:
            split = by_category(feature, values.astype(np.int64), inside, count, len(words), least)
        if split is not None:
            yield split


def by_category(feature: int, values: Numbers, classes: Numbers, count: int, width: int, least: int) -> Split | None:
    table = np.zeros((width, count))
    np.add.at(table, (values, classes), 1)
    if (table.sum(1) >= least).sum() < 2:
        return None
    gain = gained(table)
    return Split(feature, gain, gain / bits(table.sum(1)), None, values, width)


def by_threshold(feature: int, values: Floats, classes: Numbers, count: int, least: int) -> Split | None:
    order = np.argsort(values, kind="stable")
    sorted_, n = values[order], len(values)
    below = np.zeros((n, count))
    below[np.arange(n), classes[order]] = 1
    below = np.cumsum(below, axis=0)
    cuts = np.flatnonzero(sorted_[:-1] < sorted_[1:])
    candidates = cuts[(cuts + 1 >= least) & (n - cuts - 1 >= least)]
    if not len(candidates):
        return None
    left, whole = below[candidates], below[-1]
    sizes = left.sum(1)
    inside = (sizes * bits_of_rows(left) + (n - sizes) * bits_of_rows(whole - left)) / n
    at = candidates[int(np.argmin(inside))]
    gain = bits(whole) - float(inside.min()) - np.log2(len(cuts)) / n
    between = np.array([at + 1.0, n - at - 1.0])
    threshold = halfway(float(sorted_[at]), float(sorted_[at + 1]))
    return Split(feature, gain, gain / bits(between), threshold, (values > threshold).astype(np.int64), 2)


def halfway(low: float, high: float) -> float:
    """Not `high`, which rounding could make it."""
    middle = low + (high - low) / 2
    return middle if middle < high else low


def bits(counts: Floats) -> float:
    """The entropy of float64[c] counts, in bits."""
    return float(bits_of_rows(counts[None])[0])


def bits_of_rows(counts: Floats) -> Floats:
    """float64[m] of float64[m, c]."""
    size = counts.sum(1, keepdims=True)
    share = np.divide(counts, size, out=np.zeros_like(counts), where=size > 0)
    found: Floats = -(share * np.log2(np.where(share > 0, share, 1))).sum(1)
    return found


def gained(table: Floats) -> float:
    """How many bits of the class are known once the branch is: `table` is float64[branches, classes]."""
    sizes = table.sum(1)
    return bits(table.sum(0)) - float(sizes @ bits_of_rows(table)) / float(sizes.sum())


# -- pruning --
def pruned(node: Node) -> Node:
    """A subtree becomes a leaf where a leaf would hardly make more errors."""
    for child in node.children:
        pruned(child)
    if node.children and pessimistic(node.counts) <= sum(pessimistic(leaf.counts) for leaf in node.leaves()) + 0.1:
        node.become_leaf()
    return node


def pessimistic(counts: Floats) -> float:
    """How many errors a leaf will make among as many customers: the upper limit of the binomial share of errors, times their number."""
    from scipy.special import betaincinv

    size = float(counts.sum())
    if size < 1:
        return 0.0
    wrong = size - float(counts.max())
    limit = 1 - CONFIDENCE ** (1 / size) if wrong == 0 else float(betaincinv(wrong + 1, size - wrong, 1 - CONFIDENCE))
    return size * limit
