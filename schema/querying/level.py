"""A level: the rows of one type that one place of an operation asks for, answered for all parents at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql.execution.values import VariableValues
from sqlalchemy import ColumnElement, FromClause

from schema.context import Context
from schema.errors import RequestError
from schema.permissions import require
from schema.querying.arguments import ArgumentReader
from schema.querying.connection import decode, encode
from schema.querying.databases import Speech
from schema.querying.declare import Link, Narrowing
from schema.querying.entities import Entity
from schema.querying.expired import fetch
from schema.querying.inputs import MOST_CONDITIONS, flatten, structural
from schema.querying.joining import Join
from schema.querying.statement import Statement, Written, write_all, write_count, write_page

DEFAULT_PAGE, LARGEST_PAGE, MOST_ORDERS = 25, 1000, 8
KEPT_STATEMENTS, KEPT_SIZES = 64, 8
Children = Sequence[Any]  # the children's answers by their parents, and at the end the request's context
Build = Callable[[Any, Children], Any]  # (row, the children's answers) -> the row's answer


class Answering(Protocol):
    """What hangs below a level: another level, or a computed field."""

    async def answer(self, context: Context, variables: VariableValues, parents: Iterable[Any]) -> Mapping[Any, Any]: ...


@dataclass
class Level:
    """Filled by the compiler. `base` is the type whose rows are read; `node` the one that filter and order speak of, which is
    another when the rows are edges: then `node_column` leads from the one to the other. Rows belong to a parent by
    `parent_column`, or `through` a table in between; without either the level starts at the root."""

    base: Entity
    node: Entity
    speech: Speech
    parent_column: str | None = None
    node_column: str | None = None
    through: Link | None = None
    columns: dict[tuple[tuple[str, ...], str], int] = field(default_factory=dict)  # (join path, column) -> its place in a row
    joins: dict[tuple[str, ...], Join] = field(default_factory=dict)
    given: dict[str, ArgumentReader] = field(default_factory=dict)  # arguments of joined rows, by what their parameters' names begin with
    children: list[tuple[Answering, int]] = field(default_factory=list)  # and the column that holds its parents
    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    default_order: Sequence[tuple[str, bool]] = ()
    within: Callable[[FromClause], ColumnElement[bool]] | None = None
    cursors: bool = False

    def column(self, path: tuple[str, ...], name: str) -> int:
        """Where in a row this column will be; it is read once, however often it is asked for."""
        return self.columns.setdefault((path, name), len(self.columns))

    def child(self, child: Answering, column: int) -> int:
        self.children.append((child, column))
        return len(self.children) - 1

    @property
    def statements_sent(self) -> int:
        """How many statements a request for it sends, itself included; more than one stands for any number."""
        return 1 + len(self.children)

    def own_columns(self) -> list[str]:
        """The columns of the base row that the answer or a join needs."""
        joined = [name for path, join in self.joins.items() if len(path) == 1 for name in join.reads]
        return list(dict.fromkeys([*[name for path, name in self.columns if not path], *joined]))

    def parameters(self, variables: VariableValues) -> dict[str, Any]:
        """What joined rows are asked for by."""
        return {f"{path}__{name}": value for path, arguments in self.given.items() for name, value in arguments.read(variables).items()}

    async def answer_children(self, context: Context, variables: VariableValues, rows: Iterable[Sequence[Any]]) -> Children:
        rows = list(rows)
        found: list[Any] = [await child.answer(context, variables, dict.fromkeys([row[i] for row in rows if row[i] is not None]))
                            for child, i in self.children]
        return [*found, context]


@dataclass
class Whole(Level):
    """All rows of each parent, without pages: look-ups by id (one row a parent) and short lists."""

    order: str = "id"
    single: bool = False
    build: Build = field(default=lambda row, _: row)
    statements: dict[bool, Statement] = field(default_factory=dict)  # for one parent, and for several

    async def answer(self, context: Context, variables: VariableValues, parents: Iterable[Any]) -> dict[Any, Any]:
        parents = list(parents)
        if not parents:
            return {}
        one = len(parents) == 1
        statement = self.statements.get(one)
        if statement is None:
            statement = self.statements[one] = write_all(self, self.order, one=one)
        values = {"parents": parents, "parent": parents[0]}
        if self.given:
            values |= self.parameters(variables)
        rows = await fetch(context, statement, values)
        children = await self.answer_children(context, variables, rows)
        if self.single:
            return dict.fromkeys(parents) | {row[-1]: self.build(row, children) for row in rows}
        found: dict[Any, list[Any]] = {parent: [] for parent in parents}
        for row in rows:
            found[row[-1]].append(self.build(row, children))
        return found


@dataclass(slots=True)
class PageRequest:
    """A connection's arguments as one request gave them, which may be what every request gives."""

    args: Mapping[str, Any]
    values: Mapping[str, Any]  # parameters by path
    shape: tuple[Any, ...]
    order: str  # what the cursors of this list are stamped with
    size: int
    backwards: bool
    cursor: str | None


@dataclass(slots=True)
class Page:
    """What a connection's parts are made from."""

    rows: Sequence[Sequence[Any]]
    more: bool  # beyond the page, in the direction it was read
    page: PageRequest
    total: int
    groups: Sequence[Any]
    children: Children
    cursor_at: slice

    def cursor(self, row: Sequence[Any]) -> str:
        return encode(self.page.order, row[self.cursor_at])

    @property
    def has_next(self) -> bool:
        return self.page.cursor is not None if self.page.backwards else self.more

    @property
    def has_previous(self) -> bool:
        return self.more if self.page.backwards else self.page.cursor is not None

    @property
    def start_cursor(self) -> str | None:
        return self.cursor(self.rows[0]) if self.rows else None

    @property
    def end_cursor(self) -> str | None:
        return self.cursor(self.rows[-1]) if self.rows else None


@dataclass
class Paged(Level):
    """A connection. Statements are compiled once for each shape of arguments and kept."""

    arguments: ArgumentReader | None = None
    stamp: str = ""  # tells this list's cursors from others'
    more: bool = False
    total: bool = False
    listed: bool = False  # are rows asked for, or only counts?
    groups: list[Answering] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)  # of pages, each with statements of its own
    constant: PageRequest | None = None  # where no variable matters; the level is one viewpoint's
    build: Callable[[Page], Any] = field(default=lambda page: page)
    statements: dict[Any, tuple[Written, Statement | None]] = field(default_factory=dict)

    @property
    def statements_sent(self) -> int:
        return self.listed + self.total + len(self.groups) + len(self.children)

    def request(self, context: Context, variables: VariableValues) -> PageRequest:
        if self.constant is not None:
            return self.constant
        found = self._request(context, variables)
        if self.arguments is None or self.arguments.constant is not None:
            self.constant = found
        return found

    def _request(self, context: Context, variables: VariableValues) -> PageRequest:
        args = {k: v for k, v in (self.arguments.read(variables) if self.arguments else {}).items() if v is not None or k == "where"}
        values = {path: leaf for name in ("where", "orderBy", *self.narrowings) if name in args and args[name] != []
                  for path, leaf in flatten(args[name], name)}
        check_size("where", sum(path.startswith("where") for path in values), MOST_CONDITIONS)
        check_size("orderBy", len(args.get("orderBy", ())), MOST_ORDERS)
        self.authorise(context.caller.permissions, values)
        shape = tuple([(path, leaf) if structural(leaf) else path for path, leaf in values.items()])
        order = ",".join([self.stamp, *[f"{path}={leaf}" for path, leaf in values.items() if path.startswith("orderBy")]])
        size, backwards = page_size(args)
        return PageRequest(args, values, shape, order, size, backwards, args.get("before") if backwards else args.get("after"))

    def authorise(self, permissions: frozenset[str], values: Mapping[str, Any]) -> None:
        """Filtering and sorting by a field needs what reading it needs: both would tell its values."""
        for path in values:
            names = path.split("__")
            keys = self.node.filters if names[0] == "where" else self.node.orders if names[0] == "orderBy" else {}
            for name in names[1:]:
                if name in keys:
                    require(permissions, keys[name].requires)
                    break

    def write(self, page: PageRequest) -> tuple[Written, Statement | None, dict[str, Any]]:
        values = dict(page.values)
        cursor: list[Any] | None = None
        if page.cursor is not None:
            known = next((w for (shape, *_), (w, _) in self.statements.items() if shape == page.shape), None)
            cursor = decode(page.order, page.cursor, (known or write_page(self, page.args, None, page.backwards)).cursor_keys)
            values |= {f"cursor__{i}": value for i, value in enumerate(cursor)}
        wanted = self.rows_wanted(page)
        key = page.shape, page.backwards, cursor and tuple([value is None for value in cursor]), wanted
        if key not in self.statements:
            if len(self.statements) >= KEPT_STATEMENTS:
                self.statements.clear()
                self.sizes.clear()
            self.statements[key] = (write_page(self, page.args, cursor, page.backwards, wanted),
                                    write_count(self, page.args) if self.total else None)
        written, counting = self.statements[key]
        return written, counting, values

    def rows_wanted(self, page: PageRequest) -> int | None:
        """Clients ask for few different sizes, each of which has a statement of its own; beyond those the size is a parameter."""
        wanted = page.size + self.more
        if len(self.sizes) < KEPT_SIZES:
            self.sizes.add(wanted)
        return wanted if wanted in self.sizes else None

    async def answer(self, context: Context, variables: VariableValues, parents: Iterable[Any]) -> dict[Any, Any]:
        parents = list(parents)
        if not parents:
            return {}
        page = self.request(context, variables)
        written, counting, values = self.write(page)
        values |= {"parents": parents, "limit": page.size + self.more, "reporting_currency": context.reporting_currency}
        if self.given:
            values |= self.parameters(variables)
        statement = written.statement
        rows = await fetch(context, statement, values) if self.listed else []
        groups, cut = self._group(rows, page)
        totals: dict[Any, int] = {}
        if counting:
            totals = {parent: n for n, parent in await fetch(context, counting, values)}
        counted = [(await group.answer(context, variables, [page]))[page.shape] for group in self.groups]
        children = await self.answer_children(context, variables, [row for group in groups.values() for row in group])
        at = slice(len(self.columns), -1)
        return {parent: self.build(Page(groups.get(parent, ()), parent in cut, page, totals.get(parent, 0), counted, children, at))
                for parent in parents}

    def _group(self, rows: list[tuple[Any, ...]], page: PageRequest) -> tuple[dict[Any, list[Any]], set[Any]]:
        """Each parent's rows, cut to the page and in the list's order; and the parents that have more."""
        groups: dict[Any, list[Any]] = {}
        if self.parent_column is None and self.through is None:
            groups[None] = rows
        else:
            for row in rows:
                groups.setdefault(row[-1], []).append(row)
        cut = {parent for parent, group in groups.items() if len(group) > page.size}
        for parent in cut:
            del groups[parent][page.size:]
        if page.backwards:
            for group in groups.values():
                group.reverse()
        return groups, cut


def check_size(name: str, given: int, most: int) -> None:
    if given > most:
        raise RequestError("BAD_USER_INPUT", "too_many", name=name, most=most, given=given)


def page_size(args: Mapping[str, Any]) -> tuple[int, bool]:
    """(rows, read backwards?). SQLite would read a negative limit as none at all, so bounds are checked here."""
    backwards = args.get("last") is not None or args.get("before") is not None
    if backwards and (args.get("first") is not None or args.get("after") is not None):
        raise RequestError("BAD_USER_INPUT", "page_ways")
    name = "last" if backwards else "first"
    size = DEFAULT_PAGE if args.get(name) is None else args[name]
    if not 1 <= size <= LARGEST_PAGE:
        raise RequestError("BAD_USER_INPUT", "page_size", name=name, least=1, most=LARGEST_PAGE)
    return size, backwards
