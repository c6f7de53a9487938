"""What a reader of the GraphQL schema may rely on: everything is described, lists are bounded, personal data and costs are marked, and
nothing can be read, filtered or sorted by without a permission."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_list_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from checks import schema_access
from plugins.manager import Choices, Plugins
from schema.compose import Schema
from schema.directives import Cost, Pii, PiiLevel, Requires
from server.application import Application, compose_all, silent

PAGING = frozenset({"first", "after", "last", "before"})

# What every type of run has.
OF_RUN = {
    "artifacts": "named by its analysis",
    "charts": "named by its analysis",
    "metrics": "named by its analysis",
    "publishedSlots": "as many as its slots",
    "slots": "named by its analysis",
    "warnings": "at most 100, each at most 500 characters",
}
RUNS = ("AnalysisRun", "ForecastRun", "GraphMetricsRun", "LifetimeValueRun", "NextPurchaseRun", "PotentialPartnersRun", "PropensityRun",
        "RecommendationRun", "RfmRun", "RuleMiningRun", "SatisfactionRun", "SegmentationRun", "UnavailableRun")
# Lists that are no connection, and what bounds them.
BOUNDED = {
    **{f"{run}.{name}": bound for run in RUNS for name, bound in OF_RUN.items()},
    "AnalysisRunPublishPayload.replaced": "at most one for each slot of the run",
    "AssociationRule.antecedent": "at most seven items",
    "AssociationRule.consequent": "at most seven items",
    "BehaviourSummary.purchaseTotal": "one amount for each currency",
    "Cluster.rules": "the leaves of a tree of few levels",
    "Cluster.centroid": "the columns of a run, at most 50",
    "Cluster.hull": "the corners of a convex area",
    "ClusterRule.conditions": "the levels of a tree",
    "Customer.addresses": "what one customer has",
    "Customer.consents": "what one customer said",
    "Customer.contactPoints": "what one customer has",
    "Customer.externalIds": "one for each other system",
    "Customer.nextProducts": "as many as asked for, at most 100",
    "Customer.potentialPartners": "as many as asked for, at most what a run keeps of one customer",
    "Customer.recommendations": "as many as asked for, at most what a run keeps of one customer",
    "Customer.tags": "words that staff put on one customer",
    "CustomerConnection.groups": "at most 1,000, the largest first",
    "CustomerFeature.requires": "the permissions that there are",
    "CustomerGroup.keys": "as many as were asked for, at most three",
    "CustomerGroup.purchaseTotal": "one amount for each currency",
    "CustomerPath.customers": "at most 21: a path has at most 20 relationships",
    "CustomerPath.relationships": "at most 20",
    "CustomersUpsertPayload.results": "one for each row given, at most 500",
    "DataSnapshot.rowCounts": "one for each table that is read",
    "DeriveJob.sample": "at most 20 pairs",
    "DeriveJob.warnings": "written by the server",
    "ForecastRun.models": "the models that there are",
    "ForecastSeries.backtest": "five measures",
    "ForecastSeries.history": "at most 1,500 periods",
    "ForecastSeries.points": "as many as the run looks ahead, at most 365",
    "ForecastSeries.scores": "the models that there are",
    "ImportJob.warnings": "written by the server",
    "Itemset.items": "at most eight",
    "Job.warnings": "written by the server",
    "LifetimeHoldout.byRepeats": "at most eight groups: none, one to six, seven or more",
    "LifetimeValueRun.modelParameters": "seven parameters",
    "LikertItem.distribution": "the steps of a scale, at most 1,101",
    "NextPurchase.categories": "at most five",
    "NextPurchaseRun.categoryNames": "at most 20",
    "NextPurchaseRun.soon": "three",
    "OrdinalModel.effects": "at most 98: two factors of 50 groups",
    "OrdinalModel.thresholds": "one less than the steps of a scale",
    "Plugin.contributions": "as many as the plugin adds",
    "Plugin.kinds": "as many as the plugin brings",
    "Plugin.tables": "as many as the plugin has",
    "PluginContribution.permissions": "the permissions that there are",
    "Product.associated": "as many as asked for, at most 100",
    "PropensityRun.calibration": "at most ten groups",
    "PropensityRun.coefficients": "an intercept, and at most 13 for each of at most 50 features",
    "PropensityRun.confusion": "two by two",
    "PropensityRun.gains": "at most 200 points",
    "PropensityRun.importances": "the features of a run, at most 50",
    "PropensityRun.roc": "at most 200 points",
    "PropensityRun.windows": "at most 12",
    "Query.analysisKinds": "as many as the plugins bring",
    "Query.clusterAssignments": "as many as asked for, at most 1,000",
    "Query.customerFeatures": "the features of the plugins that are installed",
    "Query.departments": "as many as the house has",
    "Query.nodes": "as many as the ids given, at most 1,000",
    "Query.plugins": "as many as are installed",
    "Query.relationshipKinds": "kept by administrators",
    "Query.purchaseForecasts": "as many as asked for, at most 1,000",
    "Query.serviceLevels": "kept by administrators",
    "Query.staffRoles": "kept by administrators",
    "Recommendation.via": "at most three",
    "RecommendationRun.test": "one for each method",
    "RelationshipKind.fromKinds": "the two kinds of customer",
    "RelationshipKind.toKinds": "the two kinds of customer",
    "PotentialPartner.via": "at most three",
    "RelationshipMap.edges": "what ties its customers, bounded as they are",
    "RelationshipMap.nodes": "as many as asked for, at most 2,000",
    "RfmRun.scores": "five scores of three measures",
    "RfmRun.segments": "ten segments",
    "RuleCondition.words": "the words of a category, at most 100",
    "SatisfactionComparison.gamesHowell": "the pairs of 20 groups",
    "SatisfactionComparison.tukey": "the pairs of 20 groups",
    "SatisfactionDrivers.drivers": "the questions of a run, at most 200",
    "SatisfactionRun.comparisons": "one for each factor, at most two",
    "SatisfactionRun.items": "the questions of a run, at most 200",
    "SatisfactionRun.scales": "one for two of its questions at most, and one for all",
    "SatisfactionScale.questions": "the questions of a run, at most 200",
    "SatisfactionTrend.waves": "at most the last 120",
    "SegmentationPlane.variance": "two components",
    "SegmentationRun.kScores": "the numbers of clusters that were tried, at most 30",
    "SegmentationRun.columns": "the columns of a run, at most 50",
    "StaffRole.permissions": "the permissions that there are",
    "Survey.questions": "at most 200",
    "SurveyQuestion.labelsEn": "one for each step, at most 101",
    "SurveyQuestion.labelsZh": "one for each step, at most 101",
    "SurveyResponse.answers": "one for each question, at most 200",
    "Transaction.lines": "what one invoice has",
    "UserError.path": "as deep as the input",
    "Viewer.permissions": "the permissions that there are",
}
# A payload answers one mutation. These change a part of a record, and answer alike.
SHARED_PAYLOADS = {"contactPointAdd": "CustomerUpdatePayload", "contactPointRemove": "CustomerUpdatePayload",
                   "segmentMembersAdd": "SegmentMembersPayload", "segmentMembersRemove": "SegmentMembersPayload"}


NODE = "Node"
# What connections lead to without its having an id of its own.
NO_RECORDS = frozenset({
    "CustomerScore",  # a customer and what a run found: the customer has the id
})


def complaints(_root: Path) -> list[str]:
    """What breaks a rule in the schema of the core and the plugins that ship, as `Type.field: sentence`. The code is that of this
    process."""
    application = shipped()
    return [*silent(application.catalogue), *lint(application.schema, BOUNDED)]


def shipped() -> Application:
    return compose_all(Plugins(Choices()), "sqlite")  # the database makes no difference here


def lint(schema: Schema, bounded: Mapping[str, str]) -> list[str]:
    """The same for any schema; `bounded` tells which lists need no pages, and why."""
    types = [t for name, t in sorted(schema._schema.type_map.items()) if not is_introspection_type(t) and not is_specified_scalar_type(t)]  # noqa: SLF001  Strawberry shows no other
    objects: list[Any] = [t for t in types if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)]
    return [
        *(complaint for t in types for complaint in _undescribed(t)),
        *_undescribed_directives(schema),
        *(complaint for t in objects for complaint in _of_fields(t, bounded)),
        *(f"{name}: is in the table of bounded lists, but is none" for name in sorted(set(bounded) - set(_lists(objects)))),
        *_roots(schema),
        *schema_access.complaints(schema),
    ]


# -- descriptions --
def _undescribed(type_: Any) -> Iterator[str]:
    if not type_.description:
        yield f"{type_.name}: has no description"
    members = type_.values if isinstance(type_, GraphQLEnumType) else getattr(type_, "fields", {})
    for name, member in members.items():
        if not member.description:
            yield f"{type_.name}.{name}: has no description"
        arguments = getattr(member, "args", {}).items()
        yield from (f"{type_.name}.{name}({key}:): has no description" for key, one in arguments if not one.description)


def _undescribed_directives(schema: Schema) -> Iterator[str]:
    for one in schema._schema.directives:  # noqa: SLF001
        if not is_specified_directive(one) and not one.description:
            yield f"@{one.name}: has no description"


# -- fields --
def _of_fields(type_: Any, bounded: Mapping[str, str]) -> Iterator[str]:
    for name, field in type_.fields.items():
        place = f"{type_.name}.{name}"
        if is_connection(get_named_type(field.type)):
            yield from (f"{place}: {text}" for text in _of_connection(field))
        elif _is_list(field) and not _is_paged(type_, name) and place not in bounded:
            yield f"{place}: is a list without pages; make it a connection, or say in the table what bounds it"
        pii = mark(field, Pii)
        if pii and pii.level is not PiiLevel.INDIRECT and not mark(field, Requires):
            yield f"{place}: shows personal data of level {pii.level.name} without @requires"


def _of_connection(field: GraphQLField) -> Iterator[str]:
    if isinstance(field.type, GraphQLNonNull):
        yield "a connection must be nullable, so that an error in it does not take its parent along"
    cost = mark(field, Cost)
    if cost is None or not cost.weight or {"first", "last"} - set(cost.multipliers):
        yield "a connection needs @cost with a weight and the multipliers first and last"
    connection: Any = get_named_type(field.type)
    node: Any = get_named_type(connection.fields["nodes"].type)
    if NODE not in {one.name for one in (node, *getattr(node, "interfaces", ()))} and node.name not in NO_RECORDS:
        yield f"a connection leads to records, which implement Node; {node.name} does not"
    if missing := PAGING - set(field.args):
        yield f"a connection needs the arguments {', '.join(sorted(missing))}"


def is_connection(type_: Any) -> bool:
    return {"nodes", "edges", "pageInfo"} <= set(getattr(type_, "fields", {}))


def mark(field: GraphQLField, directive: type) -> Any:
    """The directive as it stands on the field, or None."""
    definition = field.extensions.get("strawberry-definition")
    return next((one for one in getattr(definition, "directives", ()) if isinstance(one, directive)), None)


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def _is_paged(type_: Any, name: str) -> bool:
    """The rows of a page, and the errors of a payload: bounded by the page and by the input."""
    return (is_connection(type_) and name in ("edges", "nodes")) or name == "userErrors"


def _lists(objects: list[Any]) -> Iterator[str]:
    return (f"{t.name}.{name}" for t in objects for name, field in t.fields.items() if _is_list(field) and not _is_paged(t, name))


# -- roots --
def _roots(schema: Schema) -> Iterator[str]:
    roots = [root for root in (schema._schema.query_type, schema._schema.mutation_type) if root]  # noqa: SLF001
    for root in roots:
        for name, field in root.fields.items():
            if isinstance(field.type, GraphQLNonNull):
                yield f"{root.name}.{name}: a root field must be nullable, so that one error does not empty the answer"
    if schema._schema.mutation_type:  # noqa: SLF001
        for name, field in schema._schema.mutation_type.fields.items():  # noqa: SLF001
            yield from (f"Mutation.{name}: {text}" for text in _of_mutation(name, field))


def _of_mutation(name: str, field: GraphQLField) -> Iterator[str]:
    noun = name[0].upper() + name[1:]
    given = field.args.get("input")
    if len(field.args) != 1 or given is None:
        yield "takes one argument, input"
    elif str(given.type) != f"{noun}Input!" or not isinstance(get_named_type(given.type), GraphQLInputObjectType):
        yield f"input must be {noun}Input!, not {given.type}"
    payload: Any = get_named_type(field.type)
    if payload.name != (expected := SHARED_PAYLOADS.get(name, f"{noun}Payload")):
        yield f"its payload must be called {expected}, not {payload.name}"
    errors = getattr(payload, "fields", {}).get("userErrors")
    if errors is None or str(errors.type) != "[UserError!]!":
        yield "its payload needs userErrors: [UserError!]!"
    if mark(field, Cost) is None:
        yield "needs @cost"
