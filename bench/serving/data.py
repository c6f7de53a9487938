"""A made-up installation of any size, the same for the same seed: organisations, partly with Chinese names, what ties them to each other
and what they bought. Rows as they go into the tables, moments as RFC 3339 text, which both databases take.

Names are not cut into grams and transactions have no lines: none of the queries that are measured reads either.
"""

import datetime
import random
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schema.customers.names import normalise

CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "苏州")
BRANDS = ("晨光", "远航", "华信", "金石", "东方", "宏图", "瑞丰", "天成", "长江", "海风", "明德", "和信")
TRADES = ("贸易", "科技", "机械", "食品", "物流", "纺织", "建材", "医药")
ADJECTIVES = ("Northern", "Silver", "Harbour", "United", "Golden", "Prime", "Windmill", "Atlas", "Crown", "Willow")
NOUNS = ("Trading", "Foods", "Textiles", "Logistics", "Instruments", "Timber", "Paper", "Chemicals", "Tools", "Optics")
INDUSTRIES = ("wholesale", "retail", "machinery", "food", "logistics", "textiles", "pharmaceuticals", "software", None)
EPOCH = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
YEARS = 5 * 365 * 86_400  # seconds
SPREAD = 48_271  # a prime: leads from popularity to a number, so that the well connected are not the first of every list
COMMUNITIES = 240


@dataclass(frozen=True)
class Size:
    customers: int = 100_000
    relationships: int = 1_000_000
    transactions: int = 1_000_000
    seed: int = 20_26


@dataclass(frozen=True)
class Kind:
    """A kind of relationship, as the database knows it."""

    id: int
    directed: bool
    sign: str


def moment(chance: random.Random) -> str:
    return (EPOCH + datetime.timedelta(seconds=chance.randrange(YEARS), microseconds=chance.randrange(1_000_000))).isoformat()


def names(size: Size) -> list[str]:
    """In order, so that a list by name, which is how we give customers, is one by number, which is how PostGraphile gives them and what it
    turns pages of best. Six in ten are Chinese."""
    chance = random.Random(size.seed + 5)
    return sorted((name(chance, number) for number in range(1, size.customers + 1)), key=str.encode)


def name(chance: random.Random, number: int) -> str:
    if chance.random() < 0.6:
        return f"{chance.choice(CITIES)}{chance.choice(BRANDS)}{chance.choice(TRADES)}有限公司第{number}分部"
    return f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {number} Ltd"


CUSTOMER_COLUMNS = ("id", "kind", "name", "search_name", "revision", "created_at", "updated_at", "service_level_id", "legal_name",
                    "registration_number", "industry", "employee_count")


def customers(size: Size, levels: list[int]) -> Iterator[tuple[Any, ...]]:
    """Organisations only: what is known of a customer has the same four fields for all of them, and peers need no union."""
    chance = random.Random(size.seed)
    for number, called in enumerate(names(size), 1):
        made = moment(chance)
        yield (number, "ORGANIZATION", called, normalise(called), 1, made, made, chance.choice(levels), f"{called} ({number})",
               f"91{chance.randrange(10**14):014d}X", chance.choice(INDUSTRIES), chance.randrange(1, 20_000))


class Ties:
    """Who is tied to whom: few customers are pointed at often, as in real networks."""

    def __init__(self, size: Size):
        chance = random.Random(size.seed + 1)
        count = size.customers
        self.size = size
        self.starts, self.ends = array("l"), array("l")
        for _ in range(size.relationships):
            start = chance.randrange(count)
            end = int(chance.random() ** 3 * count) * SPREAD % count
            self.starts.append(start + 1)
            self.ends.append((end + 1 if end == start else end) % count + 1)

    COLUMNS = ("id", "from_id", "to_id", "kind_id", "directed", "sign", "weight", "revision", "origin", "recorded_at")

    def rows(self, kinds: list[Kind]) -> Iterator[tuple[Any, ...]]:
        chance = random.Random(self.size.seed + 2)
        for number, (start, end) in enumerate(zip(self.starts, self.ends, strict=True), 1):
            kind = chance.choice(kinds)
            weight = round(chance.random() * 10, 2)
            yield number, start, end, kind.id, kind.directed, kind.sign, weight, 1, "IMPORT", moment(chance)

    def scores(self) -> list[tuple[int, float, int, float]]:
        """Customer, PageRank, rank and percentile. Not the real one but as spread out: by who is pointed at how often."""
        pointed, count = Counter(self.ends), self.size.customers
        whole = count + self.size.relationships
        sorted_ = sorted(range(1, count + 1), key=lambda customer: (-pointed[customer], customer))
        return [(customer, (pointed[customer] + 1) / whole, place, 100 * (count - place + 1) / count)
                for place, customer in enumerate(sorted_, 1)]


# What stands between a relationship and a customer's list of relationships: two rows each.
ENDS = """
INSERT INTO relationship_ends (customer_id, relationship_id, other_id, direction)
SELECT from_id, id, to_id, CASE WHEN directed THEN 'OUT' ELSE 'ALL' END FROM relationships
UNION ALL SELECT to_id, id, from_id, CASE WHEN directed THEN 'IN' ELSE 'ALL' END FROM relationships
ORDER BY 1, 2
"""

TRANSACTION_COLUMNS = ("id", "kind", "customer_id", "occurred_at", "total_amount", "total_currency", "source", "external_id")


def transactions(size: Size) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(size.seed + 3)
    for number in range(1, size.transactions + 1):
        customer, amount = chance.randrange(size.customers) + 1, chance.randrange(10_000, 50_000_000)
        yield number, "PURCHASE", customer, moment(chance), amount, "CNY", "shop", f"T{number}"


def communities(size: Size) -> tuple[list[tuple[int, int, int, str]], list[tuple[int, int]]]:
    """Id, number, size and name of each; customer and community of each member."""
    chance = random.Random(size.seed + 4)
    chosen = [min(int(chance.expovariate(12 / COMMUNITIES)), COMMUNITIES - 1) for _ in range(size.customers)]
    order = [number for number, _ in Counter(chosen).most_common()]
    sizes, ids = Counter(chosen), {number: place + 1 for place, number in enumerate(order)}
    names = {number: f"{CITIES[number % len(CITIES)]}, {INDUSTRIES[number % 8]}" for number in order}
    groups = [(ids[number], ids[number] - 1, sizes[number], names[number]) for number in order]
    return groups, [(customer, ids[number]) for customer, number in enumerate(chosen, 1)]
