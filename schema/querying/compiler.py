"""Compiles what an operation selects of declared types into levels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type, get_nullable_type, print_ast
from sqlalchemy import Table

from schema.errors import RequestError
from schema.permissions import missing
from schema.querying.arguments import ArgumentReader
from schema.querying.attaching import Joined
from schema.querying.collect import Collector
from schema.querying.completing import Completer
from schema.querying.computing import Computing, Grouped
from schema.querying.databases import Speech
from schema.querying.declare import Column, Computed, Declaration, Derived, Embedded, Grouping, Listed, Many, One, Translated, Variant
from schema.querying.entities import Entities, Entity
from schema.querying.failing import Guard, forbidden, refused
from schema.querying.finishing import Aside, Finisher, Part
from schema.querying.inputs import Operand
from schema.querying.joining import following, matching
from schema.querying.level import Level, Paged, Whole

Path = tuple[str, ...]


def nothing() -> None:
    """What stands where there is no answer for a row."""


@dataclass(frozen=True)
class Viewpoint:
    """What the plan depends on beside the query: another caller's permissions or language make another plan."""

    permissions: frozenset[str]
    language: str


class Compiler:
    """One operation, one set of @skip and @include conditions, one viewpoint, one way to finish the rows.

    `told` are the failures of plugins that the log holds already.
    """

    def __init__(self, collector: Collector, entities: Entities, speech: Speech, view: Viewpoint, finisher: Finisher,
                 told: set[tuple[str, ...]]):
        self.collector, self.entities, self.speech, self.view = collector, entities, speech, view
        self.finisher, self.told, self.schema = finisher, told, collector.schema
        self.completer = Completer(self)

    # -- levels --
    def single(self, type_: Any, nodes: list[FieldNode]) -> Whole:
        """Rows of this type by their numbers."""
        entity = self.entity(type_)
        level = Whole(entity, entity, self.speech, parent_column=entity.key, single=True, order=entity.key)
        level.build = self.finisher.build_row(self.row(level, (), type_, nodes))
        return level

    def listed(self, declaration: Listed, definition: Any, nodes: list[FieldNode], entity: Entity | None = None) -> Whole:
        type_: Any = get_named_type(definition.type)
        entity = entity or self.entity(type_)
        level = Whole(entity, entity, self.speech, parent_column=declaration.column, order=declaration.order)
        if declaration.value:
            part = self.finisher.value(level.column((), declaration.value), entity.table.c[declaration.value],
                                       get_nullable_type(definition.type).of_type, self.speech.dialect, present=True)
        else:
            part = self.row(level, (), type_, nodes)
        level.build = self.finisher.build_row(part)
        return level

    def connection(self, declaration: Many, definition: Any, nodes: list[FieldNode]) -> Paged:
        type_: Any = get_named_type(definition.type)
        node_type, edge_type = (get_named_type(type_.fields[name].type) for name in ("nodes", "edges"))
        node = self.entity(node_type)
        base = self.entities.by_name.get(edge_type.name, node)
        level = Paged(base, node, self.speech, parent_column=declaration.column, arguments=ArgumentReader(definition, nodes[0]),
                      narrowings=declaration.narrowings, default_order=declaration.default_order, through=declaration.through,
                      within=declaration.within,
                      stamp=f"{node.name}:{declaration.column or (declaration.through.parent if declaration.through else '')}")
        if base is not node:
            via = base.fields["node"]
            assert isinstance(via, One)
            level.node_column = via.column
        parts = {key: self.connection_part(level, declaration, type_, group) for key, group in self.collector.fields(type_, nodes).items()}
        level.build = self.finisher.build_page(self.finisher.whole(self.python(type_), parts))
        return level

    def connection_part(self, level: Paged, declaration: Many, type_: Any, group: list[FieldNode]) -> Part:
        name = group[0].name.value
        inner: Any = get_named_type(type_.fields[name].type) if name in type_.fields else None
        level.listed |= name in ("nodes", "edges", "pageInfo")
        match name:
            case "nodes" if level.node_column:
                return self.finisher.nodes(self.followed(level, (), One(column=level.node_column), inner, group))
            case "nodes":
                return self.finisher.nodes(self.row(level, (), inner, group))
            case "edges":
                return self.finisher.edges(self.python(inner), {key: self.edge_part(level, inner, g)
                                                                for key, g in self.collector.fields(inner, group).items()})
            case "pageInfo":
                return self.finisher.whole(self.python(inner), {key: self.page_part(level, inner, g)
                                                                for key, g in self.collector.fields(inner, group).items()})
            case "totalCount":
                level.total = True
                return self.finisher.total()
            case "groups":
                return self.groups(level, declaration.grouping, type_.fields[name], group)
        return self.finisher.page_constant(type_.name)

    def groups(self, level: Paged, grouping: Grouping | None, definition: Any, group: list[FieldNode]) -> Part:
        if grouping is None:
            return self.finisher.page_constant(refused(RequestError("BAD_USER_INPUT", "groups_here")))
        asked = self.collector.fields(get_named_type(definition.type), group).values()
        index, summed = len(level.groups), any(nodes[0].name.value == grouping.shown for nodes in asked)
        level.groups.append(Grouped(level, grouping, ArgumentReader(definition, group[0]), summed))
        return self.completed(self.finisher.groups(index), definition.type, group)

    def edge_part(self, level: Paged, edge_type: Any, group: list[FieldNode]) -> Part | None:
        name = group[0].name.value
        if name == "cursor":
            level.cursors = True
            return None
        if name == "__typename":
            return self.finisher.constant(edge_type.name)
        if level.node_column:
            return self.field(level, (), level.base, edge_type, group)
        return self.row(level, (), get_named_type(edge_type.fields["node"].type), group)

    def page_part(self, level: Paged, type_: Any, group: list[FieldNode]) -> Part:
        name = group[0].name.value
        if name == "__typename":
            return self.finisher.page_constant(type_.name)
        level.more |= name in ("hasNextPage", "hasPreviousPage")
        level.cursors |= name in ("startCursor", "endCursor")
        return self.finisher.page_info(name)

    # -- rows --
    def row(self, level: Level, path: Path, type_: Any, nodes: list[FieldNode]) -> Part:
        variant = self.entities.variants.get(type_.name)
        if variant:
            return self.variant(level, path, self.entity(type_), variant, nodes)
        entity = self.entities.by_name[type_.name]
        return self.finisher.row(entity.cls, {key: self.field(level, path, entity, type_, group)
                                              for key, group in self.collector.fields(type_, nodes).items()})

    def field(self, level: Level, path: Path, entity: Entity, type_: GraphQLObjectType, group: list[FieldNode]) -> Part:
        name = group[0].name.value
        if name == "__typename":
            return self.finisher.constant(type_.name)
        declaration = entity.fields[name]
        if declaration is None:
            return self.finisher.undeclared()
        definition = type_.fields[name]
        lacking = missing(self.view.permissions, (*declaration.requires, *self.guards(definition)))
        if lacking:
            return self.finisher.constant(forbidden(lacking))
        if declaration.plugin is None:
            return self.declared(level, path, entity, declaration, definition, group)
        guard = Guard(declaration.plugin, f"{entity.name}.{name}", definition.type, self.told)
        return self.guarded(guard, level, path, entity, declaration, definition, group)

    def completed(self, part: Part, type_: Any, group: list[FieldNode]) -> Part:
        """What plain Python made, of any GraphQL type."""
        return self.finisher.completed(part, self.completer.of(type_, group)) if self.finisher.wire else part

    def guarded(self, guard: Guard, level: Level, path: Path, entity: Entity, declaration: Declaration, definition: Any,
                group: list[FieldNode]) -> Part:
        """A field that a plugin contributes, or of a type that is a plugin's own."""
        try:
            return self.declared(level, path, entity, declaration, definition, group, guard)
        except (RequestError, Aside):
            raise
        except Exception as error:  # noqa: BLE001  (the plugin's function that says what to join, for example, may raise anything)
            return self.finisher.constant(guard.broken(error))

    def declared(self, level: Level, path: Path, entity: Entity, declaration: Declaration, definition: Any,
                 group: list[FieldNode], guard: Guard | None = None) -> Part:
        inner: Any = get_named_type(definition.type)
        match declaration:
            case Joined():
                return self.attached(level, path, entity, declaration, definition, group)
            case One():
                return self.followed(level, path, declaration, inner, group)
            case Many():
                return self.child(level, path, entity, self.connection(declaration, definition, group), nothing)
            case Listed():
                target = self.values_of(declaration, entity) if declaration.value else None
                return self.child(level, path, entity, self.listed(declaration, definition, group, target), list)
            case Computed():
                index = level.column(path, declaration.column)
                below = level.child(Computing(declaration.load, ArgumentReader(definition, group[0]), guard), index)
                return self.completed(self.finisher.below(below, index, nothing), definition.type, group)
            case Derived():
                parts = [self.value(level, path, Column(name=c, table=entity.table), None) for c in declaration.columns]
                function = guard.function(declaration.function) if guard else declaration.function
                return self.completed(self.finisher.derived(function, parts), definition.type, group)
            case _:
                return self.within_row(level, path, entity, declaration, definition, group)

    def within_row(self, level: Level, path: Path, entity: Entity, declaration: Declaration, definition: Any,
                   group: list[FieldNode]) -> Part:
        """What is worked out from the row's own columns."""
        inner: Any = get_named_type(definition.type)
        match declaration:
            case Column():
                return self.value(level, path, declaration, definition.type)
            case Translated():
                order = sorted(declaration.columns, key=lambda language: language != self.view.language)
                return self.finisher.first_of([level.column(path, declaration.columns[language]) for language in order], definition.type)
            case Embedded():
                return self.embedded(level, path, declaration, inner, group)
            case Variant():
                return self.variant(level, path, entity, declaration, group)
        raise TypeError(f"{definition}: {type(declaration).__name__} does not belong on a row")

    def child(self, level: Level, path: Path, entity: Entity, child: Level, missing: Callable[[], Any]) -> Part:
        index = level.column(path, entity.key)
        return self.finisher.below(level.child(child, index), index, missing)  # type: ignore[arg-type]  # Whole and Paged both answer

    def value(self, level: Level, path: Path, column: Column, type_: Any) -> Part:
        if column.via:
            path = self.join(level, path, column.via, column.table)
        index = level.column(path, column.name)
        if column.code:
            return self.finisher.opaque(index, column.code)
        return self.finisher.value(index, column.table.c[column.name], type_, self.speech.dialect, present=column.via is None)

    def embedded(self, level: Level, path: Path, declaration: Embedded, type_: Any, group: list[FieldNode]) -> Part:
        build = self.shaped(level, path, level.base.table, declaration.columns, type_, group)
        return build if declaration.present is None else self.finisher.unless_null(level.column(path, declaration.present), build)

    def shaped(self, level: Level, path: Path, table: Table, columns: Mapping[str, Declaration] | None, type_: Any,
               group: list[FieldNode]) -> Part:
        """An object made of columns of the row; without `columns` its type declares them itself."""
        own: Mapping[str, Declaration | None] = self.entities.by_name[type_.name].fields if columns is None else {
            name: columns[definition.extensions["strawberry-definition"].python_name] for name, definition in type_.fields.items()}
        entity = Entity(type_.name, self.python(type_), table, own)
        return self.finisher.row(entity.cls, {key: self.field(level, path, entity, type_, g)
                                          for key, g in self.collector.fields(type_, group).items()})

    def attached(self, level: Level, path: Path, entity: Entity, declaration: Joined, definition: Any, group: list[FieldNode]) -> Part:
        """Two fields with the same arguments share a join; parentheses tell its step of the path from a foreign key's."""
        there = (*path, f"{group[0].name.value}({', '.join(map(print_ast, group[0].arguments or ()))})")
        if there not in level.joins:
            prefix = f"joined__{len(level.given)}"
            operand = Operand(prefix, dict.fromkeys(definition.args), self.speech.members)
            level.joins[there] = matching(declaration.table, entity.table, lambda a, b: declaration.match(a, b, operand))
            level.given[prefix] = ArgumentReader(definition, group[0])
        inner: Any = get_named_type(definition.type)
        if declaration.via:
            build = self.followed(level, there, One(column=declaration.via), inner, group)
        elif declaration.columns is None:
            build = self.row(level, there, inner, group)
        else:
            build = self.shaped(level, there, declaration.table, declaration.columns, inner, group)
        return self.finisher.unless_null(level.column(there, declaration.present), build)

    def variant(self, level: Level, path: Path, entity: Entity, declaration: Variant, group: list[FieldNode]) -> Part:
        nobody = self.finisher.constant(None)
        builds = {value: self.row(level, path, self.schema.type_map[cls.__name__], group) for value, cls in declaration.types.items()}
        builds |= dict.fromkeys(declaration.others, nobody)
        otherwise = self.row(level, path, self.schema.type_map[declaration.otherwise.__name__], group) if declaration.otherwise else nobody
        by = entity.table.c[declaration.by]
        return self.finisher.choice(level.column(path, by.name), by.type, self.speech.dialect, builds, otherwise)

    def followed(self, level: Level, path: Path, declaration: One, type_: Any, group: list[FieldNode]) -> Part:
        target = self.entity(type_)
        there = self.join(level, path, declaration.column, target.table)
        return self.finisher.unless_null(level.column(there, target.key), self.row(level, there, type_, group))

    def join(self, level: Level, path: Path, column: str, table: Any) -> Path:
        there = (*path, column)
        level.joins.setdefault(there, following(column, table))
        return there

    # -- names --
    def entity(self, type_: Any) -> Entity:
        """A declared type; for an interface, the first of the types that share its table."""
        variant = self.entities.variants.get(type_.name)
        return self.entities.by_name[variant.members[0].__name__ if variant else type_.name]

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
