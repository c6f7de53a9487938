"""What comes next: sales, pieces, prices and orders in the days, weeks or months ahead, in all and of each customer, product or segment."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Filter, Order, Problem, Storage, hook
from plugins.forecast.analysis import FORECAST
from plugins.forecast.fields import FIELDS
from plugins.forecast.models import Tables
from plugins.forecast.next_purchase import fields as of_next_purchases
from plugins.forecast.next_purchase.analysis import NEXT_PURCHASE

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("statsmodels", "sklearn", "scipy", "numpy", "pyarrow", "matplotlib")


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [FORECAST, NEXT_PURCHASE]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    more = of_next_purchases.FIELDS
    return {type_: {**FIELDS.get(type_, {}), **more.get(type_, {})} for type_ in {*FIELDS, *more}}


@hook
def filters() -> Iterable[Filter]:
    return of_next_purchases.FILTERS


@hook
def orders() -> Iterable[Order]:
    return of_next_purchases.ORDERS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so nothing can be forecast: install guanxi[analytics].")
