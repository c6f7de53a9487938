"""Files of a made-up company of any size, as they come from other systems: customers, who is tied to whom, and what they bought.

Few customers are tied often, products differ in popularity by a power law, and what is bought together comes in groups. The same size
always gives the same files.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

CITIES = ("北京", "上海", "广州", "深圳", "Leeds", "Porto", "Gdańsk", "Lyon")
NOUNS = ("贸易", "科技", "食品", "物流", "Trading", "Foods", "Timber", "Optics")
BLOCK = 200_000  # rows written at once
PRODUCTS, GROUP = 5_000, 4


def write_customers(path: Path, customers: int) -> None:
    def rows() -> Iterator[str]:
        chance = np.random.default_rng(1)
        for block in blocks(customers):
            cities, nouns = chance.integers(0, len(CITIES), len(block)), chance.integers(0, len(NOUNS), len(block))
            staff = (1 + 400 * chance.random(len(block)) ** 4).astype(int)
            yield from (f"c{number},{CITIES[city]} {NOUNS[noun]} {number},ORGANIZATION,{CITIES[city]},{people}\n"
                        for number, city, noun, people in zip(block, cities, nouns, staff, strict=True))

    written(path, "externalId,name,kind,city,employeeCount", rows())


def write_relationships(path: Path, customers: int, ties: int) -> None:
    """Half of the ties stay within a community of some hundred customers."""
    def rows() -> Iterator[str]:
        chance = np.random.default_rng(2)
        for block in blocks(ties):
            one = chance.integers(0, customers, len(block))
            near = (one + chance.integers(1, 100, len(block))) // 100 * 100 % customers + chance.integers(0, 100, len(block))
            far = (chance.random(len(block)) ** 3 * customers).astype(int)
            other = np.where(chance.random(len(block)) < 0.5, near % customers, far)
            other = np.where(other == one, (other + 1) % customers, other)
            weight = 1 + (one + other) % 10  # of the pair: one that is drawn twice, either way round, says the same twice
            yield from (f"c{a},c{b},{w}\n" for a, b, w in zip(one, other, weight, strict=True))

    written(path, "from,to,weight", rows())


def write_transactions(path: Path, customers: int) -> None:
    """One purchase of three lines for each customer, in the year of the demo's: a product, and two of its group or two others."""
    def rows() -> Iterator[str]:
        chance = np.random.default_rng(3)
        popularity = 1 / np.arange(1, PRODUCTS + 1) ** 0.8
        popularity /= popularity.sum()
        for block in blocks(customers):
            first = chance.choice(PRODUCTS, len(block), p=popularity)
            together = chance.random(len(block)) < 0.5
            days, cents = chance.integers(0, 12 * 28, len(block)), chance.integers(100, 20_000, len(block))
            for place in range(3):
                others = chance.choice(PRODUCTS, len(block), p=popularity)
                item = first if place == 0 else np.where(together, first // GROUP * GROUP + (first + place) % GROUP, others)
                yield from (f"s{number},c{number},2011-{1 + day // 28:02d}-{1 + day % 28:02d}T10:00:00Z,p{sku},1,"
                            f"{cent / 100:.2f},GBP\n" for number, day, sku, cent in zip(block, days, item, cents, strict=True))

    written(path, "externalId,customer,occurredAt,sku,quantity,unitPrice,currency", rows())


def blocks(rows: int) -> Iterator[range]:
    for start in range(0, rows, BLOCK):
        yield range(start, min(start + BLOCK, rows))


def written(path: Path, header: str, rows: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{header}\n")
        file.writelines(rows)
