"""One schema out of the core and what plugins contribute. Whoever does not fit is left out, with a sentence that says why."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from strawberry.exceptions import DuplicatedTypeName
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.analyses.contract import Analysis
from schema.compose import Parts, Schema
from schema.contributions import SameCode, Taken, owner, plugin_called
from schema.directives import Plugin
from schema.extending.contribution import Contribution, Mutation, Query
from schema.querying.declare import DECLARED, Variant, declared

LONGEST = 500  # characters of a reason


def compose(core: Parts, contributions: Sequence[Contribution], dialect: str) -> tuple[Schema, dict[str, str]]:
    """The schema, and why each plugin that is not in it was left out: of two that claim one name, the later.

    Raises what building raises when the core alone does not fit.
    """
    try:
        return Schema(extended(core, contributions), dialect), {}
    except Exception:  # noqa: BLE001  (what a plugin contributes may fail in any way; below it is found out whose fault it is)
        return one_by_one(core, contributions, dialect)


def one_by_one(core: Parts, contributions: Sequence[Contribution], dialect: str) -> tuple[Schema, dict[str, str]]:
    schema = Schema(core, dialect)
    kept: list[Contribution] = []
    refused: dict[str, str] = {}
    holders = dict.fromkeys(schema.type_names, "the core")
    for one in contributions:
        try:
            schema = Schema(extended(core, [*kept, one]), dialect)
        except Exception as failure:  # noqa: BLE001  (as above)
            refused[one.plugin] = reason(failure, holders, plugin_called(one.plugin))
            continue
        kept.append(one)
        holders = dict.fromkeys(schema.type_names, plugin_called(one.plugin)) | holders
    return schema, refused


def extended(core: Parts, contributions: Sequence[Contribution]) -> Parts:
    """The parts with all that is contributed. Raises `Taken` for what two plugins, or a plugin and the core, call the same."""
    fields = {type_: dict(given) for type_, given in (core.fields or {}).items()}
    variants = dict(core.variants or {})
    runs: dict[type, str] = {}
    analyses: dict[str, str] = {}
    for one in contributions:
        for named, given in [*one.fields.items(), (core.mutation, start_fields(one, analyses))]:
            type_ = core.query if named is Query else core.mutation if named is Mutation else named
            if type_ is not None:
                add_fields(fields.setdefault(type_, {}), type_, given, one)
        for analysis in one.analyses:
            variants = {interface: joining(interface, variant, analysis, one) for interface, variant in variants.items()}
            runs.setdefault(analysis.run, one.plugin)
    return replace(core, fields={type_: given for type_, given in fields.items() if given}, variants=variants, runs=runs,
                   versions={one.plugin: one.version for one in contributions},
                   filters=(*core.filters, *[replace(f, plugin=one.plugin) for one in contributions for f in one.filters]),
                   orders=(*core.orders, *[replace(o, plugin=one.plugin) for one in contributions for o in one.orders]))


def start_fields(one: Contribution, analyses: dict[str, str]) -> dict[str, StrawberryField]:
    """The mutations that start runs of the plugin's analyses, whose names are entered."""
    from schema.analyses.starting import start_field  # it knows every table that an analysis may read

    found = {}
    for analysis in one.analyses:
        if analysis.name in analyses:
            raise Taken(f"The analysis {analysis.name}", plugin_called(analyses[analysis.name]), plugin_called(one.plugin))
        analyses[analysis.name] = one.plugin
        found[f"{analysis.name}RunStart"] = start_field(analysis)
    return found


def add_fields(known: dict[str, StrawberryField], type_: type, given: Mapping[str, StrawberryField], one: Contribution) -> None:
    definition = get_object_definition(type_, strict=True)
    for name, field in given.items():
        if name in known:
            raise Taken(f"{definition.name}.{field.graphql_name or to_camel_case(name)}", owner(known[name]), plugin_called(one.plugin))
        known[name] = marked(field, one)


def marked(field: StrawberryField, one: Contribution) -> StrawberryField:
    """A copy that says whose it is."""
    found, declaration = copy.copy(field), declared(field)
    found.directives = [*field.directives, Plugin(name=one.plugin, since=one.version)]
    if declaration:
        found.metadata = MappingProxyType({**field.metadata, DECLARED: replace(declaration, plugin=one.plugin)})
    return found


def joining(interface: Any, variant: Variant, analysis: Analysis[Any], one: Contribution) -> Variant:
    """The variants of an interface with the type of an analysis's runs."""
    if not issubclass(analysis.run, interface):
        return variant
    if analysis.name in variant.types:
        raise Taken(f"The kind of jobs {analysis.name}", "the core", plugin_called(one.plugin))
    return replace(variant, types={**variant.types, analysis.name: analysis.run})


def reason(failure: BaseException, holders: Mapping[str, str], claimant: str) -> str:
    """A sentence that says what does not fit, and who else is concerned."""
    for cause in chain(failure):
        if isinstance(cause, DuplicatedTypeName):
            name = cause.message.split()[1]
            return f"{Taken(f'The type {name}', holders.get(name, claimant), claimant)}."
        if isinstance(cause, SameCode):
            holder = next((holders[name] for name in cause.types if name in holders), claimant)
            return f"{Taken(f'The type code {cause.code} ({cause.types[0]}, {cause.types[1]})', holder, claimant)}."
        if isinstance(cause, Taken):
            return f"{cause}."
    words = " ".join(str(failure).split())[:LONGEST].rstrip(".")
    return f"It does not fit into the schema: {words or type(failure).__name__}."


def chain(failure: BaseException) -> list[BaseException]:
    """The exception and those that it wraps: Strawberry and graphql-core say more about themselves."""
    found = [failure]
    while (cause := found[-1].__cause__ or found[-1].__context__) is not None and cause not in found:
        found.append(cause)
    return found
