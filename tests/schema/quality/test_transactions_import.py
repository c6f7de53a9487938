"""Importing invoices line by line."""

from decimal import Decimal
from pathlib import Path

import pytest

from schema.quality.importing.presets import ONLINE_RETAIL
from tests.schema.quality.conftest import Importing, faults

EXCERPT = Path(__file__).parent / "data" / "online_retail_excerpt.csv"
HEADER = "externalId,customer,occurredAt,sku,productName,quantity,unitPrice,currency\n"


def test_an_excerpt_of_online_retail(importing: Importing) -> None:
    outcome = importing.perform(ONLINE_RETAIL, EXCERPT)
    assert (outcome.error, faults(outcome), outcome.read, outcome.rows["created"]) == (None, [], 188, 188)
    assert dict(outcome.records) == {"customer": 13, "product": 164, "transaction": 28}
    assert importing.rows("SELECT sum(total_amount) FROM transactions") == [(-40344470,)]
    assert importing.rows("SELECT sum(amount), count(*) FROM transaction_lines") == [(-40344470, 188)]
    assert importing.rows("""SELECT count(*), sum(CASE WHEN t.kind = 'CANCELLATION' THEN 1 ELSE 0 END), sum(total_amount)
                             FROM transactions t
                             JOIN external_ids e ON e.customer_id = t.customer_id WHERE e.value = '14646'""") == [(6, 3, 23024200)]
    assert importing.rows("SELECT DISTINCT kind FROM customers") == [("ORGANIZATION",)]
    assert importing.rows("""SELECT name, country FROM customers JOIN addresses ON customer_id = customers.id
                             WHERE name LIKE '%14646'""") == [("Customer 14646", "Netherlands")]


def test_importing_the_same_file_again_changes_nothing(importing: Importing) -> None:
    importing.perform(ONLINE_RETAIL, EXCERPT)
    before, versions = importing.contents(), importing.versions()
    again = importing.perform(ONLINE_RETAIL, EXCERPT)
    assert (again.rows["unchanged"], again.rows["created"], again.rows["updated"], again.rejected) == (188, 0, 0, 0)
    assert (importing.contents(), importing.versions()) == (before, versions)
    assert set(versions) == {"customer", "product", "transaction"}


def test_an_invoice_whose_lines_do_not_stand_together_is_one_invoice_at_its_first_time(importing: Importing) -> None:
    importing.perform(ONLINE_RETAIL, EXCERPT)
    lines = importing.rows("""SELECT position FROM transaction_lines l JOIN transactions t ON t.id = l.transaction_id
                              WHERE external_id = '542806' ORDER BY position""")
    assert lines == [(position,) for position in range(1, 40)]
    (moment,), = importing.rows("SELECT occurred_at FROM transactions WHERE external_id = '542806'")
    assert str(moment)[:16].replace("T", " ") == "2011-02-01 11:19"


def test_cancellations_returns_and_purchases(importing: Importing) -> None:
    importing.perform(ONLINE_RETAIL, EXCERPT)
    kinds = dict(importing.rows("SELECT external_id, kind FROM transactions"))
    assert (kinds["C542805"], kinds["536589"], kinds["542806"], kinds["A563187"]) == ("CANCELLATION", "RETURN", "PURCHASE", "PURCHASE")


def test_amounts_are_exact_and_rounded_half_to_even(importing: Importing) -> None:
    lines = ("0.5,0.0001", "1.5,0.0001", "-2,1.005")
    importing.run("transactions", HEADER + "".join(f"a,,2024-01-01,s,,{line},EUR\n" for line in lines))
    assert importing.rows("SELECT amount FROM transaction_lines ORDER BY position") == [(0,), (2,), (-20100,)]
    assert importing.rows("SELECT total_amount, kind, customer_id FROM transactions") == [(-20098, "PURCHASE", None)]


def test_a_product_without_a_name_gets_its_first_one_or_its_sku(importing: Importing) -> None:
    importing.run("transactions", HEADER + "a,,2024-01-01,s,,1,1,EUR\na,,2024-01-01,s,Cup,1,1,EUR\na,,2024-01-01,t,,1,1,EUR\n")
    assert importing.rows("SELECT sku, name FROM products ORDER BY sku") == [("s", "Cup"), ("t", "t")]


@pytest.mark.parametrize(("row", "fault"), [
    ("b,,2024-01-01,s,,1,2.5,XXQ", (3, "currency", "INVALID", "import_currency")),
    ("b,,2024-02-30,s,,1,2.5,EUR", (3, "occurredAt", "INVALID", "import_moment")),
    ("b,,2024-01-01,s,,１２,2.5,EUR", (3, "quantity", "INVALID", "import_digits")),
    ('b,,2024-01-01,s,,"1,200",2.5,EUR', (3, "quantity", "INVALID", "import_grouped")),
    ("b,,2024-01-01,s,,1,NaN,EUR", (3, "unitPrice", "INVALID", "import_number")),
    ("b,,2024-01-01,s,,900000000000,900000000000,EUR", (3, "unitPrice", "LIMIT_EXCEEDED", "import_range")),
    ("b,,2024-01-01,,,1,2.5,EUR", (3, "sku", "REQUIRED", "required")),
    (",,2024-01-01,s,,1,2.5,EUR", (3, "externalId", "REQUIRED", "required")),
    ("b,nobody,2024-01-01,s,,1,2.5,EUR", (3, "customer", "NOT_FOUND", "import_customer")),
    ("b,,2024-01-01,s,,1,2.5", (3, None, "INVALID", "import_cells")),
    ("b,,2024-01-01,s,,1,2.5,EUR,", (3, None, "INVALID", "import_cells")),
    (f"b,,2024-01-01,{'s' * 101},,1,2.5,EUR", (3, "sku", "LIMIT_EXCEEDED", "too_long")),
    ("a,,2024-01-01,s,,1,1,USD", (3, "currency", "CONFLICT", "import_contradiction")),
    ("a,x,2024-01-01,s,,1,1,EUR", (3, "customer", "CONFLICT", "import_contradiction")),
])
def test_a_bad_row_is_refused_with_its_line_and_column(importing: Importing, row: str, fault: tuple[int, str, str, str]) -> None:
    outcome = importing.run("transactions", HEADER + "a,,2024-01-01,s,,1,1,EUR\n" + row + "\nc,,2024-01-01,s,,1,1,EUR\n")
    assert fault in faults(outcome)
    assert outcome.rows["created"] + outcome.rejected == 3
    assert importing.rows("SELECT external_id FROM transactions WHERE external_id = 'c'") == [("c",)]
    assert not importing.rows("SELECT external_id FROM transactions WHERE external_id = 'b'")


def test_an_invoice_is_taken_whole_or_not_at_all(importing: Importing) -> None:
    outcome = importing.run("transactions", HEADER + "a,,2024-01-01,s,,1,1,EUR\nb,,2024-01-01,s,,1,1,EUR\na,,2024-01-01,t,,x,1,EUR\n")
    assert faults(outcome) == [(2, None, "CONFLICT", "import_invoice"), (4, "quantity", "INVALID", "import_number")]
    assert importing.rows("SELECT external_id FROM transactions") == [("b",)]
    assert importing.rows("SELECT sku FROM products") == [("s",)]


def test_missing_customers_are_made_when_asked(importing: Importing) -> None:
    rows = HEADER + "a,王伟-1,2024-01-01,s,,1,1,EUR\n"
    assert faults(importing.run("transactions", rows)) == [(2, "customer", "NOT_FOUND", "import_customer")]
    importing.run("transactions", rows, create_missing=True, constants={"customerName": "客户 {id}", "customerKind": "PERSON"})
    assert importing.rows("SELECT name, kind, search_name FROM customers") == [("客户 王伟-1", "PERSON", "客户 王伟-1")]
    assert ("王伟",) in importing.rows("SELECT gram FROM name_grams")


def test_what_a_later_file_says_of_an_invoice_replaces_its_lines(importing: Importing) -> None:
    importing.run("transactions", HEADER + "".join(f"a,,2024-01-01,{sku},,1,1,EUR\n" for sku in "stu"))
    ids = importing.rows("SELECT id FROM transaction_lines ORDER BY position")
    outcome = importing.run("transactions", HEADER + "a,,2024-01-01,s,,1,1,EUR\na,,2024-01-01,t,,5,1,EUR\n")
    assert (outcome.rows["updated"], dict(outcome.records)) == (2, {"transaction": 1})
    assert importing.rows("SELECT id, quantity FROM transaction_lines ORDER BY position") == [(*ids[0], 10000), (*ids[1], 50000)]
    assert importing.rows("SELECT total_amount FROM transactions") == [(60000,)]
    importing.run("transactions", HEADER + "".join(f"a,,2024-01-02,{sku},,1,1,EUR\n" for sku in "stuv"))
    assert importing.rows("SELECT count(*), max(position) FROM transaction_lines") == [(4, 4)]
    assert str(importing.rows("SELECT occurred_at FROM transactions")[0][0])[:10] == "2024-01-02"


def test_a_discount_lowers_the_price(importing: Importing) -> None:
    importing.run("transactions", "externalId,occurredAt,sku,quantity,unitPrice,discount\na,2024-01-01,s,3,9.65,0.05\n",
        constants={"currency": "USD"})
    (price, amount), = importing.rows("SELECT price_amount, amount FROM transaction_lines")
    assert (Decimal(price) / 10000, Decimal(amount) / 10000) == (Decimal("9.1675"), Decimal("27.5025"))


def test_chinese_columns_in_gbk(importing: Importing) -> None:
    text = "订单 ID,客户 ID,订单日期,产品 ID,产品名称,数量,销售额\nCN-1,许安-10165,2017-06-15,办公用-1,\"信封, 红色\",2,125.44\n"
    outcome = importing.run("transactions", text.encode("gbk"), create_missing=True, constants={"currency": "CNY"}, maps={
        "订单 ID": "externalId", "客户 ID": "customer", "订单日期": "occurredAt", "产品 ID": "sku", "产品名称": "productName",
        "数量": "quantity",
        "销售额": "unitPrice"}, timezone="Asia/Shanghai")
    assert faults(outcome) == []
    assert importing.rows("SELECT name FROM products") == [("信封, 红色",)]
    assert "2017-06-14" in str(importing.rows("SELECT occurred_at FROM transactions")[0][0])
