"""How rows become dicts that are sent as they are: source text put together and compiled once, when an operation is.

The text holds response keys, which are GraphQL names, numbers, and names of our own; whatever else it needs stands under such a
name in the function's globals. Nothing of a request's values is ever part of it.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import is_non_null_type
from sqlalchemy import Column, Dialect, Enum
from sqlalchemy.types import TypeEngine

from schema.context import Context
from schema.querying.failing import Withheld
from schema.querying.finishing import Aside
from schema.querying.statement import reader
from schema.querying.wire import CALLED, Wired, by_stored, wired

PAGE_INFO = {"hasNextPage": "P.has_next", "hasPreviousPage": "P.has_previous", "startCursor": "P.start_cursor", "endCursor": "P.end_cursor"}


class Dicts:
    """A `Finisher` whose parts are Python expressions: `r` is a row, `C` the children's answers, `P` the page, `R` its rows."""

    wire = True

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"UTC": datetime.UTC}

    def name(self, what: Any) -> str:
        found = f"v{len(self._names)}"
        self._names[found] = what
        return found

    def value(self, index: int, column: Column[Any], type_: Any, dialect: Dialect, *, present: bool) -> str:
        process = reader(column.type, dialect)
        if type_ is None:
            wire = Wired(CALLED, process) if process else Wired()
        else:
            wire = wired(column, process, type_, dialect, present=present)
        return wire.source.format(v=f"r[{index}]", f=self.name(wire.function) if wire.function else "")

    def opaque(self, index: int, code: str) -> str:
        return f'f"{code}_{{r[{index}]}}"'

    def derived(self, function: Callable[..., Any], parts: Sequence[str]) -> str:
        return f"{self.name(function)}({', '.join(parts)})"

    def first_of(self, indexes: Sequence[int], type_: Any) -> str:
        found = " or ".join([f"r[{i}]" for i in indexes])
        return f"({found} or {self.name(absent(type_))}())"

    def constant(self, what: Any) -> str:
        if isinstance(what, Withheld):
            raise Aside
        return repr(what) if what is None or isinstance(what, str) else self.name(what)

    def undeclared(self) -> str:
        raise Aside

    def unless_null(self, index: int, part: str) -> str:
        return f"(None if r[{index}] is None else {part})"

    def choice(self, index: int, stored: TypeEngine[Any], dialect: Dialect, parts: Mapping[Any, str], otherwise: str) -> str:
        builds, other = {value: self.build_row(part) for value, part in parts.items()}, self.build_row(otherwise)
        if isinstance(stored, Enum):
            builds = by_stored(stored, dialect, lambda member: builds.get(member, other))
        which, process = f"r[{index}]", None if isinstance(stored, Enum) else reader(stored, dialect)
        return f"{self.name(builds)}.get({f'{self.name(process)}({which})' if process else which}, {self.name(other)})(r, C)"

    def below(self, child: int, index: int, missing: Callable[[], Any]) -> str:
        return f"C[{child}].get(r[{index}], {'[]' if missing is list else 'None'})"

    def completed(self, part: str, complete: Callable[[Any, Context], Any]) -> str:
        return f"{self.name(complete)}({part}, C[-1])"

    def row(self, _cls: type, parts: Mapping[str, str]) -> str:
        return "{" + ", ".join([f"{key!r}: {part}" for key, part in parts.items()]) + "}"

    def nodes(self, part: str) -> str:
        return f"[{part} for r in R]"

    def edges(self, cls: type, parts: Mapping[str, str | None]) -> str:
        return self.nodes(self.row(cls, {key: part or "P.cursor(r)" for key, part in parts.items()}))

    def whole(self, cls: type, parts: Mapping[str, str]) -> str:
        return self.row(cls, parts)

    def page_info(self, name: str) -> str:
        return PAGE_INFO[name]

    def total(self) -> str:
        return "P.total"

    def groups(self, index: int) -> str:
        return f"P.groups[{index}]"

    def page_constant(self, what: Any) -> str:
        return self.constant(what)

    def build_row(self, part: str) -> Callable[..., Any]:
        return self._compiled(f"lambda r, C: {part}")

    def build_page(self, part: str) -> Callable[..., Any]:
        return self._compiled(f"lambda P: (lambda P, R, C: {part})(P, P.rows, P.children)")

    def _compiled(self, source: str) -> Callable[..., Any]:
        found: Callable[..., Any] = eval(source, self._names)  # noqa: S307  (our own text, see above)
        return found


def absent(type_: Any) -> Callable[[], None]:
    """What an empty value becomes: null, where the type allows it."""
    def refuse() -> None:
        raise Aside

    return refuse if is_non_null_type(type_) else lambda: None
