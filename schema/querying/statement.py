"""One level as one SQL statement, whatever the number of parents.

A page is chosen first (filter, order, limit); then what the answer needs is joined to its few rows. PostgreSQL does this by
LATERAL, SQLite by a correlated IN, which can stop early where a window function reads everything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Dialect, FromClause, and_, bindparam, func, not_, null, or_, select, true, tuple_
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from schema.querying.connection import CursorKey
from schema.querying.inputs import Operand, SortDirection

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

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([process(values.get(name, default)) if process else values.get(name, default) for name, process,
                      default in self.parameters])


def finish(query: Any, dialect: Dialect) -> Statement:
    compiled = query.compile(dialect=dialect)
    binds = compiled.binds
    assert not compiled.post_compile_params, "a list belongs into Speech.members: column.in_([...]) is written anew for every execution"
    # several parameters may be made of one value: what follows the tilde tells them apart
    return Statement(str(compiled),
                     tuple([(name.partition("~")[0], binds[name].type.dialect_impl(dialect).bind_processor(dialect), binds[name].value)
                                           for name in compiled.positiontup or []]))


@dataclass(frozen=True)
class SortKey:
    expression: ColumnElement[Any]
    descending: bool
    nullable: bool

    def direction(self, at: ColumnElement[Any], backwards: bool) -> ColumnElement[Any]:
        """NULLs come last in both directions, on every database; first when the list is read backwards."""
        way = at.desc() if self.descending is not backwards else at.asc()
        if not self.nullable:
            return way
        return way.nulls_first() if backwards else way.nulls_last()


class Scope:
    """The rows that a level chooses from, under one alias, with what its filter and order need."""

    def __init__(self, level: "Level", name: str):
        self.level = level
        self.source: FromClause = level.base.table.alias(name)
        # when the level's rows are edges, filter and order speak of the nodes they lead to
        self.node: FromClause = level.node.table.alias(f"{name}_node") if level.node_column else self.source

    def tree(self, clauses: Iterable[ColumnElement[Any]], onto: Any = None) -> Any:
        """The rows (or what they were joined `onto`), with the nodes if these clauses speak of them."""
        column, rows = self.level.node_column, self.source if onto is None else onto
        if column is None or not any(getattr(part, "table", None) is self.node for clause in clauses for part in visitors.iterate(clause)):
            return rows
        return rows.join(self.node, self.source.c[column] == self.node.c.id)

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
                parts.append(self.level.node.filters[name].condition(self.node, self.operand(here, value)))
        return and_(*parts)

    def conditions(self, args: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        found = [self.condition(args["where"], "where")] if args.get("where") else []
        for name, narrowing in self.level.narrowings.items():
            if args.get(name) is not None:
                found.append(narrowing.condition(self.source, self.node, self.operand(name, args[name])))
        return found

    def keys(self, orders: Sequence[Mapping[str, Any]]) -> list[SortKey]:
        found = []
        for index, item in enumerate(orders):
            (name, value), = item.items()
            order = self.level.node.orders[name]
            way = value["direction"] if isinstance(value, Mapping) else value
            expression = order.expression(self.node, self.operand(f"orderBy__{index}__{name}", value))
            found.append(SortKey(expression, way is SortDirection.DESC, order.nullable))
        if not found:
            table = self.level.node.table
            found = [SortKey(self.node.c[name], descending, bool(table.c[name].nullable)) for name, descending in self.level.default_order]
        descending = bool(found) and found[-1].descending  # in the same direction one index serves both
        return [*found, SortKey(self.source.c[self.level.base.key], descending, False)]


def beyond(keys: Sequence[SortKey], cursor: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    """Strictly after the cursor (before it, when backwards), NULLs last. Which cursor values are NULL belongs to the shape."""
    if len(keys) > 1 and not any(key.nullable for key in keys) and len({key.descending for key in keys}) == 1:
        return beyond_all(keys, backwards)
    choices: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for index, (key, value) in enumerate(zip(keys, cursor, strict=True)):
        at = bindparam(f"cursor__{index}", type_=key.expression.type)
        if value is None:
            if backwards:
                choices.append(and_(*same, key.expression.is_not(None)))
            same.append(key.expression.is_(None))
            continue
        further = key.expression < at if key.descending is not backwards else key.expression > at
        choices.append(and_(*same, or_(further, key.expression.is_(None)) if key.nullable and not backwards else further))
        same.append(key.expression == at)
    first = keys[0]
    bound: list[ColumnElement[bool]] = []
    if len(keys) > 1 and not first.nullable and cursor[0] is not None:  # lets the index start in the right place
        at = bindparam("cursor__0", type_=first.expression.type)
        bound = [first.expression <= at if first.descending is not backwards else first.expression >= at]
    return and_(*bound, or_(*choices))


def beyond_all(keys: Sequence[SortKey], backwards: bool) -> ColumnElement[bool]:
    """When all keys go the same way, comparing rows of values leads straight to a place in an index."""
    row: Any = tuple_(*[key.expression for key in keys])
    at: Any = tuple_(*[bindparam(f"cursor__{i}", type_=key.expression.type) for i, key in enumerate(keys)])
    found: ColumnElement[bool] = row < at if keys[0].descending is not backwards else row > at
    return found


@dataclass(frozen=True)
class Written:
    """A page's statement, and what its cursors hold."""

    statement: Statement
    cursor_keys: tuple[CursorKey, ...]


def write_page(level: "Level", args: Mapping[str, Any], cursor: Sequence[Any] | None, backwards: bool) -> Written:
    inside = Scope(level, "t")
    keys = inside.keys(args.get("orderBy") or [])
    conditions = inside.conditions(args) + ([beyond(keys, cursor, backwards)] if cursor is not None else [])
    limit = bindparam("limit", type_=BigInteger())
    rows = inside.tree([*conditions, *[key.expression for key in keys]])

    def chosen(columns: Sequence[Any], *more: Any) -> Any:
        order = [key.direction(key.expression, backwards) for key in keys]
        return select(*columns).select_from(rows).where(*conditions, *more).order_by(*order).limit(limit)

    labelled = [key.expression.label(f"k{i}") for i, key in enumerate(keys)]
    whole = [*[inside.source.c[name] for name in level.own_columns()], *labelled]
    parent: Any = null()
    if level.parent_column is None and level.through is None:
        page = chosen(whole).subquery("p")
        tree: Any = page
    else:
        parents = level.speech.rows("parents")
        parent = parents.c.value
        here = inside.belongs(parents)
        if level.speech.lateral:
            page = chosen(whole, here).lateral("p")
            tree = parents.join(page, true())
        else:
            page, tree, keys = _correlated(level, args, parents, chosen([inside.source.c[level.base.key]], here).correlate(parents))
    tree, aliases = joined(level, tree, page)
    at = [page.c.get(f"k{i}", key.expression) for i, key in enumerate(keys)]
    values = at if level.cursors else []
    order = [key.direction(a, backwards) for key, a in zip(keys, at, strict=True)]
    query = select(*answers(level, aliases), *values, parent).select_from(tree).order_by(*order)
    return Written(finish(query, level.speech.dialect), tuple([CursorKey(key.expression.type.python_type, key.nullable) for key in keys]))


def _correlated(level: "Level", args: Mapping[str, Any], parents: Any, ids: Any) -> tuple[Any, Any, list[SortKey]]:
    """SQLite has no LATERAL, but a correlated IN with a limit reads no more than a page a parent."""
    outside = Scope(level, "p")
    page = outside.source
    match: ColumnElement[bool] = page.c[level.base.key].in_(ids)
    if len(level.base.composite) > 1:
        match = and_(page.c[level.parent_column or ""] == parents.c.value, match)
    keys = outside.keys(args.get("orderBy") or [])
    return page, outside.tree([key.expression for key in keys], parents.join(page, match)), keys


def write_all(level: "Level", order: str) -> Statement:
    """Every row of some parents, or of the table: look-ups by id and lists without pages."""
    page = level.base.table.alias("p")
    tree, aliases = joined(level, page, page)
    parent: Any = null() if level.parent_column is None else page.c[level.parent_column]
    query = select(*answers(level, aliases), parent).select_from(tree)
    if level.parent_column is not None:
        query = query.where(parent.in_(level.speech.members("parents", BigInteger())))
    if order != level.parent_column:
        query = query.order_by(page.c[order], page.c[level.base.key])
    return finish(query, level.speech.dialect)


def joined(level: "Level", tree: Any, page: Any) -> tuple[Any, dict[tuple[str, ...], Any]]:
    """The page with the rows that its foreign keys point at."""
    aliases: dict[tuple[str, ...], Any] = {(): page}
    for path, join in level.joins.items():
        there = aliases[path] = join.table.alias(f"j{len(aliases)}")
        tree = tree.outerjoin(there, aliases[path[:-1]].c[join.column] == there.c.id)
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
        query = query.where(by.in_(level.speech.members("parents", BigInteger()))).group_by(by)
    return finish(query, level.speech.dialect)
