"""CART: binary trees by the Gini index or by entropy. A category splits off one word at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.segmentation.trees.nodes import Attributes, Node

Numbers = NDArray[np.int64]


def cart(given: Attributes, classes: Numbers, count: int, *, depth: int, criterion: str, least: int, seed: int = 0) -> Node:
    """`classes`: int64[n], from 0 to `count` - 1; `least`: customers that a leaf has at least; `criterion`: "gini" or "entropy".

    Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984.
    """
    from sklearn.tree import DecisionTreeClassifier

    columns, meaning = spread_out(given)
    grown = DecisionTreeClassifier(criterion=criterion, max_depth=depth, min_samples_leaf=least, random_state=seed)
    tree = grown.fit(columns, classes).tree_
    order = np.full(count, -1)
    order[grown.classes_] = np.arange(len(grown.classes_))
    return joined_again(read(tree, 0, meaning, order))


def spread_out(given: Attributes) -> tuple[Any, list[tuple[int, int | None]]]:
    """float64[n, m]: numbers as they are, and a column of 0 and 1 for each word. And for each column what it is: the attribute, and the
    word, None for a number."""
    meaning: list[tuple[int, int | None]] = []
    columns = []
    for at, words in enumerate(given.words):
        if words is None:
            columns.append(given.values[:, at])
            meaning.append((at, None))
            continue
        for word in range(len(words)):
            columns.append((given.values[:, at] == word).astype(np.float64))
            meaning.append((at, word))
    return np.column_stack(columns), meaning


def read(tree: Any, at: int, meaning: Sequence[tuple[int, int | None]], order: Numbers) -> Node:
    counts = np.where(order >= 0, tree.value[at][0][order], 0.0) * tree.n_node_samples[at]
    if tree.children_left[at] < 0:
        return Node(counts)
    feature, word = meaning[tree.feature[at]]
    children = [read(tree, int(child), meaning, order) for child in (tree.children_left[at], tree.children_right[at])]
    if word is None:
        return Node(counts, feature, threshold=float(tree.threshold[at]), children=children)
    return Node(counts, feature, category=word, children=children)


def joined_again(node: Node) -> Node:
    """Two leaves side by side that decide alike say no more than one."""
    node.children = [joined_again(child) for child in node.children]
    if node.children and all(not child.children for child in node.children) and len({child.chosen for child in node.children}) == 1:
        node.become_leaf()
    return node
