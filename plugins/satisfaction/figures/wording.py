"""Texts that a run keeps in both languages, and figures that several types share."""

from collections.abc import Mapping
from typing import Any

import strawberry

Info = strawberry.Info[Any, None]
Words = strawberry.Private[Mapping[str, str]]


def worded(name: str, description: str) -> Any:
    """A text that the run keeps in both languages, under the attribute `name`."""

    def text(root: Any, info: Info) -> str:
        found: str = getattr(root, name)[info.context.language]
        return found

    return strawberry.field(resolver=text, description=description)


def levels(found: Mapping[str, Any]) -> dict[str, Any]:
    """The names that figures of a mean have in the API."""
    return {"responses": found["responses"], "mean": found["mean"], "standard_deviation": found["deviation"], "mean_lower": found["low"],
            "mean_upper": found["high"]}
