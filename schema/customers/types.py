"""Types of customers."""

import datetime
from typing import Annotated

import strawberry

from schema.commerce.models import BrowseEventRow, ReviewRow, TransactionRow
from schema.commerce.types import BrowseEventConnection, ReviewConnection, TransactionConnection
from schema.customers.behaviour import BehaviourSummary, TimeWindowInput, behaviour
from schema.customers.contacts import mask, mask_text
from schema.customers.groups import CustomerGroup, CustomerGroupKey
from schema.customers.models import (
    AddressRow,
    Channel,
    ConsentRow,
    ContactPointRow,
    CustomerKind,
    CustomerRow,
    ExternalIdRow,
    ServiceLevelRow,
    TagRow,
)
from schema.directives import PiiLevel
from schema.marketing.models import SegmentMemberRow
from schema.marketing.types import AS_OF, SegmentMembershipConnection
from schema.money import Money
from schema.querying.connection import Edge, Node, PageInfo
from schema.querying.declare import argument, column, computed, derived, grouped, key, listed, many, money, one, translated, variant
from schema.relationships.filters import NARROWINGS
from schema.relationships.models import RelationshipEndRow
from schema.relationships.types import CustomerRelationshipConnection
from schema.staff.types import Staff
from schema.surveys.models import SurveyResponseRow
from schema.surveys.types import WHO, SurveyResponseConnection

HERE = "schema.customers.types"
READ, PII = ["customers.read"], ["pii.read"]


@strawberry.type(description="What a customer may expect of us. Levels are data: installations name their own.")
class ServiceLevel(Node):
    id: strawberry.ID = key(ServiceLevelRow.id, code="sl", requires=READ)
    key: str = column(ServiceLevelRow.key, "What programs and files call the level.")
    name: str | None = translated(ServiceLevelRow.name_en, ServiceLevelRow.name_zh, "Its name in the caller's language.")
    first_response_minutes: int | None = column(ServiceLevelRow.first_response_minutes, "Within how many minutes the first answer is due.")
    resolution_minutes: int | None = column(ServiceLevelRow.resolution_minutes, "Within how many minutes a case is to be resolved.")


@strawberry.type(description="What is known of a person.")
class PersonDetails:
    given_name: str | None = column(CustomerRow.given_name, "The given name.", requires=PII, pii=PiiLevel.DIRECT)
    family_name: str | None = column(CustomerRow.family_name, "The family name.", requires=PII, pii=PiiLevel.DIRECT)
    birth_date: datetime.date | None = column(CustomerRow.birth_date, "The day of birth.", requires=PII, pii=PiiLevel.DIRECT)
    gender: str | None = column(CustomerRow.gender, "The gender, in the installation's own words.")
    education_level: str | None = column(CustomerRow.education_level, "The level of education.")
    income: Money | None = money(CustomerRow.income_amount, CustomerRow.income_currency, "The yearly income.", requires=PII,
                                 pii=PiiLevel.SENSITIVE)


@strawberry.type(description="What is known of an organisation.")
class OrganizationDetails:
    legal_name: str | None = column(CustomerRow.legal_name, "The name in the register.")
    registration_number: str | None = column(CustomerRow.registration_number, "The number in the register.", pii=PiiLevel.INDIRECT)
    industry: str | None = column(CustomerRow.industry, "The industry.")
    employee_count: int | None = column(CustomerRow.employee_count, "How many work there.")


CustomerDetails = Annotated[PersonDetails | OrganizationDetails,
                            strawberry.union("CustomerDetails", description="What is known of a customer, by kind.")]


@strawberry.type(description="One way to reach a customer.")
class ContactPoint(Node):
    id: strawberry.ID = key(ContactPointRow.id, code="cp", requires=READ)
    channel: Channel = column(ContactPointRow.channel, "The way.")
    value: str | None = column(ContactPointRow.value, "The number, address or account.", requires=PII, pii=PiiLevel.DIRECT)
    masked: str = derived(mask, ContactPointRow.channel, ContactPointRow.value, description="Enough of it to recognise, not to use.")
    preferred: bool = column(ContactPointRow.preferred, "Whether the customer prefers it.")
    verified_at: datetime.datetime | None = column(ContactPointRow.verified_at, "When it was last seen to work.")


@strawberry.type(description="A postal address.")
class Address(Node):
    id: strawberry.ID = key(AddressRow.id, code="ad", requires=READ)
    line: str | None = column(AddressRow.line, "Street and number.", requires=PII, pii=PiiLevel.DIRECT)
    masked: str = derived(mask_text, AddressRow.line, description="Enough of the line to recognise, not to use.")
    city: str | None = column(AddressRow.city, "The city.")
    region: str | None = column(AddressRow.region, "The province or state.")
    postal_code: str | None = column(AddressRow.postal_code, "The postal code.", pii=PiiLevel.INDIRECT)
    country: str | None = column(AddressRow.country, "The country, as the source wrote it.")
    preferred: bool = column(AddressRow.preferred, "Whether the customer prefers it.")


@strawberry.type(description="What another system calls a customer.")
class ExternalId:
    source: str = column(ExternalIdRow.source, "The other system.")
    value: str = column(ExternalIdRow.value, "The name it gives.")


@strawberry.type(description="What a customer allowed or refused.")
class Consent:
    purpose: str = column(ConsentRow.purpose, "For what.")
    channel: Channel | None = column(ConsentRow.channel, "By which way; null: any.")
    granted: bool = column(ConsentRow.granted, "Whether it was allowed.")
    recorded_at: datetime.datetime = column(ConsentRow.recorded_at, "When it was said. The latest word counts.")
    source: str | None = column(ConsentRow.source, "Where it was said.")


@strawberry.type(description="A person or an organisation we deal with.")
class Customer(Node):
    id: strawberry.ID = key(CustomerRow.id, code="c", requires=READ)
    kind: CustomerKind = column(CustomerRow.kind, "A person or an organisation.", filter="operators")
    name: str = column(CustomerRow.name, "What we call them.", filter="operators", order=True)
    revision: int = column(CustomerRow.revision, "Grows with every change: give it as expectedRevision.")
    created_at: datetime.datetime = column(CustomerRow.created_at, "When the record was made.", filter="operators", order=True)
    updated_at: datetime.datetime = column(CustomerRow.updated_at, "When it was last changed.", order=True)
    details: CustomerDetails | None = variant(CustomerRow.kind,
                                              {CustomerKind.PERSON: PersonDetails, CustomerKind.ORGANIZATION: OrganizationDetails},
                                              "What is known of them, by kind.")
    contact_points: list[ContactPoint] = listed(ContactPointRow.customer_id, "How to reach them.")
    addresses: list[Address] = listed(AddressRow.customer_id, "Where they are.")
    external_ids: list[ExternalId] = listed(ExternalIdRow.customer_id, "What other systems call them.")
    service_level: ServiceLevel | None = one(CustomerRow.service_level_id, "What they may expect of us.")
    owner: Staff | None = one(CustomerRow.owner_id, "Who looks after them.")
    tags: list[str] = listed(TagRow.customer_id, "Words put on them, in order.", value=TagRow.name, order=TagRow.name)
    consents: list[Consent] | None = listed(ConsentRow.customer_id, "What they allowed and refused, oldest first.",
                                            order=ConsentRow.recorded_at, requires=["privacy.read"])
    relationships: CustomerRelationshipConnection | None = many(RelationshipEndRow.customer_id, "How they stand to others.",
            narrowings=NARROWINGS)
    segments: SegmentMembershipConnection | None = many(SegmentMemberRow.customer_id, "The segments that they are or were in.",
                                                        narrowings=AS_OF, default_order=[(SegmentMemberRow.since, True)])
    transactions: TransactionConnection | None = many(TransactionRow.customer_id, "What they bought and returned, newest first.",
                                                      default_order=[(TransactionRow.occurred_at, True)])
    browse_events: BrowseEventConnection | None = many(BrowseEventRow.customer_id, "What they looked at, newest first.",
                                                       default_order=[(BrowseEventRow.started_at, True)])
    reviews: ReviewConnection | None = many(ReviewRow.customer_id, "What they said of products, newest first.",
                                            default_order=[(ReviewRow.created_at, True)])
    survey_responses: SurveyResponseConnection | None = many(SurveyResponseRow.customer_id, "What they answered in surveys, newest first.",
                                                             default_order=[(SurveyResponseRow.submitted_at, True)], requires=WHO)
    behaviour: BehaviourSummary | None = computed(behaviour, "What they did, summed up.", cost=5, requires=["commerce.read"], arguments=[
        argument("window", TimeWindowInput | None, "Only what happened then; left out: all of it.")])




@strawberry.type(description="A page of customers.")
class CustomerConnection:
    edges: list[Edge[Customer]] = strawberry.field(description="The customers with their cursors.")
    nodes: list[Customer] = strawberry.field(description="The customers.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int | None = strawberry.field(description="How many there are in all: counted only when asked for.")
    groups: list[CustomerGroup] | None = grouped("Counts by groups, the largest first; at most 1,000.", [
        argument("by", list[CustomerGroupKey], "One to three keys.")])


