"""How rows become objects for graphql-core: small functions put together once, when an operation is compiled."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Dialect
from sqlalchemy.types import TypeEngine

from schema.context import Context
from schema.querying.level import Build, Page
from schema.querying.statement import reader

ANSWERS = "answers_"  # where an object keeps its answers, by response key
OfPage = Callable[[Page], Any]

PAGE_INFO: dict[str, OfPage] = {
    "hasNextPage": lambda p: p.has_next, "hasPreviousPage": lambda p: p.has_previous,
    "startCursor": lambda p: p.start_cursor, "endCursor": lambda p: p.end_cursor,
}


def instance(cls: type, answers: Mapping[str, Any]) -> Any:
    """An instance of the Strawberry class that holds its answers."""
    made: Any = object.__new__(cls)
    made.__dict__[ANSWERS] = answers
    return made


class Objects:
    """A `Finisher` whose parts are functions of a row and its children's answers, or of a page."""

    wire = False

    def value(self, index: int, column: Column[Any], _type: Any, dialect: Dialect, *, present: bool) -> Build:
        process = reader(column.type, dialect)
        if process is None:
            return lambda row, _: row[index]
        return lambda row, _: process(row[index])

    def opaque(self, index: int, code: str) -> Build:
        return lambda row, _: f"{code}_{row[index]}"

    def derived(self, function: Callable[..., Any], parts: Sequence[Build]) -> Build:
        return lambda row, children: function(*[part(row, children) for part in parts])

    def first_of(self, indexes: Sequence[int], _type: Any) -> Build:
        return lambda row, _: next((row[i] for i in indexes if row[i]), None)

    def constant(self, what: Any) -> Build:
        return lambda _row, _children: what

    def undeclared(self) -> Build:
        return self.constant(None)  # what its resolver reads is none of the plan's business

    def unless_null(self, index: int, part: Build) -> Build:
        return lambda row, children: None if row[index] is None else part(row, children)

    def choice(self, index: int, stored: TypeEngine[Any], dialect: Dialect, parts: Mapping[Any, Build], otherwise: Build) -> Build:
        process = reader(stored, dialect)
        return lambda row, children: parts.get(process(row[index]) if process else row[index], otherwise)(row, children)

    def below(self, child: int, index: int, missing: Callable[[], Any]) -> Build:
        return lambda row, children: children[child].get(row[index], missing()) if row[index] is not None else missing()

    def completed(self, part: Build, _complete: Callable[[Any, Context], Any]) -> Build:
        return part

    def row(self, cls: type, parts: Mapping[str, Build]) -> Build:
        items = tuple(parts.items())
        return lambda row, children: instance(cls, {key: part(row, children) for key, part in items})

    def nodes(self, part: Build) -> OfPage:
        return lambda page: [part(row, page.children) for row in page.rows]

    def edges(self, cls: type, parts: Mapping[str, Build | None]) -> OfPage:
        items = tuple(parts.items())
        return lambda page: [instance(cls, {key: part(row, page.children) if part else page.cursor(row) for key, part in items})
                             for row in page.rows]

    def whole(self, cls: type, parts: Mapping[str, OfPage]) -> OfPage:
        items = tuple(parts.items())
        return lambda page: instance(cls, {key: part(page) for key, part in items})

    def page_info(self, name: str) -> OfPage:
        return PAGE_INFO[name]

    def total(self) -> OfPage:
        return lambda page: page.total

    def groups(self, index: int) -> OfPage:
        return lambda page: page.groups[index]

    def page_constant(self, what: Any) -> OfPage:
        return lambda _: what

    def build_row(self, part: Build) -> Build:
        return part

    def build_page(self, part: OfPage) -> OfPage:
        return part
