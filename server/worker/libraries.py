"""What is said when a library is not installed without which nothing can be computed. Needs none itself."""

from importlib.util import find_spec
from typing import Any

from schema.messages import say

MISSING = "LIBRARY_MISSING"


def missing_library(error: BaseException | None) -> str | None:
    """The library that is not there, when an import failed for that; None when something else is wrong."""
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return name if name and find_spec(name) is None else None


def told(library: str, plugin: str, language: str) -> dict[str, Any]:
    """The last word of a run, or an answer to a question."""
    return {"code": MISSING, "library": library, "message": say("library_missing", language, library=library, plugin=plugin)}
