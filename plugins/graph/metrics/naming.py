"""Names for communities, made from what their members share more than others do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from plugins.graph.metrics.purchases import encoded

Numbers = NDArray[np.int64]
ORDER = ("city", "country", "industry", "tag")  # of a name's parts, and of traits that tell as much
PLACES = ("city", "country")
FEWEST = 3  # members who share it
LEAST_LIFT = 1.25
UNLIKELY = 0.01
PARTS = 2
LONGEST = 40  # characters of a part
BETWEEN = " · "


@dataclass(frozen=True)
class Shared:
    """A trait that a community shares. `share`: of its members have it; `lift`: how many times the share of everybody that is."""

    community: int
    trait: str
    value: str
    share: float
    lift: float

    @property
    def rank(self) -> tuple[float, float, int, str]:
        """The smaller, the better it tells the community from others."""
        return -self.lift, -self.share, place(self.trait), self.value


def names(ids: Numbers, membership: Numbers, sizes: Numbers, traits: Any) -> list[str | None]:
    """A name for each community, None for one whose members share nothing that others do not share as well.

    A trait counts when at least half of the members have it, and three of them; when it is at least 1.25 times as frequent among them as
    among everybody (lift); and when chance would give it to so many of so few at most once in a hundred times (binomial). A name has up
    to two such traits, those of the highest lift, of equal lift the one that more members have; but only one place, one industry, and no
    text twice. Places come first, tags last: "上海 · 批发".

    `ids`: int64[n], ascending, everybody. `membership`: int64[n], the community of each, -1 for none. `sizes`: int64[k]. `traits`:
    pyarrow.Table, the table of that name in a snapshot, every trait of a customer once. O(rows log rows).
    Lift: Brin, Motwani, Ullman and Tsur, "Dynamic itemset counting and implication rules for market basket data", SIGMOD 1997.
    """
    found: list[list[Shared]] = [[] for _ in sizes]
    for one in shared(ids, membership, sizes, traits):
        found[one.community].append(one)
    return [named(ones) for ones in found]


def shared(ids: Numbers, membership: Numbers, sizes: Numbers, traits: Any) -> Iterator[Shared]:
    kinds, kind = encoded(traits["trait"])
    values, value = encoded(traits["value"])
    labels, label, total = np.unique(kind * len(values) + value, return_inverse=True, return_counts=True)
    community = membership[np.searchsorted(ids, traits["customer_id"].to_numpy())]
    inside = community >= 0
    pairs, count = np.unique(community[inside] * len(labels) + label[inside], return_counts=True)
    where, which = np.divmod(pairs, max(len(labels), 1))
    most = np.flatnonzero((2 * count >= sizes[where]) & (count >= FEWEST))
    where, which, count = where[most], which[most], count[most]
    size, base = sizes[where], total[which] / len(ids)
    lift = count * len(ids) / (size * total[which])
    told = (lift >= LEAST_LIFT) & (bdtrc(count - 1, size, base) <= UNLIKELY)
    for at in np.flatnonzero(told).tolist():
        of_kind, of_value = divmod(int(labels[which[at]]), len(values))
        yield Shared(int(where[at]), kinds[of_kind], values[of_value], float(count[at] / size[at]), float(lift[at]))


def named(ones: Iterable[Shared]) -> str | None:
    """The best ones that say something different, in the order of a name's parts."""
    chosen: list[Shared] = []
    for one in sorted((one for one in ones if shortened(one.value)), key=lambda one: one.rank):
        if len(chosen) < PARTS and not any(repeats(one, other) for other in chosen):
            chosen.append(one)
    parts = sorted(chosen, key=lambda one: (place(one.trait), one.rank))
    return BETWEEN.join(shortened(one.value) for one in parts) or None


def repeats(one: Shared, other: Shared) -> bool:
    if shortened(one.value) == shortened(other.value):
        return True
    return one.trait == other.trait != "tag" or (one.trait in PLACES and other.trait in PLACES)


def place(trait: str) -> int:
    return ORDER.index(trait) if trait in ORDER else len(ORDER)


def shortened(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= LONGEST else line[:LONGEST - 1] + "…"
