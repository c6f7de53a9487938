"""How well a method tells ties that were hidden from it apart from pairs that have none: the area under the ROC curve (AUC)."""

import math
from dataclasses import dataclass

import numpy as np

from plugins.graph.metrics.communities import Ties
from plugins.graph.partners.contacts import Floats, Numbers, contacts
from plugins.graph.partners.scoring import popularity, score, totals

LEAST_HIDDEN = 5
DRAWN = 400  # points of a curve


@dataclass(frozen=True)
class Curve:
    """`auc`: how probable it is that a hidden tie scores higher than a pair without a tie, equals counted half. `error`: the
    standard error of `auc`. `wrong`, `right`: float64[k], from 0 to 1, the ROC curve: of the pairs without and with a hidden tie,
    the shares that score at least as high as a threshold that goes down."""

    auc: float
    error: float
    wrong: Floats
    right: Floats


@dataclass(frozen=True)
class Trial:
    hidden: int
    method: Curve
    popularity: Curve


def evaluate(ties: Ties, linked: Ties, method: str, *, share: float, seed: int, most_ties: int) -> Trial | None:
    """Hides a share of the ties at random and scores them, and as many random pairs without a tie, by what is left.

    `linked`: all pairs that count as tied, those of `ties` among them; pairs without a tie are drawn, with replacement, among nodes
    with one of `ties`, all such pairs alike. None where fewer than `LEAST_HIDDEN` ties would be hidden, or no pair is without a tie.
    O(m log m + hidden * contacts).
    """
    chance = np.random.default_rng(seed)
    count = round(share * len(ties.source))
    nodes = np.unique(np.concatenate([ties.source, ties.target]))
    if count < LEAST_HIDDEN or not (free := untied(nodes, linked)):
        return None
    hidden = np.zeros(len(ties.source), bool)
    hidden[chance.permutation(len(ties.source))[:count]] = True
    left = contacts(Ties(ties.n, ties.source[~hidden], ties.target[~hidden], ties.weight[~hidden]), method, most_ties)
    others = pairs_without(nodes, linked, chance.integers(free, size=count))
    u, v = np.concatenate([ties.source[hidden], others[0]]), np.concatenate([ties.target[hidden], others[1]])
    by_method, by_popularity = score(method, left, u, v, totals(left, u, v)), popularity(left, u, v)
    return Trial(count, curve(by_method[:count], by_method[count:]), curve(by_popularity[:count], by_popularity[count:]))


# -- pairs without a tie --
def untied(nodes: Numbers, linked: Ties) -> int:
    """How many pairs of these nodes are not linked."""
    return len(nodes) * (len(nodes) - 1) // 2 - len(places_of(nodes, linked))


def places_of(nodes: Numbers, linked: Ties) -> Numbers:
    """Where the linked pairs of these nodes stand among all of their pairs, numbered (0, 1), (0, 2), (1, 2), (0, 3), ...: ascending."""
    within = np.isin(linked.source, nodes) & np.isin(linked.target, nodes)
    low, high = np.searchsorted(nodes, linked.source[within]), np.searchsorted(nodes, linked.target[within])
    return np.sort(high * (high - 1) // 2 + low)


def pairs_without(nodes: Numbers, linked: Ties, wanted: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs that are `wanted`: numbers among the pairs of these nodes that are not linked, counted from 0 in the order of
    `places_of`. Exact, and without trying: a pair's place is its number and how many linked ones stand before it."""
    taken = places_of(nodes, linked)
    place = wanted + np.searchsorted(taken - np.arange(len(taken)), wanted, side="right")
    high = ((1 + np.sqrt(1 + 8 * place.astype(np.float64))) / 2).astype(np.int64)
    high -= high * (high - 1) // 2 > place  # what rounding did
    high += high * (high + 1) // 2 <= place
    return nodes[place - high * (high - 1) // 2], nodes[high]


# -- the curve --
def curve(hidden: Floats, others: Floats) -> Curve:
    """The ROC curve of scores of hidden ties (float64[h]) and of others (float64[o]), none of them empty. O((h + o) log)."""
    value = auc(hidden, others)
    wrong, right = roc(hidden, others)
    return Curve(value, standard_error(value, len(hidden), len(others)), wrong, right)


def auc(hidden: Floats, others: Floats) -> float:
    """Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143, 1982: the share of pairs of a hidden
    tie and another where the hidden one scores higher; equals count half."""
    ordered = np.sort(others)
    below, not_above = np.searchsorted(ordered, hidden, side="left"), np.searchsorted(ordered, hidden, side="right")
    return float((below + not_above).sum()) / (2 * len(hidden) * len(others))


def standard_error(value: float, hidden: int, others: int) -> float:
    """The same article: from the area and the numbers alone, taking scores to be spread exponentially."""
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    spread = value * (1 - value) + (hidden - 1) * (q1 - value**2) + (others - 1) * (q2 - value**2)
    return math.sqrt(max(0.0, spread) / (hidden * others))


def roc(hidden: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Points of the curve from (0, 0) to (1, 1), at most `DRAWN` of them."""
    thresholds = np.unique(np.concatenate([hidden, others]))[::-1]
    if len(thresholds) > DRAWN - 2:
        thresholds = thresholds[np.linspace(0, len(thresholds) - 1, DRAWN - 2).astype(np.int64)]
    wrong, right = (1 - np.searchsorted(np.sort(scores), thresholds, side="left") / len(scores) for scores in (others, hidden))
    return np.concatenate([[0], wrong, [1]]), np.concatenate([[0], right, [1]])
