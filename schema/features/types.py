"""The catalogue of features as callers see it."""

import strawberry

from schema.context import Context
from schema.features.contract import Feature, FeatureKind
from schema.querying.answering import raw


@strawberry.type(description="Something about customers that an analysis can compute with.")
class CustomerFeature:
    name: str = strawberry.field(description="What inputs call it, such as behaviour.purchaseCount.")
    title: str = strawberry.field(description="What it is called, in the caller's language.")
    description: str = strawberry.field(description="What it says, and when it is missing.")
    kind: FeatureKind = strawberry.field(description="What its values are.")
    skewed: bool = strawberry.field(description="Whether a few customers have very much of it: a logarithmic scale suits it.")
    plugin: str = strawberry.field(description="The plugin that brings it.")
    analysis: str | None = strawberry.field(description="The analysis whose published run it is read from; null: it is worked out anew.")
    requires: list[str] = strawberry.field(description="The permissions without which nobody can have it read.")


def shown(feature: Feature, language: str) -> CustomerFeature:
    return CustomerFeature(
        name=feature.name, title=feature.title_zh if language == "zh" else feature.title, description=feature.description,
        kind=feature.kind, skewed=feature.skewed, plugin=feature.plugin, requires=list(feature.requires),
        analysis=feature.from_run.analysis if feature.from_run else None)


async def features(context: Context) -> list[CustomerFeature]:
    return [shown(one, context.language) for one in context.catalogue.features.values()]


@strawberry.type
class FeatureQueries:
    customer_features: list[CustomerFeature] | None = raw(
        features, "What analyses such as segmentations can compute with. Ids and free text are no features.", requires=["jobs.read"])
