"""Scalars that are stricter than the library's: moments carry their offset, decimals are plain ASCII and keep their exact value."""

import datetime
import re
from decimal import Decimal
from typing import Any

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

DECIMAL = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,4})?", re.ASCII)  # what BIGINT holds at scale 4
CENT = Decimal("0.01")


def refuse(type_: str, form: str) -> StrawberryInputCoercionError:
    return StrawberryInputCoercionError(f"{type_} cannot represent this value: give {form}.")


def parse_moment(value: object) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise refuse("DateTime", "an RFC 3339 text with its offset, such as 2024-05-01T08:30:00+08:00")
    return moment.astimezone(datetime.UTC)


def parse_date(value: object) -> datetime.date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise refuse("Date", "a text such as 2024-05-01")


def parse_decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not DECIMAL.fullmatch(value):
        raise refuse("Decimal", 'a text of ASCII digits with at most four places, such as "1234.50"')
    return Decimal(value)


def print_decimal(value: Any) -> str:
    """At least two places, at most the four that are stored: 2.55, 5.00, 0.0125."""
    exact = Decimal(value)
    short = exact.quantize(CENT)
    return str(short) if short == exact else f"{exact:f}".rstrip("0")


def definition(name: str, origin: type, parse: Any, serialize: Any, description: str) -> ScalarDefinition:
    return ScalarDefinition(name=name, description=description, specified_by_url=None, serialize=serialize, parse_value=parse,
                            parse_literal=None, origin=origin)


SCALARS: dict[object, ScalarDefinition] = {
    datetime.datetime: definition("DateTime", datetime.datetime, parse_moment, datetime.datetime.isoformat,
                                  "A moment as RFC 3339 text, always with its offset; answers are in UTC."),
    datetime.date: definition("Date", datetime.date, parse_date, datetime.date.isoformat, "A day of the calendar, such as 2024-05-01."),
    Decimal: definition("Decimal", Decimal, parse_decimal, print_decimal, "An exact decimal number with at most four places, as text."),
}
