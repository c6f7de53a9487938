"""What an inquiry is: a short computation that a query waits for, such as a path between two customers.

It is answered by a process of its own that stays warm from one inquiry to the next. Everything here is light enough for the process
that answers queries.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from schema.analyses.contract import Snapshot


class Desk(Protocol):
    """What an inquiry is answered with."""

    language: str  # "en" or "zh", as the caller asked

    @property
    def snapshot(self) -> Snapshot:
        """The data as it is now, read again only when it was changed since; the same object for as long as it stays the same, unless
        customers were selected. It has the tables that the inquiry needs. Raises LookupError for an inquiry that needs none."""

    def draw(self, title: str, figure: Callable[[], Any]) -> dict[str, str]:
        """Keeps the matplotlib Figure that `figure()` makes, in the house style, as SVG and PNG for a while: paths for `file_address`
        by format, "svg" and "png". The same data and the same question find the files of that title again, and `figure` is not
        called. Raises `InvalidParameters` in words for a picture that is too large or takes too long."""

    def write(self, ending: str, content: Callable[[], bytes]) -> str:
        """Keeps a file for a while, one of each ending; `ending` is "gexf" or "graphml". The path, as above."""


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """One kind of question that a plugin answers in the warm process.

    `answer(desk, given)` is given what the resolver gave to `inquire`, which is JSON, and returns JSON. It is pure but for files it
    keeps, imports its libraries itself, and raises `InvalidParameters` or `InsufficientData` in words. It must end within seconds.
    """

    name: str  # camelCase, unique within the plugin
    answer: Callable[[Desk, Mapping[str, Any]], Any]
    needs: tuple[str, ...] = ()  # tables of the snapshot; none: it has no snapshot


@dataclass(frozen=True)
class Question:
    """What one query wants to know. `given` is JSON; `where` holds filters of Customer as graphql-core coerced them, None for
    everybody; `as_of` is the moment for which ties hold, None for now; `features` are those that the snapshot is to know."""

    plugin: str
    inquiry: str
    given: Mapping[str, Any]
    where: Mapping[str, Any] | None = None
    as_of: datetime.datetime | None = None
    features: Sequence[str] = ()
