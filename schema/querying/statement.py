"""One level as one SQL statement, whatever the number of parents.

A page is chosen first (filter, order, limit); then what the answer needs is joined to its few rows. PostgreSQL does this by
LATERAL, SQLite by a correlated IN, which can stop early where a window function reads everything. MariaDB has neither, and numbers
all rows of the parents.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    FromClause,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from schema.errors import RequestError
from schema.ids import OpaqueId
from schema.querying.connection import CursorKey
from schema.querying.entities import Filter, Order
from schema.querying.failing import PluginError, tell
from schema.querying.inputs import Operand, SortDirection
from schema.querying.keyset import SortKey, beyond, in_turn

if TYPE_CHECKING:
    from schema.querying.level import Level

Processor = Callable[[Any], Any] | None


def reader(type_: TypeEngine[Any], dialect: Dialect) -> Processor:
    """From the driver's value to Python's."""
    if isinstance(type_, JSON) and dialect.name == "postgresql":
        return None  # the driver has read it already
    return type_.dialect_impl(dialect).result_processor(dialect, None)


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: tuple[tuple[str, Processor, Any], ...]  # name, conversion, value when the request gives none
    runs: tuple[int, ...] = ()  # which parameters name a run to answer from

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([process(values.get(name, default)) if process else values.get(name, default) for name, process,
                      default in self.parameters])


def finish(query: Any, dialect: Dialect) -> Statement:
    compiled = query.compile(dialect=dialect)
    binds = compiled.binds
    assert not compiled.post_compile_params, "a list belongs into Speech.members: column.in_([...]) is written anew for every execution"
    names = compiled.positiontup or []
    # several parameters may be made of one value: what follows the tilde tells them apart
    return Statement(str(compiled),
                     tuple([(name.partition("~")[0], binds[name].type.dialect_impl(dialect).bind_processor(dialect), binds[name].value)
                                           for name in names]),
                     tuple([place for place, name in enumerate(names) if names_run(binds[name].type)]))


def names_run(type_: TypeEngine[Any]) -> bool:
    return isinstance(type_, OpaqueId) and type_.type_name == "AnalysisRun"


class Scope:
    """The rows that a level chooses from, under one alias, with what its filter and order need."""

    def __init__(self, level: "Level", name: str):
        self.level, self._name = level, name
        self.source: FromClause = level.base.table.alias(name)
        # when the level's rows are edges, filter and order speak of the nodes they lead to
        self.node: FromClause = level.node.table.alias(f"{name}_node") if level.node_column else self.source
        self._beside: dict[Hashable, tuple[FromClause, ColumnElement[bool]]] = {}  # rows that keys speak of, and what joins them

    def tree(self, clauses: Iterable[ColumnElement[Any]], onto: Any = None) -> Any:
        """The rows (or what they were joined `onto`), with the nodes and the rows beside them that these clauses speak of."""
        column, rows = self.level.node_column, self.source if onto is None else onto
        spoken = {id(getattr(part, "table", None)) for clause in clauses for part in visitors.iterate(clause)}
        beside = [(there, on) for there, on in self._beside.values() if id(there) in spoken]
        if column is not None and (beside or id(self.node) in spoken):
            rows = rows.join(self.node, self.source.c[column] == self.node.c.id)
        for there, on in beside:
            rows = rows.outerjoin(there, on)
        return rows

    def speaks_of(self, key: Filter | Order, operand: Operand) -> FromClause:
        """The row that a key's function is given."""
        if key.beside is None:
            return self.node
        place = key.beside.place(operand)
        if place not in self._beside:
            there = key.beside.table.alias(f"{self._name}_{len(self._beside)}")
            self._beside[place] = there, key.beside.match(self.node, there, operand)
        return self._beside[place][0]

    def belongs(self, parents: Any) -> ColumnElement[bool]:
        """The rows of the level that belong to the parent in hand."""
        link = self.level.through
        if link is None:
            own: ColumnElement[bool] = self.source.c[self.level.parent_column or ""] == parents.c.value
            return own
        rows = link.table.alias("link")
        return self.source.c.id.in_(select(rows.c[link.child]).where(rows.c[link.parent] == parents.c.value).correlate(parents))

    def operand(self, path: str, value: Any) -> Operand:
        return Operand(path, value, self.level.speech.members)

    def condition(self, where: Mapping[str, Any], path: str) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = []
        for name, value in where.items():
            here = f"{path}__{name}"
            if name in ("and", "or"):
                parts.append((and_ if name == "and" else or_)(*[self.condition(w, f"{here}__{i}") for i, w in enumerate(value)]))
            elif name == "not":
                parts.append(not_(func.coalesce(self.condition(value, here), False)))
            else:
                key = self.level.node.filters[name]
                parts.append(self.asked(key, key.condition, self.operand(here, value)))
        return and_(*parts)

    def conditions(self, args: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        found = [self.level.within(self.node)] if self.level.within else []
        if args.get("where"):
            found.append(self.condition(args["where"], "where"))
        for name, narrowing in self.level.narrowings.items():
            if args.get(name) is not None:
                found.append(narrowing.condition(self.source, self.node, self.operand(name, args[name])))
        return found

    def asked(self, key: Filter | Order, expression: Callable[..., Any], operand: Operand) -> Any:
        """What a key stands for in SQL. A plugin's function that fails is named."""
        try:
            return expression(self.speaks_of(key, operand), operand)
        except RequestError:
            raise
        except Exception as error:
            if key.plugin is None:
                raise
            tell(key.plugin, f"{key.on.__name__}'s key {key.name}", error)
            raise PluginError(key.plugin) from error

    def keys(self, orders: Sequence[Mapping[str, Any]]) -> list[SortKey]:
        found = []
        for index, item in enumerate(orders):
            (name, value), = item.items()
            order = self.level.node.orders[name]
            way = value["direction"] if isinstance(value, Mapping) else value
            expression = self.asked(order, order.expression, self.operand(f"orderBy__{index}__{name}", value))
            found.append(SortKey(expression, way is SortDirection.DESC, order.nullable, beside=order.beside is not None))
        if not found:
            table = self.level.node.table
            found = [SortKey(self.node.c[name], descending, bool(table.c[name].nullable)) for name, descending in self.level.default_order]
        descending = bool(found) and found[-1].descending  # in the same direction one index serves both
        own = self.level.base.identifying(self.level.parent_column)
        return [*found, *[SortKey(self.source.c[name], descending, False) for name in own]]


@dataclass(frozen=True)
class Written:
    """A page's statement, and what its cursors hold."""

    statement: Statement
    cursor_keys: tuple[CursorKey, ...]


def write_page(level: "Level", args: Mapping[str, Any], cursor: Sequence[Any] | None, backwards: bool,
               rows_wanted: int | None = None) -> Written:
    """`rows_wanted` of each parent as part of the text: PostgreSQL plans a page whose size is a parameter anew each time. None: as the
    parameter `limit`."""
    inside = Scope(level, "t")
    keys = inside.keys(args.get("orderBy") or [])
    conditions = inside.conditions(args)
    limit: Any = bindparam("limit", type_=BigInteger()) if rows_wanted is None else literal_column(str(int(rows_wanted)))
    rows = inside.tree([*conditions, *[key.expression for key in keys]])
    root = level.parent_column is None and level.through is None

    def chosen(columns: Sequence[Any], *more: Any, by: Sequence[SortKey] = keys, after: Sequence[Any] | None = cursor) -> Any:
        order = [key.direction(key.expression, backwards) for key in by]
        start = [beyond(by, after, backwards, first=len(keys) - len(by), as_rows=not level.speech.ranked)] if after is not None else []
        return select(*columns).select_from(rows).where(*conditions, *start, *more).order_by(*order).limit(limit)

    cursor_keys = tuple([CursorKey(key.expression.type.python_type, key.nullable) for key in keys])
    labelled = [key.expression.label(f"k{i}") for i, key in enumerate(keys)]
    if root and not level.joins and not keys[0].beside:  # the rows of the page are the answer
        return Written(finish(chosen([*answers(level, {(): inside.source}), *(labelled if level.cursors else ()), null()]),
                              level.speech.dialect), cursor_keys)
    whole = [*[inside.source.c[name] for name in level.own_columns()], *labelled]
    parent: Any = null()
    if root and keys[0].beside:
        page = union_all(*[select(part.subquery()) for part in in_turn(keys, cursor, backwards, partial(chosen, whole))]).limit(
            limit).subquery("p")
        tree: Any = page
    elif root:
        page = chosen(whole).subquery("p")
        tree = page
    else:
        parents = level.speech.rows("parents")
        parent = parents.c.value
        here = inside.belongs(parents)
        if level.speech.lateral:
            page = chosen(whole, here).lateral("p")
            tree = parents.join(page, true())
        elif level.speech.ranked:
            start = [beyond(keys, cursor, backwards, as_rows=False)] if cursor is not None else []
            ranked = select(*whole, parent.label("of_parent"), func.row_number().over(
                partition_by=parent, order_by=[key.direction(key.expression, backwards) for key in keys]).label("in_turn"))
            numbered = ranked.select_from(parents, rows).where(here, *conditions, *start).subquery("numbered")
            tree = page = select(numbered).where(numbered.c.in_turn <= limit).subquery("p")
            parent = page.c.of_parent
        else:
            own = level.base.identifying(level.parent_column)
            rows_of = chosen([inside.source.c[name] for name in own], here).correlate(parents)
            page, tree, keys = _correlated(level, args, parents, own, rows_of)
    tree, aliases = joined(level, tree, page)
    at = [page.c.get(f"k{i}", key.expression) for i, key in enumerate(keys)]
    values = at if level.cursors else []
    order = [key.direction(a, backwards) for key, a in zip(keys, at, strict=True)]
    query = select(*answers(level, aliases), *values, parent).select_from(tree).order_by(*order)
    return Written(finish(query, level.speech.dialect), cursor_keys)


def _correlated(level: "Level", args: Mapping[str, Any], parents: Any, own: Sequence[str],
                chosen: Any) -> tuple[Any, Any, list[SortKey]]:
    """SQLite has no LATERAL, but a correlated IN with a limit reads no more than a page a parent."""
    outside = Scope(level, "p")
    page = outside.source
    row: Any = page.c[own[0]] if len(own) == 1 else tuple_(*[page.c[name] for name in own])
    match: ColumnElement[bool] = row.in_(chosen)
    if len(level.base.composite) > 1:
        match = and_(page.c[level.parent_column or ""] == parents.c.value, match)
    keys = outside.keys(args.get("orderBy") or [])
    return page, outside.tree([key.expression for key in keys], parents.join(page, match)), keys


def write_all(level: "Level", order: str, *, one: bool) -> Statement:
    """Every row of `one` parent, of some parents, or of the table: look-ups by id and lists without pages."""
    page = level.base.table.alias("p")
    tree, aliases = joined(level, page, page)
    parent: Any = null() if level.parent_column is None else page.c[level.parent_column]
    query = select(*answers(level, aliases), parent).select_from(tree)
    if level.parent_column is not None:
        query = query.where(parent == bindparam("parent", type_=BigInteger()) if one else level.speech.among(parent, "parents"))
    if order != level.parent_column:
        query = query.order_by(page.c[order], page.c[level.base.key])
    return finish(query, level.speech.dialect)


def joined(level: "Level", tree: Any, page: Any) -> tuple[Any, dict[tuple[str, ...], Any]]:
    """The page with the rows that its foreign keys point at."""
    aliases: dict[tuple[str, ...], Any] = {(): page}
    for path, join in level.joins.items():
        there = aliases[path] = join.table.alias(f"j{len(aliases)}")
        tree = tree.outerjoin(there, join.on(aliases[path[:-1]], there))
    return tree, aliases


def answers(level: "Level", aliases: Mapping[tuple[str, ...], Any]) -> list[Any]:
    return [aliases[path].c[name].label(f"c{i}") for i, (path, name) in enumerate(level.columns)]


def write_count(level: "Level", args: Mapping[str, Any]) -> Statement:
    """(count, parent) for each parent that has any."""
    scope = Scope(level, "t")
    conditions = scope.conditions(args)
    tree: Any = scope.tree(conditions)
    by: Any = scope.source.c[level.parent_column] if level.parent_column else None
    if level.through:
        links = level.through.table.alias("link")
        tree, by = tree.join(links, links.c[level.through.child] == scope.source.c.id), links.c[level.through.parent]
    rows = func.count(scope.source.c.id.distinct()) if level.through else func.count()
    query = select(rows, null() if by is None else by).select_from(tree).where(*conditions)
    if by is not None:
        query = query.where(level.speech.among(by, "parents")).group_by(by)
    return finish(query, level.speech.dialect)
