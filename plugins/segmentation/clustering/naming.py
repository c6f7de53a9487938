"""Names of clusters, made from what is unusual about their members."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guanxi import FeatureColumn

Floats = NDArray[np.float64]
UNUSUAL, VERY = 0.5, 1.5  # standard deviations from the mean of all
PARTS = 2
AVERAGE = ("Average", "一般")
DEGREES = {(True, True): ("very high {}", "{}很高"), (True, False): ("high {}", "{}高"),
           (False, True): ("very low {}", "{}很低"), (False, False): ("low {}", "{}低")}


@dataclass(frozen=True)
class Name:
    en: str
    zh: str


def names(means: Floats, columns: Sequence[FeatureColumn]) -> list[Name]:
    """A name for each cluster: the two features whose mean lies farthest from that of everybody, at least half a standard deviation;
    "Average" where nothing does. Of two with one name, the later gets its number.

    `means`: float64[k, d], means of the clusters in standard deviations from the mean of all.
    """
    found = [name(row, columns) for row in means]
    again, seen = Counter(found), Counter[Name]()
    for at, one in enumerate(found):
        seen[one] += 1
        if again[one] > 1 and seen[one] > 1:
            found[at] = Name(f"{one.en} ({seen[one]})", f"{one.zh}（{seen[one]}）")
    return found


def name(row: Floats, columns: Sequence[FeatureColumn]) -> Name:
    order = [at for at in np.argsort(-np.abs(row), kind="stable").tolist() if abs(row[at]) >= UNUSUAL][:PARTS]
    if not order:
        return Name(*AVERAGE)
    degrees = [DEGREES[bool(row[at] > 0), bool(abs(row[at]) >= VERY)] for at in order]
    en = ", ".join(form.format(lowered(columns[at].title)) for (form, _), at in zip(degrees, order, strict=True))
    zh = "，".join(form.format(columns[at].title_zh) for (_, form), at in zip(degrees, order, strict=True))
    return Name(en[0].upper() + en[1:], zh)


def lowered(title: str) -> str:
    """In the middle of a name; a word that is not written as others are keeps its letters."""
    return title[0].lower() + title[1:] if title[1:2].islower() and not title.startswith("PageRank") else title


def standardised_means(points: Floats, labels: NDArray[np.int64], k: int) -> Floats:
    """float64[k, d]. `points`: float64[n, d] on any scale; rows with the label -1 belong to no cluster and count for all."""
    spread, inside = points.std(0), labels >= 0
    of = labels[inside]
    sizes = np.maximum(np.bincount(of, minlength=k), 1)
    sums = [np.bincount(of, points[inside, at], minlength=k) for at in range(points.shape[1])]
    found: Floats = (np.column_stack(sums) / sizes[:, None] - points.mean(0)) / np.where(spread > 0, spread, 1)
    return found
