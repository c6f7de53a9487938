"""The plugins of this installation, whether they serve or not, and what each adds to the schema."""

from collections.abc import Iterator
from typing import Any

import strawberry

from schema.analyses.kinds import AnalysisKind, Info, graphql_schema
from schema.directives import Cost, Pii, PiiLevel, Requires
from schema.directives import Plugin as Mark
from schema.extending.catalogue import KnownPlugin, PluginStatus


@strawberry.type(description="A field, a filter key or an order key that a plugin adds to a type that is not its own.")
class PluginContribution:
    type: str = strawberry.field(description="The type or input that it is added to.")
    field: str = strawberry.field(description="What it is called there.")
    cost: int = strawberry.field(description="What it adds to a query's cost.")
    permissions: list[str] = strawberry.field(description="What a caller needs to see it.")
    pii: PiiLevel | None = strawberry.field(description="How personal its value is; null: not.")
    deprecated: str | None = strawberry.field(description="Why it should not be used any more; null: it may be.")


def plugin_kinds(root: strawberry.Parent["Plugin"], info: Info) -> list[AnalysisKind]:
    owners = info.context.catalogue.owners
    return [AnalysisKind(key=name) for name in sorted(info.context.catalogue.analyses) if owners.get(name) == root.name]


def plugin_contributions(root: strawberry.Parent["Plugin"], info: Info) -> list[PluginContribution]:
    return list(contributions(graphql_schema(info), root.name))


def contributions(schema: Any, plugin: str) -> Iterator[PluginContribution]:
    """Every field of the schema that carries the plugin's mark."""
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            marks = getattr(field.extensions.get("strawberry-definition"), "directives", ())
            if any(isinstance(mark, Mark) and mark.name == plugin for mark in marks):
                yield contribution(type_.name, name, field, marks)


def contribution(type_: str, name: str, field: Any, marks: Any) -> PluginContribution:
    cost = next((mark.weight for mark in marks if isinstance(mark, Cost)), 0)
    permissions = [one for mark in marks if isinstance(mark, Requires) for one in mark.permissions]
    pii = next((mark.level for mark in marks if isinstance(mark, Pii)), None)
    return PluginContribution(type=type_, field=name, cost=cost, permissions=permissions, pii=pii, deprecated=field.deprecation_reason)


@strawberry.type(description="A plugin that was found.")
class Plugin:
    name: str = strawberry.field(description="What it is called in the settings.")
    status: PluginStatus = strawberry.field(description="How it stands.")
    reason: str | None = strawberry.field(description="Why it does not serve, and what to do; null when it does.")
    version: str | None = strawberry.field(description="Its version.")
    api_version: str | None = strawberry.field(description="The versions of the plugin interface that it is written for.")
    tables: list[str] = strawberry.field(description="Its tables in the database.")
    kinds: list[AnalysisKind] = strawberry.field(resolver=plugin_kinds, description="The analyses that it brings.")
    contributions: list[PluginContribution] = strawberry.field(
        resolver=plugin_contributions, description="What it adds to the schema: fields, filter keys and order keys.")


def shown(known: KnownPlugin) -> Plugin:
    """Its settings are nobody's to see."""
    return Plugin(name=known.name, status=known.status, reason=known.reason, version=known.version, api_version=known.api,
                  tables=sorted(known.tables))
