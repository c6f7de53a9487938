"""Who will buy: how probable it is that a customer buys anything, a product or one of a category within some days."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Filter, Inquiry, Order, Problem, Storage, hook
from plugins.propensity import fields as of_customers
from plugins.propensity.analysis import PROPENSITY
from plugins.propensity.models import Tables
from plugins.propensity.scoring import INQUIRIES

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("sklearn", "scipy", "numpy", "pyarrow", "matplotlib")


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [PROPENSITY]


@hook
def inquiries() -> Iterable[Inquiry]:
    return INQUIRIES


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return of_customers.FIELDS


@hook
def filters() -> Iterable[Filter]:
    return of_customers.FILTERS


@hook
def orders() -> Iterable[Order]:
    return of_customers.ORDERS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so no probabilities can be worked out: install guanxi[analytics].")
