"""The core's schema: its roots, and every type, filter and order key that belongs to them."""

import strawberry

from schema.analyses import filters as analyses
from schema.analyses.mutations import AnalysisMutations
from schema.analyses.queries import AnalysisQueries
from schema.analyses.subscriptions import AnalysisSubscriptions
from schema.analyses.types import AnalysisRun, UnavailableRun
from schema.commerce import filters as commerce
from schema.commerce.queries import CommerceQueries
from schema.compose import Parts, Schema
from schema.customers import filters as customers
from schema.customers.mutations import CustomerMutations
from schema.customers.queries import CustomerQueries
from schema.features.types import FeatureQueries
from schema.jobs.models import JobKind
from schema.jobs.mutations import JobMutations
from schema.jobs.queries import JobQueries
from schema.jobs.types import DeriveJob, ImportJob, Job
from schema.marketing import filters as marketing
from schema.marketing.mutations import MarketingMutations
from schema.marketing.queries import MarketingQueries
from schema.querying.connection import Node
from schema.querying.declare import Variant, argument, lookup
from schema.relationships import filters as relationships
from schema.relationships.mutations import RelationshipMutations
from schema.relationships.queries import RelationshipQueries
from schema.staff import filters as staff
from schema.staff.queries import StaffQueries
from schema.surveys import filters as surveys
from schema.surveys.mutations import SurveyMutations
from schema.surveys.queries import SurveyQueries


@strawberry.type(description="What can be asked.")
class Query(CustomerQueries, RelationshipQueries, CommerceQueries, MarketingQueries, SurveyQueries, JobQueries, AnalysisQueries,
            FeatureQueries, StaffQueries):
    node: Node | None = lookup("Anything that has an id.")
    nodes: list[Node | None] | None = lookup("Up to 1,000 things by their ids, in their order; null for those that do not exist.",
                                             multipliers=["ids"], arguments=[argument("ids", list[strawberry.ID], "Their ids.")])


@strawberry.type(description="What can be changed.")
class Mutation(CustomerMutations, RelationshipMutations, MarketingMutations, SurveyMutations, JobMutations, AnalysisMutations):
    pass


@strawberry.type(description="What can be waited for.")
class Subscription(AnalysisSubscriptions):
    pass


# Which type shows a row of the table of jobs. Plugins add the types of their runs.
VARIANTS = {
    Job: Variant(by="kind", types={JobKind.IMPORT: ImportJob, JobKind.DERIVE: DeriveJob}, otherwise=UnavailableRun),
    AnalysisRun: Variant(by="kind", types={}, otherwise=UnavailableRun),
}


def core() -> Parts:
    return Parts(
        query=Query, mutation=Mutation, subscription=Subscription, types=(ImportJob, DeriveJob, UnavailableRun), variants=VARIANTS,
        filters=(*customers.FILTERS, *relationships.FILTERS, *commerce.FILTERS, *staff.FILTERS, *analyses.FILTERS, *marketing.FILTERS,
                 *surveys.FILTERS),
        orders=(*customers.ORDERS, *analyses.ORDERS))


def build_schema(dialect: str) -> Schema:
    """The schema of one application on one kind of database ("sqlite" or "postgresql")."""
    return Schema(core(), dialect)
