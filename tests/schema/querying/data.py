"""A seeded world of customers, their relationships and their purchases: the same rows for both databases and for the oracle."""

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from schema.commerce import models as commerce
from schema.commerce.models import TransactionKind
from schema.customers import models as customers
from schema.customers.models import Channel, CustomerKind
from schema.customers.names import grams, normalise
from schema.jobs import models as jobs
from schema.jobs.models import ImportTarget, JobKind, JobStatus
from schema.marketing import models as marketing
from schema.relationships import models as relationships
from schema.relationships.models import ProvenanceOrigin, RelationshipSign
from schema.rows import Row
from schema.staff import models as staff
from schema.surveys import models as surveys
from schema.surveys.models import QuestionKind
from server.database import Database

CUSTOMERS, PRODUCTS, TIES, SALES = 240, 24, 500, 900
START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
NAMES = ("王伟", "王伟东", "李娜", "娜李", "张伟 Zhang Wei", "Anna Smith", "anna smith", "ＡＮＮＡ　Ｍüller", "Bob", "Zoë O'Neil",
         "Östlund AB", "上海伟业有限公司", "伟东王", "abcb", "bcbab", "100% Tea_Shop", "  Wide   Space ",
         "Straße 5", "😀 Emoji Ltd", "李", "cab abc", "王小伟")
FIRST = 100  # ids of rows that a migrated database may hold some of already begin here


@dataclass
class World:
    """Rows by table name, as dicts of column values."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, row: type[Row], /, **values: Any) -> dict[str, Any]:
        """A row with every column of its table, so that one statement can insert them all."""
        table = row.metadata.tables[row.__tablename__]
        whole: dict[str, Any] = {column.name: values.pop(column.name, None) for column in table.columns}
        assert not values, values
        self.rows.setdefault(table.name, []).append(whole)
        return whole

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.rows[table]

    def by_id(self, table: str) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.rows[table]}


def make_world(seed: int = 7) -> World:
    world, chance = World(), random.Random(seed)  # noqa: S311  (the same rows every time)
    add_staff(world)
    add_customers(world, chance)
    add_jobs(world)
    add_relationships(world, chance)
    add_commerce(world, chance)
    add_segments(world)
    add_surveys(world, chance)
    return world


def moment(chance: random.Random) -> datetime.datetime:
    """One of few days, so that there are ties; sometimes with microseconds."""
    found = START + datetime.timedelta(days=chance.randrange(90), hours=chance.choice((0, 12)))
    return found.replace(microsecond=chance.choice((0, 0, 500_000, 123_456)))


def perhaps(chance: random.Random, value: Any, missing: float = 0.3) -> Any:
    return None if chance.random() < missing else value


def add_staff(world: World) -> None:
    for i, (en, zh) in enumerate((("Sales", "销售"), (None, "售后"), ("Audit", None))):
        world.add(staff.DepartmentRow, id=FIRST + i, key=f"department{i}", name_en=en, name_zh=zh)
    for i, (en, zh) in enumerate((("Gold", "金"), (None, "银"), ("Bronze", None))):
        world.add(customers.ServiceLevelRow, id=FIRST + i, key=f"level{i}", name_en=en, name_zh=zh,
                  first_response_minutes=(None, 5, 10)[i], resolution_minutes=(60, None, 30)[i])
    for i in range(9):
        world.add(staff.StaffRow, id=FIRST + i, key=f"staff{i}", name=("陈静", "Dora", "Ed")[i % 3], role_id=1 + i % 4, active=i % 4 != 0,
                  department_id=None if i % 5 == 0 else FIRST + i % 3, manager_id=None if i < 3 else FIRST + i // 3)


def add_customers(world: World, chance: random.Random) -> None:
    for id_ in range(1, CUSTOMERS + 1):
        name = chance.choice(NAMES) + chance.choice(("", "", " 有限公司", " Jr", str(id_ % 7)))
        person = chance.random() < 0.6
        world.add(customers.CustomerRow, id=id_, kind=CustomerKind.PERSON if person else CustomerKind.ORGANIZATION, name=name,
                  search_name=normalise(name), revision=1 + id_ % 3, created_at=moment(chance), updated_at=moment(chance),
                  service_level_id=perhaps(chance, FIRST + id_ % 3), owner_id=perhaps(chance, FIRST + id_ % 9),
                  **(person_columns if person else organization_columns)(id_, chance))
        for gram in grams(normalise(name)):
            world.add(customers.NameGramRow, gram=gram, customer_id=id_)
        add_belongings(world, chance, id_)


def person_columns(id_: int, chance: random.Random) -> dict[str, Any]:
    income = perhaps(chance, Decimal(chance.randrange(10**9)).scaleb(-4))
    return {"given_name": perhaps(chance, "伟"), "family_name": perhaps(chance, "王"), "gender": perhaps(chance, "f"),
            "birth_date": perhaps(chance, datetime.date(1960 + id_ % 50, 2, 28)), "education_level": perhaps(chance, "BA"),
            "income_amount": income, "income_currency": income and "CNY"}


def organization_columns(id_: int, chance: random.Random) -> dict[str, Any]:
    return {"legal_name": perhaps(chance, f"法人 {id_}"), "registration_number": perhaps(chance, str(id_)),
            "industry": perhaps(chance, "Tea"), "employee_count": perhaps(chance, id_)}


def add_belongings(world: World, chance: random.Random, id_: int) -> None:
    for channel, value in ((Channel.EMAIL, f"Someone{id_ % 200}@example.test"), (Channel.PHONE, f"+86 10-{id_:05}")):
        if chance.random() < 0.6:
            world.add(customers.ContactPointRow, id=number(world, "contact_points"), customer_id=id_, channel=channel, value=value,
                      normal_value=value.lower() if channel is Channel.EMAIL else f"+8610{id_:05}", preferred=chance.random() < 0.5,
                      verified_at=perhaps(chance, moment(chance)))
    for country in chance.sample(("中国", "United Kingdom", None), chance.randrange(3)):
        world.add(customers.AddressRow, id=number(world, "addresses"), customer_id=id_, line=perhaps(chance, "长安街 1"),
                  city=perhaps(chance, "北京"), region=None, postal_code=perhaps(chance, "100000"), country=country, preferred=False)
    for source in chance.sample(("shop", "crm"), chance.randrange(3)):
        world.add(customers.ExternalIdRow, id=number(world, "external_ids"), customer_id=id_, source=source, value=f"X{id_}")
    for tag in chance.sample(("vip", "Vip", "新客户", "late payer"), chance.randrange(4)):
        world.add(customers.TagRow, customer_id=id_, name=tag)
    if chance.random() < 0.3:
        world.add(customers.ConsentRow, id=number(world, "consents"), customer_id=id_, purpose="marketing", granted=chance.random() < 0.5,
                  channel=perhaps(chance, Channel.EMAIL), recorded_at=moment(chance), source=perhaps(chance, "form"))


def number(world: World, table: str) -> int:
    return len(world.rows.get(table, ())) + 1


def add_jobs(world: World) -> None:
    common: dict[str, Any] = {"done": 5, "dry_run": False, "created": 3, "updated": 1, "unchanged": 0, "rejected": 2, "ended": 0,
                              "attempts": 0, "heartbeat": 0, "cancel_requested": False}
    for id_ in range(1, 13):
        given = common | {"id": id_, "status": list(JobStatus)[id_ % 6], "created_at": START + datetime.timedelta(days=id_ // 2),
                          "warnings": [] if id_ % 2 else ["慢", 'says "so"']}
        if id_ % 3:
            world.add(jobs.JobRow, **given, kind=JobKind.IMPORT, target=list(ImportTarget)[id_ % len(ImportTarget)], stage="reading",
                      total=None if id_ % 2 else 8, staff_id=FIRST + id_ % 9, details={})
        else:
            world.add(jobs.JobRow, **given, kind=JobKind.DERIVE, error_code="UNAVAILABLE" if id_ == 6 else None, started_at=START,
                      details={"sample": [[1, 2, 0.5, 3], [3, 4, 0.25, 2]]} if id_ == 3 else {})
    for id_ in range(1, 30):
        world.add(jobs.RowErrorRow, id=id_, job_id=1 + id_ % 2, row=id_ + 1, column=None if id_ % 3 else "email", code="INVALID",
                  message="not an address", raw_value=None if id_ % 4 else "x@")


def add_relationships(world: World, chance: random.Random) -> None:
    for id_ in range(1, TIES + 1):
        from_id, to_id = chance.sample(range(1, CUSTOMERS - 20), 2)  # the last customers stand alone
        begin, end = sorted((moment(chance), moment(chance) + datetime.timedelta(hours=1)))
        directed = chance.random() < 0.6
        world.add(relationships.RelationshipRow, id=id_, from_id=from_id, to_id=to_id, kind_id=1 + id_ % 11, directed=directed,
                  sign=chance.choice(list(RelationshipSign)), weight=chance.choice((0.0, 0.1, 0.25, 1.0, 1e-7, 12.5)), revision=1,
                  valid_from=perhaps(chance, begin), valid_to=perhaps(chance, end), confidence=perhaps(chance, 0.75),
                  origin=chance.choice(list(ProvenanceOrigin)), recorded_at=moment(chance), staff_id=perhaps(chance, FIRST + 1),
                  job_id=perhaps(chance, 1 + id_ % 12), evidence_count=perhaps(chance, id_ % 9))
        for customer, tie, other, direction in relationships.ends_of(id_, from_id, to_id, directed=directed):
            world.add(relationships.RelationshipEndRow, customer_id=customer, relationship_id=tie, other_id=other, direction=direction)


def add_commerce(world: World, chance: random.Random) -> None:
    for id_ in range(1, PRODUCTS + 1):
        price = perhaps(chance, Decimal(id_ * 12_345).scaleb(-4))
        world.add(commerce.ProductRow, id=id_, sku=f"SKU{id_ * 7 % 100:02}", name=f"茶 {id_ % 5}", category=perhaps(chance, f"C{id_ % 3}"),
                  price_amount=price, price_currency=price and "GBP")
    for id_ in range(1, SALES + 1):
        add_sale(world, chance, id_)
        world.add(commerce.BrowseEventRow, id=id_, customer_id=chance.randrange(1, CUSTOMERS),
                  product_id=perhaps(chance, 1 + id_ % PRODUCTS), started_at=moment(chance), duration_seconds=perhaps(chance, id_ % 60),
                  source="web", external_id=str(id_))
    for id_ in range(1, 301):
        world.add(commerce.ReviewRow, id=id_, customer_id=chance.randrange(1, CUSTOMERS), product_id=perhaps(chance, 1 + id_ % PRODUCTS),
                  score=chance.randrange(1, 6), content=perhaps(chance, "很好"), created_at=moment(chance),
                  purchased=chance.choice((None, True, False)), source="web", external_id=str(id_))


def add_sale(world: World, chance: random.Random, id_: int) -> None:
    kind = chance.choice((TransactionKind.PURCHASE,) * 4 + (TransactionKind.RETURN, TransactionKind.CANCELLATION))
    sign = 1 if kind is TransactionKind.PURCHASE else -1
    lines = [(chance.randrange(1, 9) * sign, Decimal(chance.randrange(1, 10**6)).scaleb(-4)) for _ in range(1 + id_ % 3)]
    world.add(commerce.TransactionRow, id=id_, kind=kind, customer_id=perhaps(chance, chance.randrange(1, CUSTOMERS - 40), 0.1),
              cancels_id=chance.randrange(1, id_) if kind is TransactionKind.CANCELLATION and id_ > 1 else None, occurred_at=moment(chance),
              total_amount=sum(quantity * price for quantity, price in lines), total_currency=chance.choice(("GBP", "GBP", "CNY")),
              source="shop", external_id=f"I{id_}")
    for position, (quantity, price) in enumerate(lines, 1):
        world.add(commerce.TransactionLineRow, id=number(world, "transaction_lines"), transaction_id=id_, position=position,
                  product_id=chance.randrange(1, PRODUCTS + 1), quantity=Decimal(quantity), price_amount=price, amount=quantity * price)


def add_segments(world: World) -> None:
    """Every third customer is in the first one, every fifth was in the second; a few came again."""
    for id_, kind in ((1, marketing.SegmentKind.STATIC), (2, marketing.SegmentKind.COMPUTED), (3, marketing.SegmentKind.STATIC)):
        world.add(marketing.SegmentRow, id=id_, name=f"Segment {4 - id_}", description=None if id_ == 1 else "客群", kind=kind,
                  revision=id_, created_at=START, updated_at=START, computed_at=START if id_ == 2 else None)
    for segment, every, ended in ((1, 3, None), (2, 5, START + datetime.timedelta(days=9)), (2, 20, None)):
        for customer in range(every, CUSTOMERS + 1, every):
            world.add(marketing.SegmentMemberRow, id=number(world, "segment_members"), segment_id=segment, customer_id=customer,
                      since=START + datetime.timedelta(days=customer % 8 if ended or segment == 1 else 20), until=ended)


def add_surveys(world: World, chance: random.Random) -> None:
    for id_, (en, zh) in enumerate((("Service", "服务"), (None, "产品"), ("Closed", None)), 1):
        world.add(surveys.SurveyRow, id=id_, key=f"survey{4 - id_}", title_en=en, title_zh=zh, open_from=START if id_ == 3 else None,
                  open_to=START + datetime.timedelta(days=99) if id_ == 3 else None,
                  revision=id_, created_at=START + datetime.timedelta(days=id_), updated_at=START)
        for position in range(1, 4):
            kind = QuestionKind.CHOICE if position == 3 else QuestionKind.SCALE
            world.add(surveys.SurveyQuestionRow, id=10 * id_ + position, survey_id=id_, key=f"q{position}", position=4 - position,
                      kind=kind, text_en=en and f"{en} {position}?", text_zh=zh and f"{zh} {position}？", scale_min=1,
                      scale_max=2 + position,
                      reverse_scored=position == 2, scale=None if position == 3 else "service",
                      labels_en=["a", "b", "c"] if position == 1 else None)
    for id_ in range(1, 201):
        survey = 1 + id_ % 2
        world.add(surveys.SurveyResponseRow, id=id_, survey_id=survey, customer_id=perhaps(chance, chance.randrange(1, CUSTOMERS), 0.2),
                  wave=chance.choice(("", "2024", "2025")), submitted_at=moment(chance), source="web", external_id=str(id_))
        for position in range(1, 4):
            if chance.random() < 0.8:
                world.add(surveys.SurveyAnswerRow, response_id=id_, question_id=10 * survey + position,
                          value=chance.randrange(1, 3 + position))


def fill(database: Database, world: World) -> None:
    """Inserts the rows, parents first."""
    with database.engine.begin() as connection:
        for table in Row.metadata.sorted_tables:
            if rows := world.rows.get(table.name):
                connection.execute(insert(table), rows)


def complete(database: Database, world: World) -> None:
    """Reads into the world what the migrations brought."""
    with database.engine.connect() as connection:
        for name in ("roles", "staff", "service_levels", "relationship_kinds"):
            table = Row.metadata.tables[name]
            world.rows[name] = [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
