"""Text to values: what is taken, and what is refused with which message."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schema.customers.models import CustomerKind
from schema.errors import Problem
from schema.quality.importing import values
from schema.quality.importing.currencies import CURRENT

MOMENT = values.instant(ZoneInfo("Europe/London"), None)


@pytest.mark.parametrize(("text", "units"), [
    ("2.55", 25500), ("-1", -10000), ("+3", 30000), (".5", 5000), ("1.", 10000), ("0.00005", 0), ("0.00015", 2), ("1e3", 10_000_000),
    ("125.43999999999998", 1254400), ("-11062.06", -110620600), ("922337203685477.5807", 9223372036854775807),
])
def test_decimals_are_exact_and_rounded_half_to_even(text: str, units: int) -> None:
    assert values.scaled(text) == units


@pytest.mark.parametrize(("text", "message"), [
    ("１２", "import_digits"), ("十二", "import_digits"), ("٣", "import_digits"), ("1,234.50", "import_grouped"),
    ("1 234", "import_grouped"),
    ("12,5", "import_grouped"), ("NaN", "import_number"), ("inf", "import_number"), ("-Infinity", "import_number"),
    ("1_000", "import_number"),
    ("0x10", "import_number"), ("=1+1", "import_number"), ("--1", "import_number"), ("1e999", "import_number"),
    ("922337203685477.5808", "import_range"), ("9" * 40, "import_range"),
])
def test_numbers_that_are_none(text: str, message: str) -> None:
    assert message_of(values.scaled(text)) == message


@pytest.mark.parametrize(("text", "moment"), [
    ("2010-12-01 08:26:00", "2010-12-01T08:26:00+00:00"), ("2011-07-01 08:26", "2011-07-01T07:26:00+00:00"),
    ("2011-07-01T08:26:00Z", "2011-07-01T08:26:00+00:00"), ("2011-07-01T08:26:00+08:00", "2011-07-01T00:26:00+00:00"),
    ("2010-12-01", "2010-12-01T00:00:00+00:00"), ("2011-10-30 01:30", "2011-10-30T00:30:00+00:00"),
])
def test_moments(text: str, moment: str) -> None:
    assert MOMENT(text) == moment


@pytest.mark.parametrize(("text", "message"), [
    ("2011-02-30", "import_moment"), ("2011-02-28 25:00", "import_moment"), ("01/12/2010", "import_moment"),
    ("２０１１-01-01", "import_digits"),
    ("2011-03-27 01:30", "import_skipped"), ("0000-00-00", "import_moment"), ("0001-01-01T00:00:00+14:00", "import_moment"),
])
def test_moments_that_never_were(text: str, message: str) -> None:
    assert message_of(MOMENT(text)) == message


def test_moments_in_a_stated_form() -> None:
    assert values.instant(ZoneInfo("Asia/Shanghai"), "%Y年%m月%d日")("2014年01月05日") == "2014-01-04T16:00:00+00:00"
    assert values.instant(ZoneInfo("UTC"), "unix")("1289241911.72836") == "2010-11-08T18:45:11.728360+00:00"
    assert message_of(values.instant(ZoneInfo("UTC"), "unix")("1e30")) == "import_moment"
    assert values.date("%d.%m.%Y")("24.12.1999") == "1999-12-24"
    assert values.date(None)("1948-12-08 00:00:00.000") == "1948-12-08"


@pytest.mark.parametrize(("convert", "text", "expected"), [
    (values.currency, "gbp", "GBP"), (values.currency, "XXZ", "import_currency"), (values.member(CustomerKind), "person", "PERSON"),
    (values.member(CustomerKind), "robot", "import_choice"), (values.whole(1, 5), "5.0", 5), (values.whole(1, 5), "6", "import_whole"),
    (values.whole(1, 5), "1.5", "import_whole"), (values.real(), "0.25", 0.25), (values.real(), "-1", "import_negative"),
    (values.real(1.0), "1.01", "import_most"), (values.truth, "是", True), (values.truth, "N", False),
    (values.truth, "perhaps", "import_truth"),
    (values.email, "a@example.test", "a@example.test"), (values.email, "a example.test", "import_email"),
    (values.phone, "(5) 555-4729", "(5) 555-4729"), (values.phone, "none", "import_phone"), (values.text(3), "abcd", "too_long"),
    (values.tags, "b; a，c,,a", ("a", "b", "c")), (values.amount, "-0.01", "import_negative"),
])
def test_other_values(convert: values.Converter, text: str, expected: Any) -> None:
    value = convert(text)
    assert (value.message if isinstance(value, Problem) else value) == expected


def test_an_empty_cell_is_no_value_or_a_required_one() -> None:
    optional, required = values.Cache(values.scaled, False, frozenset({"NULL"})), values.Cache(values.scaled, True)
    assert optional.column(("", " ", "NULL", " 1 ")) == [None, None, None, 10000]
    assert [message_of(value) for value in required.column(("", "\u3000"))] == ["required", "required"]
    assert (optional.troubled, required.troubled) == (False, True)


def test_the_list_of_currencies() -> None:
    assert len(CURRENT) >= 170
    assert {"CNY", "GBP", "EUR", "JPY", "XDR"} <= CURRENT


def message_of(value: Any) -> str:
    assert isinstance(value, Problem), value
    return value.message
