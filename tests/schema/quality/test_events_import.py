"""Importing products, browse events and reviews."""

import pytest

from tests.schema.quality.conftest import Importing, faults


@pytest.fixture
def shop(importing: Importing) -> Importing:
    importing.run("customers", "externalId,name\na,A\nb,B\n")
    importing.run("products", "sku,name,category,price,currency\ns,Cup,Kitchen,2.50,EUR\nt,Pot,,,\n")
    return importing


def test_products_and_what_a_later_file_changes(shop: Importing) -> None:
    outcome = shop.run("products", "sku,name,price,currency,category\ns,Cup,3,USD,\nt,Teapot,,,Tea\nu,Jug,,,\nt,Teapot,,,Tea\n")
    assert (faults(outcome), outcome.rows["updated"], outcome.rows["created"], outcome.rows["unchanged"]) == ([], 2, 1, 1)
    assert shop.rows("SELECT sku, name, category, price_amount, price_currency FROM products ORDER BY sku") == [
        ("s", "Cup", "Kitchen", 30000, "USD"), ("t", "Teapot", "Tea", None, None), ("u", "Jug", None, None, None)]


def test_a_price_needs_its_currency_and_a_sku_one_meaning(shop: Importing) -> None:
    outcome = shop.run("products", "sku,name,price,currency\nx,X,1,\ny,Y,1,EUR\ny,Z,1,EUR\nz,Z,-1,EUR\n")
    assert faults(outcome) == [(2, "currency", "REQUIRED", "import_price_currency"), (4, "sku", "DUPLICATE", "import_twice"),
                               (5, "price", "INVALID", "import_negative")]


EVENTS = "customer,sku,startedAt,durationSeconds\na,s,2024-01-01T10:00:00Z,30\na,s,2024-01-01T10:05:00Z,\nb,,2024-01-01T10:00:00Z,5\n"
REVIEWS = "customer,sku,score,content,createdAt,purchased\na,s,5,很好，推荐,2024-01-01,true\nb,t,1,,2024-01-02,\n"


@pytest.mark.parametrize(("target", "text", "rows"), [("browse_events", EVENTS, 3), ("reviews", REVIEWS, 2)])
def test_rows_without_a_key_meet_themselves_again(shop: Importing, target: str, text: str, rows: int) -> None:
    first = shop.run(target, text)
    assert (faults(first), first.rows["created"]) == ([], rows)
    before, versions = shop.contents(), shop.versions()
    assert shop.run(target, text).rows["unchanged"] == rows
    assert (shop.contents(), shop.versions()) == (before, versions)


def test_what_they_hold(shop: Importing) -> None:
    shop.run("browse_events", EVENTS)
    shop.run("reviews", REVIEWS)
    assert shop.rows("SELECT c.name, p.sku, duration_seconds FROM browse_events e JOIN customers c ON c.id = e.customer_id "
                     "LEFT JOIN products p ON p.id = e.product_id ORDER BY e.id") == [("A", "s", 30), ("A", "s", None), ("B", None, 5)]
    assert shop.rows("SELECT score, content, purchased FROM reviews ORDER BY id") == [(5, "很好，推荐", True), (1, None, None)]


def test_a_key_of_its_own_lets_a_review_change(shop: Importing) -> None:
    header = "externalId,customer,sku,score,content\n"
    shop.run("reviews", header + "r1,a,s,2,meh\n")
    outcome = shop.run("reviews", header + "r1,a,s,4,\n")
    assert (outcome.rows["updated"], shop.rows("SELECT score, content, external_id FROM reviews")) == (1, [(4, "meh", "r1")])


@pytest.mark.parametrize(("target", "row", "fault"), [
    ("browse_events", "nobody,s,2024-01-01,1", ("customer", "NOT_FOUND", "import_customer")),
    ("browse_events", "a,unknown,2024-01-01,1", ("sku", "NOT_FOUND", "import_product")),
    ("browse_events", "a,s,,1", ("startedAt", "REQUIRED", "required")),
    ("browse_events", "a,s,2024-01-01,-1", ("durationSeconds", "INVALID", "import_whole")),
    ("browse_events", "a,s,2024-01-01T10:00:00Z,31", ("startedAt", "DUPLICATE", "import_twice")),
    ("reviews", "a,s,6,,,", ("score", "INVALID", "import_whole")),
    ("reviews", "a,s,五,,,", ("score", "INVALID", "import_digits")),
    ("reviews", "a,s,5,LONG,,", ("content", "LIMIT_EXCEEDED", "too_long")),
])
def test_bad_rows(shop: Importing, target: str, row: str, fault: tuple[str, str, str]) -> None:
    text = {"browse_events": EVENTS, "reviews": REVIEWS}[target]
    outcome = shop.run(target, f"{text}{row.replace('LONG', 'x' * 65_537)}\n")
    assert faults(outcome) == [(text.count("\n") + 1, *fault)]
    assert outcome.rows["created"] == text.count("\n") - 1


def test_missing_customers_and_products_are_made_when_asked(importing: Importing) -> None:
    outcome = importing.run("browse_events", EVENTS, create_missing=True)
    assert (faults(outcome), dict(outcome.records)) == ([], {"customer": 2, "product": 1, "browseEvent": 3})
