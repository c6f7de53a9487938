"""The kinds of analysis that can be run here, and which plugin of which version they come from."""

from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLSchema, Undefined, ast_from_value, get_named_type, print_ast
from strawberry.scalars import JSON

from schema.analyses.contract import Analysis
from schema.context import Context
from schema.messages import say
from schema.querying.inputs import LOGIC

Info = strawberry.Info[Context, None]


@strawberry.type(description="A plugin as it was when it did something.")
class PluginVersion:
    name: str = strawberry.field(description="The plugin's name.")
    version: str | None = strawberry.field(description="Its version.")
    api_version: str | None = strawberry.field(description="The version of the plugin interface that it was written for.")


def plugin_version(name: str | None, version: str | None, api: str | None) -> PluginVersion:
    return PluginVersion(name=name or "", version=version, api_version=api)


def kind_title(root: strawberry.Parent["AnalysisKind"], info: Info) -> str:
    found = analysis(root, info)
    return root.key if found is None else found.title_zh if info.context.language == "zh" else found.title


def kind_description(root: strawberry.Parent["AnalysisKind"], info: Info) -> str:
    found = analysis(root, info)
    return say("analysis_gone", info.context.language, kind=root.key) if found is None else found.description


def kind_plugin(root: strawberry.Parent["AnalysisKind"], info: Info) -> PluginVersion | None:
    catalogue = info.context.catalogue
    found = catalogue.plugin(catalogue.owners.get(root.key, ""))
    return plugin_version(found.name, found.version, found.api) if found else None


def kind_parameters(root: strawberry.Parent["AnalysisKind"], info: Info) -> JSON | None:
    found: Any = analysis(root, info)
    return JSON(describe(graphql_schema(info), found.start.__strawberry_definition__.name)) if found else None


def kind_minimum(root: strawberry.Parent["AnalysisKind"], info: Info) -> int | None:
    found = analysis(root, info)
    return found.minimum_rows if found else None


def kind_deterministic(root: strawberry.Parent["AnalysisKind"], info: Info) -> bool | None:
    found = analysis(root, info)
    return found.deterministic if found else None


@strawberry.type(description="A kind of analysis. What only its plugin knows is null while the plugin is not here.")
class AnalysisKind:
    key: str = strawberry.field(description="What programs call it: the mutation that starts it is called `keyRunStart`.")
    title: str = strawberry.field(resolver=kind_title, description="What it is called, in the caller's language.")
    description: str = strawberry.field(resolver=kind_description, description="What it finds out, and how.")
    plugin: PluginVersion | None = strawberry.field(resolver=kind_plugin, description="The plugin that brings it now.")
    parameters_schema: JSON | None = strawberry.field(resolver=kind_parameters, description=(
        "The fields of its start mutation's input: their types, descriptions and defaults, the values of enums, the fields inside."))
    minimum_rows: int | None = strawberry.field(resolver=kind_minimum,
                                                description="How many rows its first table must have, for it to say anything.")
    deterministic: bool | None = strawberry.field(resolver=kind_deterministic,
                                                  description="Whether the same data and parameters always give the same result.")


def analysis(kind: AnalysisKind, info: Info) -> Analysis[Any] | None:
    return info.context.catalogue.analyses.get(kind.key)


def graphql_schema(info: Info) -> GraphQLSchema:
    schema: Any = info.schema
    found: GraphQLSchema = schema._schema  # noqa: SLF001  Strawberry shows no other
    return found


def describe(schema: GraphQLSchema, name: str) -> dict[str, Any]:
    """The fields of an input as JSON. Filters are named and not opened: they have as many keys as there are things to filter by."""
    type_: Any = schema.type_map[name]
    found = {}
    for field, one in type_.fields.items():
        found[field] = {"type": str(one.type), "description": one.description, **_default(one), **_inside(schema, get_named_type(one.type))}
    return found


def _default(one: Any) -> dict[str, Any]:
    node = None if one.default_value is Undefined else ast_from_value(one.default_value, one.type)
    return {"default": print_ast(node)} if node else {}


def _inside(schema: GraphQLSchema, type_: Any) -> dict[str, Any]:
    if isinstance(type_, GraphQLEnumType):
        return {"values": {name: value.description for name, value in type_.values.items()}}
    if isinstance(type_, GraphQLInputObjectType) and not set(LOGIC) & set(type_.fields):
        return {"fields": describe(schema, type_.name)}
    return {}
