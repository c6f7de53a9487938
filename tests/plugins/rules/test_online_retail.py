"""The whole of Online Retail at 1 % and 50 %: three algorithms, and counting by hand. It is not in the repository: GUANXI_TEST_DATA names
the folder with online_retail/."""

import csv
import gzip
import random
from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from plugins.rules.association import parted
from plugins.rules.baskets import Baskets, baskets_of
from plugins.rules.eclat import eclat
from plugins.rules.itemsets import least_count
from plugins.rules.library import apriori, fp_growth
from tests.plugins.graph.networks import DATA, NEEDS_DATA
from tests.plugins.rules.shops import numbered, rules_of

pytestmark = NEEDS_DATA
MANY = 100_000


@cache
def invoices() -> list[frozenset[str]]:
    """Products of each invoice that is no cancellation, with a quantity above nothing."""
    found = defaultdict(set)
    with gzip.open(Path(str(DATA)) / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0:
                found[row["InvoiceNo"]].add(row["StockCode"])
    return [frozenset(one) for one in found.values()]


@cache
def shop() -> tuple[Baskets, list[str]]:
    names = sorted(set().union(*invoices()))
    number = {name: place for place, name in enumerate(names)}
    lines = [(place, number[name]) for place, basket in enumerate(invoices()) for name in basket]
    return baskets_of(*np.array(lines).T), names


def test_all_three_find_the_same_itemsets_and_rules() -> None:
    of, _ = shop()
    least = least_count(0.01, of.count)
    found = [find(of, least, 8, MANY) for find in (eclat, apriori, fp_growth)]
    rules = [parted(one, confidence=0.5) for one in found]
    assert (of.count, least, found[0].total, len(rules[0])) == (20_728, 208, 1_840, 825)
    for other, others in zip(found[1:], rules[1:], strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(found[0].rows, other.rows, strict=True))
        assert all(np.array_equal(a, b) for a, b in zip(found[0].counts, other.counts, strict=True))
        assert rules_of(rules[0], numbered(found[0], of)) == rules_of(others, numbered(other, of))


def test_counts_are_those_of_looking_into_every_invoice() -> None:
    """Of 60 itemsets that were found, of their neighbours that were not, and of every rule out of them."""
    of, names = shop()
    found = eclat(of, least_count(0.01, of.count), 8, MANY)
    sets = [frozenset(names[item] for item in one) for one in numbered(found, of)]
    counts = dict(zip(sets, np.concatenate(found.counts).tolist(), strict=True))
    chance = random.Random(7)  # noqa: S311  a sample
    frequent = sorted({name for one in sets for name in one})

    def counted(one: Any) -> int:
        return sum(one <= invoice for invoice in invoices())

    for one in chance.sample(sets, 60):
        assert counts[one] == counted(one)
    for pair in chance.sample(list(combinations(frequent, 2)), 60):
        assert counted(frozenset(pair)) < found.least or counts[frozenset(pair)] == counted(frozenset(pair))
    triples = [frozenset(pair) | {chance.choice(frequent)} for pair in chance.sample([one for one in sets if len(one) == 2], 60)]
    assert all(counts.get(one, counted(one)) == counted(one) and (one in counts) == (counted(one) >= found.least) for one in triples)
