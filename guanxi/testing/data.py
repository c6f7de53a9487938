"""Small data sets to try plugins on. Customers are numbered from 1 in their order, and so are ties, products and purchases: the same
in a database that they were stored in and in a snapshot that was made of them."""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

NOW = datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)  # nothing in the sets is later
CURRENCY = "GBP"


@dataclass(frozen=True)
class Person:
    """A customer; `kind` is PERSON or ORGANIZATION. `refuses`: has said no to being analysed."""

    name: str
    kind: str = "PERSON"
    tags: Sequence[str] = ()
    industry: str | None = None
    city: str | None = None
    country: str | None = None
    refuses: bool = False


@dataclass(frozen=True)
class Tie:
    """A relationship of one of the kinds that an installation starts with: "trust", "partner", "competes", ..."""

    source: int
    target: int
    kind: str = "partner"
    weight: float = 1.0


@dataclass(frozen=True)
class Product:
    name: str
    price: int
    category: str | None = None


@dataclass(frozen=True)
class Purchase:
    """`lines`: numbers of products, and how many of each. `customer` is None where nobody knows who bought."""

    customer: int | None
    at: datetime.datetime
    lines: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Visit:
    customer: int
    product: int | None
    at: datetime.datetime
    seconds: int


@dataclass(frozen=True)
class Review:
    customer: int
    product: int | None
    at: datetime.datetime
    score: int
    text: str = ""


@dataclass(frozen=True)
class Asked:
    """A question of the survey, answered from `low` to `high`; those of one `scale` measure something together."""

    key: str
    low: int = 1
    high: int = 5
    scale: str = ""


@dataclass(frozen=True)
class Answered:
    """A response to the survey: an answer to each question, None where it was left out. `customer` is None where nobody knows who."""

    customer: int | None
    at: datetime.datetime
    answers: Sequence[int | None]
    wave: str = ""


@dataclass(frozen=True)
class DataSet:
    """What a database holds: one survey at most, number 1. `seen` is the moment at which it was complete."""

    customers: Sequence[Person] = ()
    ties: Sequence[Tie] = ()
    products: Sequence[Product] = ()
    purchases: Sequence[Purchase] = ()
    visits: Sequence[Visit] = ()
    reviews: Sequence[Review] = ()
    questions: Sequence[Asked] = ()
    responses: Sequence[Answered] = ()
    seen: datetime.datetime = field(default=NOW)


GOODS = (Product("Green tea", 8, "tea"), Product("Black tea", 6, "tea"), Product("Teapot", 25, "ware"), Product("Cup", 4, "ware"),
         Product("Honey", 7, "food"), Product("Biscuits", 3, "food"))
PEOPLE = (
    Person("王伟", tags=("vip",), city="北京", country="CN"), Person("李娜", city="上海", country="CN"), Person("Anna Bauer", city="Wien"),
    Person("张敏", tags=("vip",), city="北京", country="CN"), Person("James Hill", city="London", country="GB"), Person("刘洋"),
    Person("Maria Silva", tags=("press",), city="Lisboa", country="PT"), Person("陈静", city="广州", country="CN"),
    Person("晨光贸易有限公司", "ORGANIZATION", industry="trade", city="北京", country="CN"),
    Person("Windmill Trading", "ORGANIZATION", industry="trade", city="London", country="GB"),
    Person("东方茶业", "ORGANIZATION", tags=("vip",), industry="tea", city="杭州", country="CN"),
    Person("Nobody's Business", "ORGANIZATION"), Person("Otto Nein", refuses=True),
)
TIES = (
    Tie(1, 2, "knows"), Tie(1, 3, "trust", 2.0), Tie(2, 3, "trust"), Tie(3, 4, "partner", 3.0), Tie(4, 5, "knows"), Tie(4, 6, "family"),
    Tie(5, 6, "refers"), Tie(9, 1, "employs"), Tie(9, 4, "employs"), Tie(9, 10, "competes", 4.0), Tie(10, 5, "supplies", 2.0),
    Tie(10, 6, "supplies"), Tie(11, 9, "supplies", 5.0), Tie(7, 8, "partner"), Tie(2, 10, "conflict"), Tie(13, 1, "knows"),
)


def bought(buyers: Sequence[int], count: int, seed: int) -> tuple[Purchase, ...]:
    """Purchases on different days of two years, the earliest first. Those who come earlier among the buyers buy more often."""
    chance = random.Random(seed)  # noqa: S311  nothing here is a secret
    days = sorted(chance.sample(range(1, 730), count), reverse=True)
    weights = range(len(buyers), 0, -1)
    found = []
    for day in days:
        lines = [(number, chance.randint(1, 5)) for number in sorted(chance.sample(range(1, len(GOODS) + 1), chance.randint(1, 3)))]
        buyer = chance.choices(buyers, weights)[0]
        found.append(Purchase(buyer, NOW - datetime.timedelta(days=day, hours=chance.randint(0, 12)), lines))
    return tuple(found)


def looked(customers: Sequence[int], count: int, seed: int) -> tuple[Visit, ...]:
    chance = random.Random(seed)  # noqa: S311  as above
    return tuple(Visit(chance.choice(customers), chance.randint(1, len(GOODS)), NOW - datetime.timedelta(days=chance.randint(1, 300)),
                       chance.randint(5, 600)) for _ in range(count))


def said(customers: Sequence[int], count: int, seed: int) -> tuple[Review, ...]:
    chance = random.Random(seed)  # noqa: S311  as above
    words = {1: "Cold and late.", 2: "Not again.", 3: "It is tea.", 4: "Good.", 5: "很好，还会再买。"}
    found = []
    for _ in range(count):
        score = chance.randint(1, 5)
        found.append(Review(chance.choice(customers), chance.randint(1, len(GOODS)), NOW - datetime.timedelta(days=chance.randint(1, 300)),
                            score, words[score]))
    return tuple(found)


QUESTIONS = (Asked("overall", 0, 10), Asked("quality", scale="goods"), Asked("choice", scale="goods"), Asked("speed"))


def answered(customers: Sequence[int | None], seed: int, wave: str = "") -> tuple[Answered, ...]:
    """Those who come later among the customers are less content."""
    chance = random.Random(seed)  # noqa: S311  as above
    found = []
    for place, customer in enumerate(customers):
        mood = 4 - 2 * place / len(customers)
        steps = [min(max(round(chance.gauss(mood, 0.8)), 1), 5) for _ in range(3)]
        overall = min(max(round(2 * sum(steps) / 3 + chance.gauss(0, 1)), 0), 10)
        found.append(Answered(customer, NOW - datetime.timedelta(days=chance.randint(1, 300)),
                              [None if chance.random() < 0.05 else one for one in (overall, *steps)], wave))
    return tuple(found)


SHOP = DataSet(PEOPLE, TIES, GOODS, bought((1, 4, 2, 9, 10, 5, 3, 6, 11, 13), 90, 7), looked(range(1, 10), 40, 8),
               said(range(1, 9), 25, 9), QUESTIONS,
               (*answered((*range(1, 14), None, None), 10, "2025"), *answered((1, 3, 5, 7, 9, None), 11, "2026")))
EMPTY = DataSet()
SINGLE = DataSet((Person("独行"),), products=GOODS[:1], purchases=(Purchase(1, NOW - datetime.timedelta(days=3), ((1, 2),)),))
# Two pairs, one of them at odds, and two who know nobody; only some of them ever bought.
ISLANDS = DataSet(tuple(Person(name) for name in ("甲", "乙", "丙", "丁", "Eve", "Frank")), (Tie(1, 2), Tie(3, 4, "conflict")), GOODS,
                  bought((1, 3, 5), 12, 5), looked((1, 5), 4, 6), said((2, 5), 3, 7), QUESTIONS, answered((1, 2, 3, None), 8))
SETS = {"empty": EMPTY, "single": SINGLE, "islands": ISLANDS}
