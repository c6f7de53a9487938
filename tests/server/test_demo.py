"""The demo: the same on both databases, whole or absent, its people recognisably made up, and its example queries answered."""

import csv
import gzip
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from examples.demo import make
from schema.commerce.models import BrowseEventRow, ReviewRow, TransactionLineRow, TransactionRow
from schema.context import Caller, Context
from schema.customers.models import ConsentRow, CustomerRow, TagRow
from schema.permissions import PERMISSIONS
from schema.relationships.models import ProvenanceOrigin, RelationshipEndRow, RelationshipRow
from schema.roots import build_schema
from schema.rows import Row
from schema.staff.models import StaffRow
from server import demo
from server.database import Database, open_database
from server.demo import loading
from tests.conftest import opened
from tests.databases import Postgres, copied_sqlite

EXAMPLES = {path.stem: path.read_text() for path in sorted((Path(__file__).parents[2] / "web" / "graphiql" / "examples").glob("*.graphql"))}


def loaded(url: str) -> list[str]:
    """Load the demo; what was said meanwhile."""
    said: list[str] = []
    database = open_database(url)
    demo.load(database, said.append)
    database.engine.dispose()
    return said


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the demo in it, for tests that leave it as it is."""
    if request.param == "sqlite":
        url = copied_sqlite(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("demo"))
        loaded(url)
        yield url
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create()
    loaded(url)
    yield url
    postgres.drop(url)


@pytest.fixture
async def filled(demo_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(demo_url) as database:
        yield database


@pytest.fixture
async def own(demo_url: str, request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    """A copy of it that a test may change."""
    if demo_url.startswith("sqlite"):
        async with opened(copied_sqlite(Path(demo_url.removeprefix("sqlite:///")), tmp_path)) as database:
            yield database
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create(make_url(demo_url).database)
    async with opened(url) as database:
        yield database
    postgres.drop(url)


async def ask(database: Database, query: str, **variables: Any) -> dict[str, Any]:
    caller = Caller("staff:1", frozenset(PERMISSIONS), staff_id=1)
    async with database.reader() as reader:
        context = Context(reader, database.writer, caller, "zh", dialect=database.dialect)
        result = await build_schema(database.dialect).execute(query, variable_values=variables, context_value=context)
    assert not result.errors
    assert result.data
    return result.data


def counts(database: Database) -> dict[str, int]:
    with Session(database.engine) as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Row.metadata.tables.items()}


def rows_of(name: str, folder: Path = loading.DATA) -> list[dict[str, str]]:
    data = (folder / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    return list(csv.DictReader(text.splitlines(keepends=True)))


async def test_everything_in_the_files_is_in_the_database(filled: Database) -> None:
    with Session(filled.engine) as session:
        def count(row: type[Row], *where: Any) -> int:
            return session.scalar(select(func.count()).select_from(row).where(*where)) or 0

        lines = rows_of("transactions.csv.gz")
        assert count(TransactionLineRow) == len(lines) == 36_327
        assert count(TransactionRow) == len({line["InvoiceNo"] for line in lines})
        anonymous = {line["InvoiceNo"] for line in lines if not line["CustomerID"]}
        assert count(TransactionRow, TransactionRow.customer_id.is_(None)) == len(anonymous) > 0
        assert count(CustomerRow) == len(rows_of("customers.csv")) == 340
        assert count(TagRow, TagRow.name == "demo-generated") == 340
        assert count(ReviewRow) == len(rows_of("reviews.csv"))
        assert count(BrowseEventRow) == len(rows_of("browse_events.csv.gz"))
        assert count(ConsentRow) == len(rows_of("consents.csv"))
        noted = count(RelationshipRow, RelationshipRow.origin == ProvenanceOrigin.MANUAL, RelationshipRow.staff_id.is_not(None))
        derived = count(RelationshipRow, RelationshipRow.origin == ProvenanceOrigin.DERIVED)
        assert (noted, derived) == (len(rows_of("relationships.csv")), 2_309)
        assert count(RelationshipRow) == noted + derived == count(RelationshipEndRow) / 2
        assert count(StaffRow, StaffRow.key.startswith("demo-")) == 6


async def test_a_customers_figures_are_those_of_the_whole_of_online_retail(filled: Database) -> None:
    data = await ask(filled, """{ customer(ref: {externalId: {source: "online-retail", value: "14646"}}) {
        name behaviour { purchaseCount returnCount purchaseTotal { amount currency } } } }""")
    assert data["customer"] == {"name": "Windmill Trading", "behaviour": {
        "purchaseCount": 74, "returnCount": 3, "purchaseTotal": [{"amount": "279489.02", "currency": "GBP"}]}}


@pytest.mark.parametrize(("name", "number"), [("王伟", "13085"), ("李娜", "12346"), ("晨光贸易", "17841")])
async def test_names_are_found(filled: Database, name: str, number: str) -> None:
    query = "query ($name: String!) { customers(where: {search: $name}, first: 20) { nodes { externalIds { value } } } }"
    data = await ask(filled, query, name=name)
    assert {"externalIds": [{"value": number}]} in data["customers"]["nodes"]


async def test_loading_again_changes_nothing(filled: Database) -> None:
    before = counts(filled)
    assert loaded(filled.address.url.render_as_string(hide_password=False)) == []
    assert counts(filled) == before


@pytest.mark.parametrize("name", EXAMPLES)
async def test_example_tabs_have_something_to_show(filled: Database, name: str) -> None:
    data = await ask(filled, EXAMPLES[name])
    for answer in data.values():
        assert answer
        assert answer.get("nodes", True)
        assert answer.get("totalCount", 1) > 0
        assert answer.get("relationships", {"edges": True})["edges"]
        assert answer.get("transactions", {"nodes": True})["nodes"]


async def test_the_example_that_renames_works_with_what_the_others_show(own: Database) -> None:
    [found] = (await ask(own, EXAMPLES["3-search-by-name"]))["customers"]["nodes"]
    rename = EXAMPLES["5-rename-customer"]
    first = (await ask(own, rename, id=found["id"]))["customerUpdate"]
    again = (await ask(own, rename, id=found["id"], name="王伟"))["customerUpdate"]
    assert (first["customer"]["name"], first["customer"]["revision"], first["userErrors"]) == ("王伟 Wang Wei", 2, [])
    assert (again["customer"], [error["code"] for error in again["userErrors"]]) == (None, ["CONFLICT"])


async def test_a_load_that_breaks_off_leaves_nothing_and_the_next_one_is_whole(database_url: str, anyio_backend: str) -> None:
    async with opened(database_url) as database:
        before = counts(database)
        with pytest.raises(KeyboardInterrupt):
            demo.load(database, interrupt_at_the_end)
        assert counts(database) == before
        loaded(database_url)
        assert counts(database)["customers"] == 340


def interrupt_at_the_end(line: str) -> None:
    if "derived" in line:
        raise KeyboardInterrupt


def test_a_database_with_customers_stays_as_it_is(database_url: str) -> None:
    database = open_database(database_url)
    with Session(database.engine) as session, session.begin():
        session.add(CustomerRow(kind="PERSON", name="Anna", search_name="anna"))
    before = counts(database)
    demo.load(database, pytest.fail)
    assert counts(database) == before
    database.engine.dispose()


def test_nobody_can_be_reached_by_what_is_generated() -> None:
    for row in rows_of("customers.csv"):
        assert re.fullmatch(r"[a-z.0-9]+@example\.(com|org)", row["email"]), row
        assert re.fullmatch(r"\+44 (7700 900\d{3}|20 7946 0\d{3}|1632 960\d{3})", row["phone"]), row


def test_reviews_are_of_what_was_bought_and_browsing_comes_before() -> None:
    bought: dict[tuple[str, str], str] = {}
    for line in rows_of("transactions.csv.gz"):
        if int(line["Quantity"]) > 0:
            bought.setdefault((line["CustomerID"], line["StockCode"]), line["InvoiceDate"])
    reviews = rows_of("reviews.csv")
    assert all(bought[review["customer"], review["sku"]].replace(" ", "T") < review["createdAt"] for review in reviews)
    assert {"1", "2", "3", "4", "5"} == {review["score"] for review in reviews}
    assert len([review for review in reviews if re.search("[一-鿿]", review["content"])]) > 100
    looks = rows_of("browse_events.csv.gz")
    assert sum((look["customer"], look["sku"]) in bought for look in looks) > len(looks) / 2


@pytest.mark.slow
def test_the_files_can_be_made_again(tmp_path: Path) -> None:
    """Needs the folder of public data sets, as GUANXI_TEST_DATA."""
    folder = os.environ.get("GUANXI_TEST_DATA")
    if not folder:
        pytest.skip("GUANXI_TEST_DATA does not name a folder with online_retail/online_retail.csv.gz")
    make.make(Path(folder) / "online_retail" / "online_retail.csv.gz", tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in loading.DATA.iterdir() if ".csv" in path.suffixes)
    assert all(rows_of(name, tmp_path) == rows_of(name) for name in made)
