"""What customers say in surveys: how satisfied they are, which groups differ, and what goes along with it."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Filter, Order, Problem, Storage, hook
from plugins.satisfaction import fields as of_customers
from plugins.satisfaction import segments
from plugins.satisfaction.analysis import SATISFACTION
from plugins.satisfaction.models import Tables

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("scipy", "numpy", "pyarrow", "matplotlib")


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [SATISFACTION]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return {**of_customers.FIELDS, **segments.FIELDS}


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
            yield Problem(f"The library {library} is missing, so no survey can be evaluated: install guanxi[analytics].")
