"""What to offer a customer next, and who is like them: from purchases, relationships and what is popular, with reasons."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Problem, Storage, hook
from plugins.recommend.analysis import recommendation
from plugins.recommend.fields import FIELDS
from plugins.recommend.limits import Limits
from plugins.recommend.models import Tables

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("scipy", "numpy", "pyarrow", "matplotlib")


@hook
def settings() -> type[Limits]:
    return Limits


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses(settings: Limits) -> list[Analysis[Any]]:
    return [recommendation(settings)]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return FIELDS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so nothing can be recommended: install guanxi[analytics].")
