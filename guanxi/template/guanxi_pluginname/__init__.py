"""How overdue the next purchase of each customer is: what Guanxi asks this plugin, and nothing heavy."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Customer, Filter, Order, Problem, Storage, hook, score

from guanxi_pluginname.analysis import SLOT, analysis
from guanxi_pluginname.models import ScoreRow, Tables
from guanxi_pluginname.settings import Settings

REQUIRES_API = ">=1.0,<2"
SCORE = score(ScoreRow, analysis="pluginname", slot=SLOT, requires=["commerce.read"], description=(
    "How overdue the next purchase is: days since the last one, divided by the days that usually pass between two; above 1 is late."))


@hook
def settings() -> type[Settings]:
    return Settings


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses(settings: Settings) -> list[Analysis[Any]]:
    return [analysis(settings)]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return {Customer: {"pluginname": SCORE.field}}


@hook
def filters() -> Iterable[Filter]:
    return [SCORE.filter("pluginname", "By how overdue the next purchase is.")]


@hook
def orders() -> Iterable[Order]:
    return [SCORE.order("pluginname", "By how overdue the next purchase is.")]


@hook
def check() -> Iterator[Problem]:
    for library in ("numpy", "pyarrow", "matplotlib"):
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so nothing can be computed: install guanxi[analytics].")
