"""What a compiled operation is made of, for either of the two ways to finish it.

A level's rows become objects that graphql-core completes (querying/objects.py), or dicts that are sent as they are (querying/dicts.py).
The compiler puts both together from the same few parts; only the finisher knows what a part is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Column, Dialect
from sqlalchemy.types import TypeEngine

from schema.context import Context

Part = Any  # a closure, or a piece of source


class Aside(Exception):
    """The dicts cannot be made, for whatever reason: graphql-core answers, or says what is wrong."""


class Finisher(Protocol):
    """Makes the parts of an answer from a row, and puts them together."""

    wire: bool  # whether values leave in the form that is sent

    def value(self, index: int, column: Column[Any], type_: Any, dialect: Dialect, *, present: bool) -> Part:
        """A column; `type_` is the field's GraphQL type, None where the Python value is wanted. `present`: its row is there for sure."""

    def opaque(self, index: int, code: str) -> Part: ...

    def derived(self, function: Callable[..., Any], parts: Sequence[Part]) -> Part: ...

    def first_of(self, indexes: Sequence[int], type_: Any) -> Part:
        """The first column that says something."""

    def constant(self, what: Any) -> Part: ...

    def undeclared(self) -> Part:
        """A field that its own resolver answers."""

    def unless_null(self, index: int, part: Part) -> Part: ...

    def choice(self, index: int, stored: TypeEngine[Any], dialect: Dialect, parts: Mapping[Any, Part], otherwise: Part) -> Part:
        """By the value of a column, which is `stored` so."""

    def below(self, child: int, index: int, missing: Callable[[], Any]) -> Part:
        """What a child level or a computed field answered for this row."""

    def completed(self, part: Part, complete: Callable[[Any, Context], Any]) -> Part:
        """A value that plain Python made, in the form that is sent."""

    def row(self, cls: type, parts: Mapping[str, Part]) -> Part:
        """An object by response keys."""

    # -- of a page --
    def nodes(self, part: Part) -> Part: ...

    def edges(self, cls: type, parts: Mapping[str, Part | None]) -> Part:
        """Edges; the part that is None is the cursor, which needs the page."""

    def whole(self, cls: type, parts: Mapping[str, Part]) -> Part: ...

    def page_info(self, name: str) -> Part: ...

    def total(self) -> Part: ...

    def groups(self, index: int) -> Part: ...

    def page_constant(self, what: Any) -> Part: ...

    # -- done --
    def build_row(self, part: Part) -> Callable[..., Any]:
        """(row, the children's answers) -> the row's answer."""

    def build_page(self, part: Part) -> Callable[..., Any]:
        """`Page` -> the connection's answer."""
