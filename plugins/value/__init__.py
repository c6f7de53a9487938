"""What customers are worth: scores by recency, frequency and amount, lifetime values, and who may have left."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Filter, Order, Problem, Storage, hook
from plugins.value.lifetime import fields as of_lifetime
from plugins.value.lifetime.analysis import LIFETIME
from plugins.value.models import Tables
from plugins.value.rfm import fields as of_rfm
from plugins.value.rfm.analysis import RFM

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("scipy", "numpy", "pyarrow", "matplotlib")


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [RFM, LIFETIME]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return {type_: {**of_rfm.FIELDS.get(type_, {}), **of_lifetime.FIELDS.get(type_, {})} for type_ in {*of_rfm.FIELDS, *of_lifetime.FIELDS}}


@hook
def filters() -> Iterable[Filter]:
    return (*of_rfm.FILTERS, *of_lifetime.FILTERS)


@hook
def orders() -> Iterable[Order]:
    return of_lifetime.ORDERS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so no value can be worked out: install guanxi[analytics].")
