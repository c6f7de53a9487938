"""How likely each customer buys again soon."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Customer, Filter, Order, Problem, Storage, hook, score
from guanxi_returning.analysis import RETURNING, SLOT
from guanxi_returning.models import ScoreRow, Tables

REQUIRES_API = ">=1.0,<2"
SCORE = score(ScoreRow, analysis="returning", slot=SLOT, requires=["commerce.read"], description=(
    "How likely the customer buys again within the days that the run looks ahead, from 0 to 1."))


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [RETURNING]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return {Customer: {"return_probability": SCORE.field}}


@hook
def filters() -> Iterable[Filter]:
    return [SCORE.filter("returnProbability", "By how likely the customer buys again soon.")]


@hook
def orders() -> Iterable[Order]:
    return [SCORE.order("returnProbability", "By how likely the customer buys again soon.")]


@hook
def check() -> Iterator[Problem]:
    for library in ("numpy", "pyarrow", "statsmodels", "matplotlib"):
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so nothing can be computed: install guanxi[analytics].")
