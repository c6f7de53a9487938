"""Importing customers."""

from pathlib import Path

import pytest

from server.database import open_database
from tests.schema.quality.conftest import Importing, faults

FULL = """\
externalId,kind,name,email,phone,line,city,region,postalCode,country,tags,serviceLevel,owner,birthDate,industry,incomeAmount,incomeCurrency
1,PERSON,王伟,Wang@Example.test,138 1234 5678,人民路 1 号,成都,四川,610000,中国,重点;新,vip,admin,1980-02-29,,1200.50,CNY
2,organization,ＡＣＭＥ  Ltd,,+44 20 7946 0000,,London,,,UK,,,,,Retail,,
"""


def test_every_field(importing: Importing) -> None:
    outcome = importing.run("customers", FULL, source="crm")
    assert faults(outcome) == []
    assert importing.rows("""SELECT kind, name, search_name, revision, CAST(birth_date AS VARCHAR), industry, income_amount, income_currency
                             FROM customers ORDER BY id""") == [
        ("PERSON", "王伟", "王伟", 1, "1980-02-29", None, 12005000, "CNY"), ("ORGANIZATION", "ＡＣＭＥ  Ltd", "acme ltd", 1, None,
        "Retail", None, None)]
    assert importing.rows("SELECT channel, value, normal_value FROM contact_points ORDER BY id") == [
        ("EMAIL", "Wang@Example.test", "wang@example.test"), ("PHONE", "138 1234 5678", "13812345678"),
        ("PHONE", "+44 20 7946 0000", "+442079460000")]
    assert importing.rows("SELECT line, city, region, postal_code, country FROM addresses ORDER BY id") == [
        ("人民路 1 号", "成都", "四川", "610000", "中国"), (None, "London", None, None, "UK")]
    assert set(importing.rows("SELECT name FROM customer_tags")) == {("新",), ("重点",)}
    assert importing.rows("""SELECT s.key, o.key FROM customers c JOIN service_levels s ON s.id = service_level_id
                             JOIN staff o ON o.id = owner_id""") == [
        ("vip", "admin")]
    assert {gram for (gram,) in importing.rows("SELECT gram FROM name_grams")} == {
        "王", "伟", "王伟", "a", "c", "m", "e", "ac", "cm", "me", "l", "t", "d", "lt", "td"}


def test_again_nothing_changes(importing: Importing) -> None:
    importing.run("customers", FULL)
    before, versions = importing.contents(), importing.versions()
    assert importing.run("customers", FULL).rows["unchanged"] == 2
    assert (importing.contents(), importing.versions()) == (before, versions)


def test_a_change_reaches_every_part_and_empty_cells_leave_what_is_there(importing: Importing) -> None:
    importing.run("customers", FULL)
    header = "externalId,name,email,tags,city,industry,birthDate\n"
    outcome = importing.run("customers", header + "1,王小伟,new@example.test,旧,,,\n2,ACME,,,Leeds,,\n")
    assert (outcome.rows["updated"], faults(outcome)) == (2, [])
    assert importing.rows("SELECT name, search_name, revision, industry FROM customers ORDER BY id") == [
        ("王小伟", "王小伟", 2, None), ("ACME", "acme", 2, "Retail")]
    assert importing.rows("SELECT count(*) FROM contact_points") == [(4,)]
    assert importing.rows("SELECT count(*) FROM customer_tags") == [(3,)]
    assert importing.rows("SELECT city FROM addresses ORDER BY id") == [("成都",), ("Leeds",)]
    grams = {gram for (gram,) in importing.rows("SELECT gram FROM name_grams")}
    assert "小伟" in grams
    assert "王伟" not in grams


def test_a_customer_made_by_an_earlier_import_may_turn_out_to_be_another_kind(importing: Importing) -> None:
    importing.run("customers", "externalId,name,kind,gender\n1,A,PERSON,f\n")
    importing.run("customers", "externalId,name,kind,industry\n1,A,ORGANIZATION,Mining\n")
    assert importing.rows("SELECT kind, gender, industry FROM customers") == [("ORGANIZATION", None, "Mining")]


@pytest.mark.parametrize(("row", "fault"), [
    ("9,,PERSON,,,,,", ("name", "REQUIRED", "required")),
    (f"9,{'x' * 401},PERSON,,,,,", ("name", "LIMIT_EXCEEDED", "too_long")),
    ("9,x,ROBOT,,,,,", ("kind", "INVALID", "import_choice")),
    ("9,x,PERSON,no at sign,,,,", ("email", "INVALID", "import_email")),
    ("9,x,PERSON,,ring me,,,", ("phone", "INVALID", "import_phone")),
    ("9,x,PERSON,,,gold,,", ("serviceLevel", "NOT_FOUND", "import_key")),
    ("9,x,PERSON,,,,Mining,", ("industry", "INVALID", "import_other_kind")),
    ("9,x,PERSON,,,,,12", ("incomeCurrency", "REQUIRED", "import_price_currency")),
    ("1,another,PERSON,,,,,", ("externalId", "DUPLICATE", "import_twice")),
])
def test_bad_rows(importing: Importing, row: str, fault: tuple[str, str, str]) -> None:
    header = "externalId,name,kind,email,phone,serviceLevel,industry,incomeAmount\n"
    outcome = importing.run("customers", f"{header}1,A,PERSON,,,,,\n{row}\n1,A,PERSON,,,,,\n2,B,PERSON,,,,,\n")
    assert faults(outcome) == [(3, *fault)]
    assert (outcome.rows["created"], outcome.rows["unchanged"], outcome.read) == (2, 1, 4)


def test_what_looks_like_a_formula_or_a_statement_is_text(importing: Importing) -> None:
    importing.run("customers", "externalId,name\n1,=cmd|' /C calc'!A0\n2,'); DROP TABLE customers;--\n3,\"tab\tand \\\\ back\\nslash\"\n")
    assert importing.rows("SELECT name FROM customers ORDER BY id") == [
        ("=cmd|' /C calc'!A0",), ("'); DROP TABLE customers;--",), ("tab\tand \\\\ back\\nslash",)]


def test_postgresql_looks_at_what_was_imported(postgres_url: str, tmp_path: Path) -> None:
    """Or it would choose its ways to customers by what it knew of the empty table."""
    importing = Importing(open_database(postgres_url), tmp_path)
    lines = "".join(f"{number},Customer {number},PERSON\n" for number in range(1_200))
    assert importing.run("customers", f"externalId,name,kind\n{lines}").rows["created"] == 1_200
    assert importing.rows("SELECT reltuples FROM pg_class WHERE relname = 'customers'") == [(1_200,)]
    importing.database.engine.dispose()
