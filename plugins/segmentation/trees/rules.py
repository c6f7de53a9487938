"""The leaves of a tree as rules: conditions that hold together, how many customers they hold for, and how many of these they are right
about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import FeatureColumn
from plugins.segmentation.trees.nodes import Attributes, Node, leaf_numbers

Numbers = NDArray[np.int64]
UP_TO, ABOVE, IS, IS_NOT = "UP_TO", "ABOVE", "IS", "IS_NOT"
SIGNS = {UP_TO: "≤", ABOVE: ">"}
WORDS = {IS: (" is ", "为"), IS_NOT: (" is not ", "不为")}
EVERYBODY = ("everybody", "所有客户")


@dataclass(frozen=True)
class Condition:
    """`value` for UP_TO and ABOVE, `words` for IS and IS_NOT. `feature` is a place among the attributes."""

    feature: int
    operator: str
    value: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """`support`: how many customers it holds for; `right`: how many of them are of the class `chosen`."""

    conditions: tuple[Condition, ...]
    chosen: int
    support: int
    right: int

    @property
    def purity(self) -> float:
        return self.right / self.support if self.support else 0.0


def rules(root: Node, given: Attributes, classes: Numbers) -> tuple[list[Rule], Numbers]:
    """A rule for each leaf, counted over these customers, and int64[n], the leaf of each."""
    of, paths = leaf_numbers(root, given.values), list(leaf_paths(root, given, ()))
    support = np.bincount(of, minlength=len(paths))
    chosen = np.array([leaf.chosen for leaf, _ in paths])
    right = np.bincount(of, chosen[of] == classes, minlength=len(paths))
    return [Rule(tuple(merged(path)), leaf.chosen, int(support[at]), int(right[at])) for at, (leaf, path) in enumerate(paths)], of


def leaf_paths(node: Node, given: Attributes, path: tuple[Condition, ...]) -> Iterator[tuple[Node, tuple[Condition, ...]]]:
    if not node.children:
        yield node, path
    for at, child in enumerate(node.children):
        assert node.feature is not None
        yield from leaf_paths(child, given, (*path, condition(node, node.feature, at, given)))


def condition(node: Node, feature: int, child: int, given: Attributes) -> Condition:
    if node.threshold is not None:
        return Condition(feature, ABOVE if child else UP_TO, node.threshold)
    words = given.words[feature] or ()
    if node.category is not None:
        return Condition(feature, IS if child else IS_NOT, words=(words[node.category],))
    return Condition(feature, IS, words=(words[child],))


def merged(path: Sequence[Condition]) -> Iterator[Condition]:
    """Of several bounds of one feature the narrowest, and what it is not in one condition, in the order in which they first come."""
    for key in dict.fromkeys((one.feature, one.operator) for one in path):
        same = [one for one in path if (one.feature, one.operator) == key]
        if key[1] == IS_NOT:
            if not any((one.feature, one.operator) == (key[0], IS) for one in path):
                yield Condition(*key, words=tuple(dict.fromkeys(word for one in same for word in one.words)))
        else:
            values = [one.value for one in same if one.value is not None]
            yield Condition(*key, min(values) if key[1] == UP_TO else max(values)) if values else same[0]


def in_words(rule: Rule, columns: Sequence[FeatureColumn]) -> tuple[str, str]:
    """The rule in English and in Chinese."""
    if not rule.conditions:
        return EVERYBODY
    features = dict.fromkeys(one.feature for one in rule.conditions)
    groups = [[one for one in rule.conditions if one.feature == feature] for feature in features]
    en = " and ".join(together(group, columns[group[0].feature].title, 0) for group in groups)
    zh = " 且 ".join(together(group, columns[group[0].feature].title_zh, 1) for group in groups)
    return en, zh


def together(group: Sequence[Condition], title: str, language: int) -> str:
    """The conditions on one feature: two bounds of a number stand on either side of its name."""
    bounds = {one.operator: one.value for one in group if one.value is not None}
    if len(bounds) == 2:
        return f"{number(bounds[ABOVE])} < {title} ≤ {number(bounds[UP_TO])}"
    return (" and ", " 且 ")[language].join(worded(one, title, language) for one in group)


def worded(one: Condition, title: str, language: int) -> str:
    if one.value is not None:
        return f"{title} {SIGNS[one.operator]} {number(one.value)}"
    return f"{title}{WORDS[one.operator][language]}{(' or ', '或')[language].join(one.words)}"


def number(value: float) -> str:
    """Four digits, and all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def as_json(rule: Rule, columns: Sequence[FeatureColumn]) -> dict[str, Any]:
    en, zh = in_words(rule, columns)
    return {"en": en, "zh": zh, "support": rule.support, "purity": rule.purity, "conditions": [
        {"feature": columns[one.feature].name, "operator": one.operator, "value": one.value, "words": list(one.words)}
        for one in rule.conditions]}
