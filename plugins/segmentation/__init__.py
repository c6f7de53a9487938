"""Which customers are alike: groups by what they buy, when and for how much, and trees that say what makes the difference."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Feature, Filter, Inquiry, Order, Problem, Storage, hook
from plugins.segmentation import fields as of_customers
from plugins.segmentation import segments
from plugins.segmentation.analysis import segmentation
from plugins.segmentation.assigning import INQUIRIES
from plugins.segmentation.features.catalogue import FEATURES
from plugins.segmentation.limits import Limits
from plugins.segmentation.models import Tables

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("sklearn", "scipy", "numpy", "pyarrow", "matplotlib")


@hook
def settings() -> type[Limits]:
    return Limits


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses(settings: Limits) -> list[Analysis[Any]]:
    return [segmentation(settings)]


@hook
def inquiries() -> Iterable[Inquiry]:
    return INQUIRIES


@hook
def features() -> Iterable[Feature]:
    return FEATURES


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
            yield Problem(f"The library {library} is missing, so no customers can be put into groups: install guanxi[analytics].")
