"""CART against scikit-learn used directly, its rules in words, and what a tree may not be asked."""

import numpy as np
import pytest
from sklearn.datasets import load_iris, load_wine
from sklearn.tree import DecisionTreeClassifier

from guanxi import InsufficientData, InvalidParameters
from plugins.segmentation.trees.cart import cart
from plugins.segmentation.trees.learning import MISSING, attributes, classes_of, coded_words, held_out_accuracy
from plugins.segmentation.trees.nodes import Attributes, as_json, leaf_numbers, of_json
from plugins.segmentation.trees.rules import Condition, Rule, in_words, merged, rules
from tests.plugins.segmentation.snapshots import column

IRIS = load_iris()


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_it_decides_as_scikit_learn_does(load: object, criterion: str) -> None:
    data = load()  # type: ignore[operator]
    given = Attributes(data.data, [None] * data.data.shape[1])
    root = of_json(as_json(cart(given, data.target, 3, depth=4, criterion=criterion, least=2)))
    direct = DecisionTreeClassifier(criterion=criterion, max_depth=4, min_samples_leaf=2, random_state=0).fit(data.data, data.target)
    chosen = np.array([leaf.chosen for leaf in root.leaves()])
    assert (chosen[leaf_numbers(root, data.data)] == direct.predict(data.data)).all()


def test_a_category_splits_off_one_word() -> None:
    given = Attributes(np.array([[0.0], [0], [1], [1], [2], [2]]), [["red", "green", "blue"]])
    classes = np.array([0, 0, 1, 1, 0, 0])
    found, _ = rules(cart(given, classes, 2, depth=2, criterion="gini", least=1), given, classes)
    assert [(rule.conditions[0].operator, rule.conditions[0].words, rule.support, rule.purity) for rule in found] == [
        ("IS_NOT", ("green",), 4, 1.0), ("IS", ("green",), 2, 1.0)]


def test_leaves_that_decide_alike_are_one() -> None:
    given = Attributes(np.arange(12.0)[:, None], [None])
    root = cart(given, np.array([0] * 11 + [1]), 2, depth=3, criterion="entropy", least=3)
    assert not root.children


def test_bounds_of_one_feature_become_one_condition() -> None:
    path = [Condition(0, "ABOVE", 1.0), Condition(1, "IS_NOT", words=("a",)), Condition(0, "UP_TO", 9.0), Condition(0, "ABOVE", 3.0),
            Condition(1, "IS_NOT", words=("b",))]
    assert list(merged(path)) == [Condition(0, "ABOVE", 3.0), Condition(1, "IS_NOT", words=("a", "b")), Condition(0, "UP_TO", 9.0)]
    assert list(merged([Condition(1, "IS_NOT", words=("a",)), Condition(1, "IS", words=("b",))])) == [Condition(1, "IS", words=("b",))]


def test_rules_in_words() -> None:
    columns = [column("spending", [1.0, 2.0]), column("kind", ["x", "y"])]
    rule = Rule((Condition(0, "ABOVE", 12345.6), Condition(0, "UP_TO", 99999.0), Condition(1, "IS_NOT", words=("a", "b"))), 0, 4, 3)
    assert in_words(rule, columns) == ("12,346 < Spending ≤ 99,999 and Kind is not a or b",
                                       "12,346 < 特征spending ≤ 99,999 且 特征kind不为a或b")
    assert in_words(Rule((), 0, 4, 3), columns) == ("everybody", "所有客户")
    assert rule.purity == 0.75


def test_words_are_numbered_by_frequency_and_ids_are_refused() -> None:
    coded, words = coded_words(column("kind", ["b", None, "b", "a", "b", None]))
    assert (words, coded.values.tolist()) == (["b", MISSING, "a"], [0, 1, 0, 2, 0, 1])
    with pytest.raises(InvalidParameters, match="150 different words for 150 customers: with more than 100 it is an id or free text"):
        coded_words(column("name", [f"客户 {at}" for at in range(150)]))
    with pytest.raises(InvalidParameters, match=r"test\.kind is a for all 3 customers"):
        coded_words(column("kind", ["a", "a", "a"]))


def test_targets_become_classes() -> None:
    words = classes_of(column("kind", ["a", "b", "a"]))
    assert (words.of.tolist(), words.names[1]) == ([0, 1, 0], ("Kind: b", "特征kind：b"))
    few = classes_of(column("score", [1, 5, np.nan, 1]))
    assert (few.of.tolist(), few.names) == ([0, 1, -1, 0], [("Score: 1", "特征score：1"), ("Score: 5", "特征score：5")])
    many = classes_of(column("spent", np.arange(99.0)))
    assert np.bincount(many.of).tolist() == [33, 33, 33]
    assert [en for en, _ in many.names] == ["Spent: low (≤ 32.67)", "Spent: middle (32.67 – 65.33)", "Spent: high (> 65.33)"]
    skewed = classes_of(column("spent", [0.0] * 80 + list(range(20))))
    assert len(skewed.names) == 2
    with pytest.raises(InsufficientData, match=r"test\.a has 1 different values among 3 customers"):
        classes_of(column("a", [2, 2, np.nan]))


def test_accuracy_is_that_of_customers_it_has_not_seen() -> None:
    given = Attributes(IRIS.data, [None] * 4)
    how = {"method": "CART", "criterion": "gini", "depth": 3, "seed": 1}
    tested = held_out_accuracy(given, IRIS.target, 3, **how)
    assert tested is not None
    assert tested[0] > 0.9
    assert tested[1] == pytest.approx(1 / 3, abs=0.1)
    shuffled = np.random.default_rng(1).permutation(IRIS.target)
    by_chance = held_out_accuracy(given, shuffled, 3, **how)
    assert by_chance is not None
    assert by_chance[0] < 0.5
    assert held_out_accuracy(Attributes(IRIS.data[:20], [None] * 4), IRIS.target[:20], 3, **how) is None


def test_missing_numbers_follow_the_policy_and_missing_words_are_words() -> None:
    columns = [column("a", [1, np.nan, 3, 4]), column("kind", ["x", "y", None, "x"])]
    left = attributes(columns, "LEAVE_OUT")
    assert left.kept.tolist() == [0, 2, 3]
    assert left.attributes.words == [None, ["x", MISSING, "y"]]
    assert attributes(columns, "MEDIAN").filled == [3.0, None]
