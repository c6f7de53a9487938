"""Compiles what an operation selects of declared types into levels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from schema.permissions import missing
from schema.querying import rows
from schema.querying.collect import Collector
from schema.querying.computing import Computing, Grouped
from schema.querying.databases import Speech
from schema.querying.declare import Column, Computed, Declaration, Derived, Embedded, Grouping, Listed, Many, One, Translated, Variant
from schema.querying.entities import Entities, Entity
from schema.querying.level import Arguments, Build, Join, Level, Page, Paged, Whole
from schema.querying.statement import reader

Path = tuple[str, ...]


@dataclass(frozen=True)
class Viewpoint:
    """What the plan depends on beside the query: another caller's permissions or language make another plan."""

    permissions: frozenset[str]
    language: str


class Compiler:
    """One operation, one set of @skip and @include conditions, one viewpoint."""

    def __init__(self, collector: Collector, entities: Entities, speech: Speech, view: Viewpoint):
        self.collector, self.entities, self.speech, self.view = collector, entities, speech, view
        self.schema = collector.schema

    # -- levels --
    def single(self, type_: Any, nodes: list[FieldNode]) -> Whole:
        """Rows of this type by their numbers."""
        entity = self.entity(type_)
        level = Whole(entity, entity, self.speech, parent_column=entity.key, single=True, order=entity.key)
        level.build = self.row(level, (), type_, nodes)
        return level

    def listed(self, declaration: Listed, type_: Any, nodes: list[FieldNode], entity: Entity | None = None) -> Whole:
        entity = entity or self.entity(type_)
        level = Whole(entity, entity, self.speech, parent_column=declaration.column, order=declaration.order)
        if declaration.value:
            level.build = rows.value(level.column((), declaration.value),
                                     reader(entity.table.c[declaration.value].type, self.speech.dialect))
        else:
            level.build = self.row(level, (), type_, nodes)
        return level

    def connection(self, declaration: Many, definition: Any, nodes: list[FieldNode]) -> Paged:
        type_: Any = get_named_type(definition.type)
        node_type, edge_type = (get_named_type(type_.fields[name].type) for name in ("nodes", "edges"))
        node = self.entity(node_type)
        base = self.entities.by_name.get(edge_type.name, node)
        level = Paged(base, node, self.speech, parent_column=declaration.column, arguments=Arguments(definition, nodes[0]),
                      narrowings=declaration.narrowings, default_order=declaration.default_order, through=declaration.through,
                      stamp=f"{node.name}:{declaration.column or (declaration.through.parent if declaration.through else '')}")
        if base is not node:
            via = base.fields["node"]
            assert isinstance(via, One)
            level.node_column = via.column
        parts = {key: self.connection_part(level, declaration, type_, group) for key, group in self.collector.fields(type_, nodes).items()}
        level.build = rows.whole(parts, self.python(type_))
        return level

    def connection_part(self, level: Paged, declaration: Many, type_: Any, group: list[FieldNode]) -> Callable[[Page], Any]:
        name = group[0].name.value
        inner: Any = get_named_type(type_.fields[name].type) if name in type_.fields else None
        level.listed |= name in ("nodes", "edges", "pageInfo")
        match name:
            case "nodes" if level.node_column:
                return rows.nodes(self.followed(level, (), One(column=level.node_column), inner, group))
            case "nodes":
                return rows.nodes(self.row(level, (), inner, group))
            case "edges":
                return rows.edges(self.python(inner),
                                  {key: self.edge_part(level, inner, g) for key, g in self.collector.fields(inner, group).items()})
            case "pageInfo":
                return rows.whole({key: self.page_part(level, inner, g) for key, g in self.collector.fields(inner, group).items()},
                                  self.python(inner))
            case "totalCount":
                level.total = True
                return lambda page: page.total
            case "groups":
                return self.groups(level, declaration.grouping, type_.fields[name], group)
        return lambda _: type_.name

    def groups(self, level: Paged, grouping: Grouping | None, definition: Any, group: list[FieldNode]) -> Callable[[Page], Any]:
        assert grouping
        asked = self.collector.fields(get_named_type(definition.type), group).values()
        index, summed = len(level.groups), any(nodes[0].name.value == grouping.shown for nodes in asked)
        level.groups.append(Grouped(level, grouping, Arguments(definition, group[0]), summed))
        return lambda page: page.groups[index]

    def edge_part(self, level: Paged, edge_type: Any, group: list[FieldNode]) -> Build | None:
        name = group[0].name.value
        if name == "cursor":
            level.cursors = True
            return None
        if name == "__typename":
            return rows.constant(edge_type.name)
        if level.node_column:
            return self.field(level, (), level.base, edge_type, group)
        return self.row(level, (), get_named_type(edge_type.fields["node"].type), group)

    def page_part(self, level: Paged, type_: Any, group: list[FieldNode]) -> Callable[[Page], Any]:
        name = group[0].name.value
        level.more |= name in ("hasNextPage", "hasPreviousPage")
        level.cursors |= name in ("startCursor", "endCursor")
        return rows.PAGE_INFO.get(name, lambda _: type_.name)

    # -- rows --
    def row(self, level: Level, path: Path, type_: Any, nodes: list[FieldNode]) -> Build:
        variant = self.entities.variants.get(type_.name)
        if variant:
            return self.variant(level, path, self.entity(type_), variant, nodes)
        entity = self.entities.by_name[type_.name]
        return rows.answered(entity.cls, {key: self.field(level, path, entity, type_, group)
                                          for key, group in self.collector.fields(type_, nodes).items()})

    def field(self, level: Level, path: Path, entity: Entity, type_: GraphQLObjectType, group: list[FieldNode]) -> Build:
        name = group[0].name.value
        if name == "__typename":
            return rows.constant(type_.name)
        declaration = entity.fields[name]
        if declaration is None:
            return rows.constant(None)  # its own resolver answers, and what it reads is none of the plan's business
        definition = type_.fields[name]
        lacking = missing(self.view.permissions, (*declaration.requires, *self.guards(definition)))
        if lacking:
            return rows.constant(rows.Forbidden(lacking))
        return self.declared(level, path, entity, declaration, definition, group)

    def declared(self, level: Level, path: Path, entity: Entity, declaration: Declaration, definition: Any,
                 group: list[FieldNode]) -> Build:
        inner: Any = get_named_type(definition.type)
        match declaration:
            case Column():
                return self.value(level, path, declaration)
            case Derived():
                parts = [self.value(level, path, Column(name=c, table=entity.table)) for c in declaration.columns]
                return rows.derived(declaration.function, parts)
            case Translated():
                order = sorted(declaration.columns, key=lambda language: language != self.view.language)
                return rows.first_of([level.column(path, declaration.columns[language]) for language in order])
            case Embedded():
                return self.embedded(level, path, declaration, inner, group)
            case Variant():
                return self.variant(level, path, entity, declaration, group)
            case One():
                return self.followed(level, path, declaration, inner, group)
            case Many():
                return self.child(level, path, entity, self.connection(declaration, definition, group), lambda: None)
            case Listed():
                target = self.values_of(declaration, entity) if declaration.value else None
                return self.child(level, path, entity, self.listed(declaration, inner, group, target), list)
            case Computed():
                index = level.column(path, declaration.column)
                return rows.below(level.child(Computing(declaration.load, Arguments(definition, group[0])), index), index, lambda: None)
        raise TypeError(f"{definition}: {type(declaration).__name__} does not belong on a row")

    def child(self, level: Level, path: Path, entity: Entity, child: Level, missing: Callable[[], Any]) -> Build:
        index = level.column(path, entity.key)
        return rows.below(level.child(child, index), index, missing)  # type: ignore[arg-type]  # Whole and Paged both answer

    def value(self, level: Level, path: Path, column: Column) -> Build:
        if column.via:
            path = self.join(level, path, column.via, column.table)
        index = level.column(path, column.name)
        if column.code:
            return rows.opaque(index, column.code)
        return rows.value(index, reader(column.table.c[column.name].type, self.speech.dialect))

    def embedded(self, level: Level, path: Path, declaration: Embedded, type_: Any, group: list[FieldNode]) -> Build:
        own: Mapping[str, Declaration | None] = declaration.columns or self.entities.by_name[type_.name].fields
        entity = Entity(type_.name, self.python(type_), level.base.table, own)
        parts = {key: self.field(level, path, entity, type_, g) for key, g in self.collector.fields(type_, group).items()}
        build = rows.answered(entity.cls, parts)
        return build if declaration.present is None else rows.unless_null(level.column(path, declaration.present), build)

    def variant(self, level: Level, path: Path, entity: Entity, declaration: Variant, group: list[FieldNode]) -> Build:
        builds = {}
        for value, cls in declaration.types.items():
            type_: Any = self.schema.type_map[cls.__name__]
            found = self.entities.by_name[type_.name]
            builds[value] = rows.answered(found.cls, {key: self.field(level, path, found, type_, g)
                                                      for key, g in self.collector.fields(type_, group).items()})
        by = entity.table.c[declaration.by]
        return rows.choice(level.column(path, by.name), reader(by.type, self.speech.dialect), builds)

    def followed(self, level: Level, path: Path, declaration: One, type_: Any, group: list[FieldNode]) -> Build:
        target = self.entity(type_)
        there = self.join(level, path, declaration.column, target.table)
        return rows.unless_null(level.column(there, target.key), self.row(level, there, type_, group))

    def join(self, level: Level, path: Path, column: str, table: Any) -> Path:
        there = (*path, column)
        level.joins.setdefault(there, Join(column, table))
        return there

    # -- names --
    def entity(self, type_: Any) -> Entity:
        """A declared type; for an interface, the first of the types that share its table."""
        variant = self.entities.variants.get(type_.name)
        return self.entities.by_name[next(iter(variant.types.values())).__name__ if variant else type_.name]

    def values_of(self, declaration: Listed, parent: Entity) -> Entity:
        """A table that no type stands for, whose one column is listed."""
        table = parent.table.metadata.tables[declaration.table or ""]
        return Entity(table.name, object, table, {})

    def guards(self, definition: Any) -> tuple[str, ...]:
        """The permissions that guard the type a field leads to."""
        type_: Any = get_named_type(definition.type)
        if "nodes" in getattr(type_, "fields", {}):
            type_ = get_named_type(type_.fields["nodes"].type)
        return self.type_guards(type_)

    def type_guards(self, type_: Any) -> tuple[str, ...]:
        if type_.name in self.entities.variants or type_.name in self.entities.by_name:
            return self.entity(type_).requires
        return ()

    def python(self, type_: Any) -> type:
        origin: type = type_.extensions["strawberry-definition"].origin
        return origin
