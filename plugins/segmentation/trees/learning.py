"""From the columns of features to a tree of a target, and how well it tells customers apart whom it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import FeatureColumn, FeatureKind, InsufficientData, InvalidParameters
from plugins.segmentation.clustering.kmeans import places
from plugins.segmentation.clustering.matrix import matrix
from plugins.segmentation.trees.c45 import c45
from plugins.segmentation.trees.cart import cart
from plugins.segmentation.trees.nodes import Attributes, Node, leaf_numbers

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
SAMPLE = 100_000
MOST_WORDS = 100  # different words beyond which a category is an id or free text
FEW_VALUES = 10  # different numbers that are classes as they are
MISSING = "(missing)"
BANDS = (("low", "低"), ("middle", "中"), ("high", "高"))
LEAST_SHARE = 0.01  # of the customers, that a leaf has at least
LEAST_LEAF, LEAST_TO_TEST = 5, 30
HELD_OUT = 3  # every third customer


@dataclass(frozen=True)
class Classes:
    """`of`: int64[n], -1 for who has none; `names`: in English and in Chinese."""

    of: Numbers
    names: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """Attributes of the customers `kept` (int64[n]); the rest is as in `Matrix`."""

    attributes: Attributes
    kept: Numbers
    columns: Sequence[FeatureColumn]
    missing: Sequence[int]
    filled: Sequence[float | None]


def attributes(columns: Sequence[FeatureColumn], policy: str) -> Known:
    """Raises `InvalidParameters` and `InsufficientData` as `matrix` does, and for categories that are ids or free text."""
    coded = [coded_words(column) if column.kind is FeatureKind.CATEGORY else (column, None) for column in columns]
    found = matrix([column for column, _ in coded], policy)
    return Known(Attributes(found.values, [words for _, words in coded]), found.kept, columns, found.missing, found.filled)


def coded_words(column: FeatureColumn) -> tuple[FeatureColumn, list[str]]:
    """The column with the numbers of its words, and the words, the most frequent first."""
    given = np.array([MISSING if value is None else value for value in column.values.tolist()], object)
    words, codes, counts = np.unique(given.astype(str), return_inverse=True, return_counts=True)
    if len(words) > MOST_WORDS:
        raise InvalidParameters(f"{column.name} has {len(words):,} different words for {len(given):,} customers: with more than "
                                f"{MOST_WORDS} it is an id or free text, and no category.")
    if len(words) == 1:
        raise InvalidParameters(f"{column.name} is {words[0]} for all {len(given):,} customers: it tells nobody apart, leave it out.")
    order = np.argsort(-counts, kind="stable")
    place = np.argsort(order)
    return replace(column, kind=FeatureKind.NUMBER, values=place[codes].astype(np.float64)), [str(words[at]) for at in order.tolist()]


def classes_of(column: FeatureColumn) -> Classes:
    """What a tree is to explain. Raises `InsufficientData` when all customers are alike in it."""
    if column.kind is FeatureKind.CATEGORY:
        coded, words = coded_words(column)
        named = [(f"{column.title}: {word}", f"{column.title_zh}：{word}") for word in words]
        return Classes(coded.values.astype(np.int64), named)
    known = np.isfinite(column.values)
    values = np.unique(column.values[known])
    if len(values) < 2:
        raise InsufficientData(f"The target {column.name} has {len(values)} different values among {len(known):,} customers; two at least "
                               "are needed.")
    if len(values) <= FEW_VALUES:
        of = np.where(known, np.searchsorted(values, np.where(known, column.values, values[0])), -1)
        return Classes(of, [(f"{column.title}: {value:g}", f"{column.title_zh}：{value:g}") for value in values.tolist()])
    cuts = np.unique(np.quantile(column.values[known], [1 / 3, 2 / 3]))
    of = np.where(known, np.searchsorted(cuts, np.where(known, column.values, values[0])), -1)
    return Classes(of, banded(column, cuts))


def banded(column: FeatureColumn, cuts: Floats) -> list[tuple[str, str]]:
    bands = BANDS if len(cuts) == 2 else (BANDS[0], BANDS[2])
    bounds = [f"≤ {cuts[0]:,.4g}", *([f"{cuts[0]:,.4g} – {cuts[1]:,.4g}"] if len(cuts) == 2 else []), f"> {cuts[-1]:,.4g}"]
    return [(f"{column.title}: {en} ({bound})", f"{column.title_zh}：{zh}（{bound}）")
            for (en, zh), bound in zip(bands, bounds, strict=True)]


def learn(given: Attributes, classes: Numbers, count: int, *, method: str, criterion: str, depth: int, seed: int) -> Node:
    """A tree grown on at most 100,000 of these customers."""
    chosen = places(len(classes), SAMPLE, seed)
    some, of = Attributes(given.values[chosen], given.words), classes[chosen]
    least = max(min(LEAST_LEAF, len(of) // 10), round(LEAST_SHARE * len(of)), 1)
    if method == "C45":
        return c45(some, of, count, depth=depth, least=max(least, 2))
    return cart(some, of, count, depth=depth, criterion=criterion, least=least, seed=seed)


def held_out_accuracy(given: Attributes, classes: Numbers, count: int, **how: Any) -> tuple[float, float] | None:
    """Of a third of the customers that the tree did not see, how many it is right about; and how many the most frequent class would be
    right about. None for too few customers."""
    if len(classes) < LEAST_TO_TEST:
        return None
    order = np.random.default_rng(how["seed"]).permutation(len(classes))
    test, rest = order[::HELD_OUT], np.setdiff1d(order, order[::HELD_OUT])
    root = learn(Attributes(given.values[rest], given.words), classes[rest], count, **how)
    decided = np.array([leaf.chosen for leaf in root.leaves()])[leaf_numbers(root, given.values[test])]
    common = int(np.argmax(np.bincount(classes[rest], minlength=count)))
    return float((decided == classes[test]).mean()), float((classes[test] == common).mean())
