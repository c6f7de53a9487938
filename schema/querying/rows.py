"""How rows become objects for graphql-core: small functions put together once, when an operation is compiled."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schema.errors import RequestError
from schema.querying.level import Build, Children, Page

ANSWERS = "answers_"  # where an object keeps its answers, by response key


class Forbidden:
    """Stands where a value would be that the caller may not see; the field's resolver turns it into an error."""

    def __init__(self, permissions: Sequence[str]):
        self.permissions = ", ".join(permissions)

    def error(self) -> RequestError:
        return RequestError("FORBIDDEN", "forbidden", permissions=self.permissions)


def answered(cls: type, parts: Mapping[str, Build]) -> Build:
    """An instance of the Strawberry class that holds its answers."""
    items = tuple(parts.items())

    def build(row: Any, children: Children) -> Any:
        made: Any = object.__new__(cls)
        made.__dict__[ANSWERS] = {key: part(row, children) for key, part in items}
        return made

    return build


def value(index: int, process: Callable[[Any], Any] | None) -> Build:
    if process is None:
        return lambda row, _: row[index]
    return lambda row, _: process(row[index])


def opaque(index: int, code: str) -> Build:
    return lambda row, _: f"{code}_{row[index]}"


def derived(function: Callable[..., Any], parts: Sequence[Build]) -> Build:
    return lambda row, children: function(*[part(row, children) for part in parts])


def first_of(indexes: Sequence[int]) -> Build:
    """The first column that says something."""
    return lambda row, _: next((row[i] for i in indexes if row[i]), None)


def constant(what: Any) -> Build:
    return lambda _row, _children: what


def unless_null(index: int, build: Build) -> Build:
    return lambda row, children: None if row[index] is None else build(row, children)


def choice(index: int, process: Callable[[Any], Any] | None, builds: Mapping[Any, Build]) -> Build:
    def build(row: Any, children: Children) -> Any:
        chosen = builds.get(process(row[index]) if process else row[index])
        return chosen(row, children) if chosen else None

    return build


def below(child: int, index: int, missing: Callable[[], Any]) -> Build:
    """What a child level or a computed field answered for this row."""
    return lambda row, children: children[child].get(row[index], missing()) if row[index] is not None else missing()


PAGE_INFO: dict[str, Callable[[Page], Any]] = {
    "hasNextPage": lambda p: p.page.cursor is not None if p.page.backwards else p.more,
    "hasPreviousPage": lambda p: p.more if p.page.backwards else p.page.cursor is not None,
    "startCursor": lambda p: p.cursor(p.rows[0]) if p.rows else None,
    "endCursor": lambda p: p.cursor(p.rows[-1]) if p.rows else None,
}


def nodes(build: Build) -> Callable[[Page], Any]:
    return lambda page: [build(row, page.children) for row in page.rows]


def edges(cls: type, parts: Mapping[str, Build | None]) -> Callable[[Page], Any]:
    """Edges; the part that is None is the cursor, which needs the page."""
    items = tuple(parts.items())

    def build(page: Page) -> list[Any]:
        found = []
        for row in page.rows:
            made: Any = object.__new__(cls)
            made.__dict__[ANSWERS] = {key: part(row, page.children) if part else page.cursor(row) for key, part in items}
            found.append(made)
        return found

    return build


def whole(parts: Mapping[str, Callable[[Page], Any]], cls: type) -> Callable[[Page], Any]:
    items = tuple(parts.items())

    def build(page: Page) -> Any:
        made: Any = object.__new__(cls)
        made.__dict__[ANSWERS] = {key: part(page) for key, part in items}
        return made

    return build
