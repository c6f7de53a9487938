"""What is bought together: frequent itemsets and association rules between products or their categories."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Filter, Problem, Storage, hook
from plugins.rules import fields as contributed
from plugins.rules import keys
from plugins.rules.analysis import ANALYSES
from plugins.rules.limits import Limits
from plugins.rules.models import Tables

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("scipy", "numpy", "pyarrow", "matplotlib", "igraph", "mlxtend", "pandas")


@hook
def settings() -> type[Limits]:
    return Limits


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses(settings: Limits) -> list[Analysis[Any]]:
    return [made(settings) for made in ANALYSES]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return contributed.FIELDS


@hook
def filters() -> Iterable[Filter]:
    return keys.FILTERS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so no rules can be looked for: install guanxi[analytics].")
