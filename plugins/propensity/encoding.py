"""From features to numbers without gaps on one scale: worked out from the examples that a model learns from, kept with it, and applied to
whoever comes later.

A number becomes standard deviations from the mean, of its logarithm where a few customers have very much of it; where it is missing the
median stands in, and a column says so. A category becomes a column for each word but the most frequent one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from guanxi import FeatureColumn, FeatureKind, InvalidParameters
from plugins.propensity.events import Flags, Floats

LARGEST = 1e15  # beyond, squares of differences lose all their digits
MOST_WORDS, SHOWN_WORDS = 100, 12  # with more words a category is an id or free text; the rarer ones are taken together
MISSING, OTHERS = "(missing)", "(others)"
ALIKE = 1e-9  # of a column's length, that nothing else explains


@dataclass(frozen=True)
class Term:
    """One column of the matrix. `kind` is number, missing or word. `centre` and `spread`: what is taken off, and what it is divided by;
    `filled` stands in for what is missing; `logarithmic`: of sign(x) log(1 + |x|). `words`: those that a column of 1 stands for, or for
    (others), all that have a column."""

    feature: str
    title: str
    title_zh: str
    kind: str
    centre: float
    spread: float
    filled: float = 0.0
    logarithmic: bool = False
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        suffix = {"number": "", "missing": f" {MISSING}", "word": f" = {self.words[0] if self.words else ''}", "others": f" = {OTHERS}"}
        return f"{self.feature}{suffix[self.kind]}"

    def label(self, language: str) -> str:
        title = self.title_zh if language == "zh" else self.title
        return f"{title}{self.name.removeprefix(self.feature)}"

    @property
    def step(self) -> float | None:
        """How much of the feature one step is; None where it is a logarithm's."""
        return None if self.logarithmic else self.spread

    def raw(self, values: Any) -> Floats:
        """float64[n] of the feature's values, before the scale."""
        if self.kind == "number":
            given: Floats = np.where(np.isnan(values), self.filled, values)
            logarithm: Floats = np.sign(given) * np.log1p(np.abs(given))
            return logarithm if self.logarithmic else given
        if self.kind == "missing":
            hole: Floats = np.isnan(values).astype(np.float64)
            return hole
        among: Flags = np.isin(texts(values), self.words)
        return (among if self.kind == "word" else ~among).astype(np.float64)

    def apply(self, values: Any) -> Floats:
        scaled: Floats = (self.raw(values) - self.centre) / self.spread
        return scaled


@dataclass(frozen=True)
class Encoding:
    terms: Sequence[Term]

    def apply(self, columns: Sequence[FeatureColumn]) -> Floats:
        """float64[n, d]. Raises KeyError for a feature that is not there."""
        by_name = {column.name: column.values for column in columns}
        return np.column_stack([term.apply(by_name[term.feature]) for term in self.terms])

    @property
    def features(self) -> list[str]:
        return list(dict.fromkeys(term.feature for term in self.terms))

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(term) for term in self.terms]

    @classmethod
    def of(cls, given: Sequence[Mapping[str, Any]]) -> "Encoding":
        return cls([Term(**{**one, "words": tuple(one["words"])}) for one in given])


@dataclass(frozen=True)
class Left:
    """What became no column: features that are the same for all, and terms that follow from those before them."""

    same: Sequence[str]
    implied: Sequence[str]


def encoding(columns: Sequence[FeatureColumn]) -> tuple[Encoding, Left]:
    """Fitted to these rows. Raises `InvalidParameters` for values that no number can be made of, and when nothing tells anybody apart."""
    terms, same = [], []
    for column in columns:
        check_values(column)
        made = [scaled for one in terms_of(column) if (scaled := fitted(one, column.values)) is not None]
        terms += made
        if not made:
            same.append(column.name)
    if not terms:
        raise InvalidParameters(f"All features are the same for all customers who are learned from: {', '.join(same)}. They tell nobody "
                                "apart.", "features")
    kept = independent(Encoding(terms).apply(columns))
    implied = [term.name for term, stays in zip(terms, kept.tolist(), strict=True) if not stays]
    return Encoding([term for term, stays in zip(terms, kept.tolist(), strict=True) if stays]), Left(same, implied)


def check_values(column: FeatureColumn) -> None:
    if column.kind is FeatureKind.CATEGORY:
        count = len(set(texts(column.values).tolist()))
        if count > MOST_WORDS:
            raise InvalidParameters(f"{column.name} has {count:,} different words for {len(column.values):,} customers: with more than "
                                    f"{MOST_WORDS} it is an id or free text, and no category.", "features")
        return
    absurd = np.isinf(column.values) | (np.abs(column.values) > LARGEST)
    if absurd.any():
        raise InvalidParameters(f"{column.name} is infinite, or larger than {LARGEST:g}, for {int(absurd.sum()):,} of {len(absurd):,} "
                                "customers.", "features")


def terms_of(column: FeatureColumn) -> list[Term]:
    """Without a scale yet."""
    new = Term(column.name, column.title, column.title_zh, "number", 0.0, 1.0)
    if column.kind is FeatureKind.CATEGORY:
        words, counts = np.unique(texts(column.values), return_counts=True)
        ordered = [str(words[at]) for at in np.argsort(-counts, kind="stable").tolist()]
        shown, rare = ordered[1:SHOWN_WORDS], ordered[SHOWN_WORDS:]
        made = [replace(new, kind="word", words=(word,)) for word in shown]
        return made + ([replace(new, kind="others", words=tuple(ordered[:SHOWN_WORDS]))] if rare else [])
    hole = np.isnan(column.values)
    if hole.all():
        return []
    number = replace(new, filled=float(np.median(column.values[~hole])), logarithmic=column.skewed)
    return [number, replace(new, kind="missing")] if hole.any() else [number]


def fitted(term: Term, values: Any) -> Term | None:
    """With its scale; None when it is the same for all."""
    raw = term.raw(values)
    spread = float(raw.std())
    centre = float(raw.mean())
    return replace(term, centre=centre, spread=spread) if spread > ALIKE * max(abs(centre), 1.0) else None


def independent(matrix: Floats) -> Flags:
    """bool[d]: which columns do not follow from those before them and a constant. Modified Gram-Schmidt, O(n d²)."""
    kept = np.zeros(matrix.shape[1], bool)
    basis = np.ones((len(matrix), 1)) / np.sqrt(len(matrix))
    for place in range(matrix.shape[1]):
        rest = matrix[:, place].copy()
        for _ in range(2):  # the second time takes off what rounding left
            rest -= basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        if length > 1e-7 * np.linalg.norm(matrix[:, place]):
            kept[place] = True
            basis = np.column_stack([basis, rest / length])
    return kept


def texts(values: Any) -> Any:
    """str[n]: a category's words, (missing) where there is none."""
    return np.array([MISSING if value is None else str(value) for value in values.tolist()], str)
