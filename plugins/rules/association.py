"""Association rules out of frequent itemsets: every way to part one in two, with what thresholds and pruning leave of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from plugins.rules import measures
from plugins.rules.baskets import Numbers
from plugins.rules.itemsets import Flags, Itemsets


@dataclass(frozen=True)
class Rules:
    """Columns of the rules, int64[r]. `antecedent`, `consequent`: numbers of itemsets, numbered through; `a`, `c` and `both`: how many
    baskets hold the one, the other and both; `size`: how many items are on the left; `test`: the same for the two rules that part
    one itemset in the same two parts, which are one test."""

    antecedent: Numbers
    consequent: Numbers
    a: Numbers
    c: Numbers
    both: Numbers
    size: Numbers
    test: Numbers

    def __len__(self) -> int:
        return len(self.both)

    def only(self, chosen: Any) -> "Rules":
        return Rules(*[getattr(self, one.name)[chosen] for one in fields(self)])


def parted(found: Itemsets, *, confidence: float = 0.0, lift: float = 0.0, redundant: bool = True) -> Rules:
    """All rules A => C where A and C have no item in common and together are one of the itemsets, whose confidence and lift are so high
    or higher. Without `redundant`, also without each that is no more confident than a rule with the same C and a part of its A: what
    it asks for in addition says nothing. Bayardo, Agrawal and Gunopulos, "Constraint-Based Rule Mining in Large, Dense Databases",
    Data Mining and Knowledge Discovery 4, 2000."""
    columns = [[np.zeros(0, np.int64)] * len(fields(Rules))]
    for length in range(2, len(found.rows) + 1):
        parts, everything = found.parts(length), 2**length - 1
        counts = {mask: found.counts[mask.bit_count() - 1][place] for mask, place in parts.items() if mask}
        both, number = counts[everything], found.offsets[length - 1]
        for mask in range(1, everything):
            other = everything ^ mask
            a, c = counts[mask], counts[other]
            kept = (measures.confidence(a, both) >= confidence) & (measures.lift(found.baskets, a, c, both) >= lift)
            if not redundant:
                kept &= tells_more(counts, mask, other, everything)
            here = np.flatnonzero(kept)
            columns.append([
                found.offsets[mask.bit_count() - 1] + parts[mask][here], found.offsets[other.bit_count() - 1] + parts[other][here],
                a[here], c[here], both[here], np.full(len(here), mask.bit_count()),
                (number + here) * 2**length + min(mask, other)])
    return Rules(*[np.concatenate(column) for column in zip(*columns, strict=True)])


def tells_more(counts: Mapping[int, Numbers], left: int, right: int, everything: int) -> Flags:
    """Whether each rule is more confident than every one with the same right side and a part of its left side."""
    found = np.ones(len(counts[everything]), bool)
    part = (left - 1) & left
    while part:
        found &= counts[everything] * counts[part] > counts[part | right] * counts[left]
        part = (part - 1) & left
    return found


def ways_to_part(found: Itemsets) -> int:
    """In how many ways itemsets can be parted in two, each of which is a test: a rule and its reverse are one."""
    return sum(len(rows) * (2 ** (length - 1) - 1) for length, rows in enumerate(found.rows, 1) if length > 1)


def strongest(rules: Rules, baskets: int, most: int) -> Numbers:
    """The places of at most so many, in order: those of the highest lift, of equals those in more baskets, then the more confident ones,
    then those with less on the left."""
    order = np.lexsort((rules.consequent, rules.antecedent, rules.size, -measures.confidence(rules.a, rules.both), -rules.both,
                        -measures.lift(baskets, rules.a, rules.c, rules.both)))
    return order[:most]
