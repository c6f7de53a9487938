"""The network of the strongest rules: which rules to draw, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import igraph
import numpy as np

Item = tuple[str, Any]  # ("item", a product's id or a category's name), so that no item is taken for a rule's number
# Inches.
LABEL, DOT = np.array([1.35, 0.42]), np.array([0.24, 0.24])
STEP = np.array([1.2, 0.55])  # from one node to the next
GAP = 0.3  # between parts
ROUNDS = 200
SMALLEST = 3  # nodes of a part


@dataclass(frozen=True)
class DrawnRule:
    left: tuple[Item, ...]
    right: tuple[Item, ...]
    support: float
    lift: float


def strongest(tables: Mapping[str, Any], most: int) -> list[DrawnRule]:
    """Of each set of items its most confident rule, the sets of the highest lift first. Rules come ordered so."""
    best: dict[frozenset[Item], tuple[float, DrawnRule]] = {}
    items = items_of(tables["rules_items"])
    columns = ("antecedent_id", "consequent_id", "support", "confidence", "lift")
    for left, right, support, confidence, lift in zip(*[tables["rules_rules"][name].to_pylist() for name in columns], strict=True):
        together = frozenset((*items[left], *items[right]))
        if together not in best and len(best) == most:
            continue
        if together not in best or confidence > best[together][0]:
            best[together] = confidence, DrawnRule(items[left], items[right], support, lift)
    return [rule for _, rule in best.values()]


def items_of(table: Any) -> dict[int, tuple[Item, ...]]:
    found: dict[int, tuple[Item, ...]] = {}
    for itemset, product, category in zip(*[table[name].to_pylist() for name in ("itemset_id", "product_id", "category")], strict=True):
        found[itemset] = (*found.get(itemset, ()), ("item", category if product is None else product))
    return found


def laid_out(rules: Sequence[DrawnRule], width: float) -> tuple[dict[Any, tuple[float, float]], float]:
    """A place in inches for each item, and for each rule by its number, and how high the whole is. What hangs together is laid out by
    itself, the largest part first; the parts stand in rows, at most `width` long unless one alone is longer. Always the same for the
    same rules."""
    nodes: list[Any] = [*range(len(rules)), *dict.fromkeys(item for rule in rules for item in (*rule.left, *rule.right))]
    number = {node: place for place, node in enumerate(nodes)}
    edges = [(rule, number[item]) for rule, one in enumerate(rules) for item in (*one.left, *one.right)]
    graph = igraph.Graph(len(nodes), edges)
    parts = sorted(graph.connected_components(), key=lambda part: (-len(part), part[0]))
    found: dict[Any, tuple[float, float]] = {}
    x, y, high = 0.0, 0.0, 0.0
    for part in parts:
        points, size = placed(graph.induced_subgraph(part), np.array([node < len(rules) for node in part]))
        if x and x + size[0] > width:
            x, y, high = 0.0, y + high, 0.0
        for node, point in zip(part, points, strict=True):
            found[nodes[node]] = (x + float(point[0]), -y - float(point[1]))
        x, high = x + size[0], max(high, size[1])
    return found, y + high


def placed(graph: Any, dots: Any) -> tuple[Any, Any]:
    """Places of a connected graph in a box from (0, 0), and how large the box is, in inches. `dots`: bool[n], which nodes are rules."""
    halves = np.where(dots[:, None], DOT, LABEL) / 2
    angle = np.pi / 2 + 2 * np.pi * np.arange(graph.vcount()) / graph.vcount()
    points = np.array(graph.layout_kamada_kawai(seed=np.column_stack([np.cos(angle), np.sin(angle)]).tolist()).coords)
    if graph.vcount() == SMALLEST:  # an item, the rule, an item: one below the other
        points = np.zeros((SMALLEST, 2))
        points[~dots, 1] = [-1, 1]
    points = apart(points * STEP, halves)
    points -= (points - halves).min(axis=0) - GAP / 2
    return points, (points + halves).max(axis=0) + GAP / 2


def apart(points: Any, halves: Any) -> Any:
    """Moves boxes with these centres and half sizes until none covers another, or for a while."""
    for _ in range(ROUNDS):
        across = points[:, None] - points
        over = halves[:, None] + halves - np.abs(across)
        covered = (over > 0).all(axis=2)
        np.fill_diagonal(covered, False)
        if not covered.any():
            break
        for one, other in np.argwhere(np.triu(covered)):
            axis = int(over[one, other, 1] < over[one, other, 0])
            way = 1.0 if across[one, other, axis] >= 0 else -1.0
            points[one, axis] += way * over[one, other, axis] / 2
            points[other, axis] -= way * over[one, other, axis] / 2
    return points
