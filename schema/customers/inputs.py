"""Inputs of the mutations of customers. Texts are trimmed, and an empty one counts as null."""

import datetime

import strawberry
from strawberry import ID, Maybe

from schema.customers.models import Channel
from schema.customers.queries import ExternalIdInput
from schema.labels import LabelInput
from schema.money import MoneyInput
from schema.mutating import ErrorPolicy


@strawberry.input(description="What is known of a person. What is left out stays as it is; null clears it.")
class PersonDetailsInput:
    given_name: Maybe[str | None] = strawberry.field(default=None, description="The given name.")
    family_name: Maybe[str | None] = strawberry.field(default=None, description="The family name.")
    birth_date: Maybe[datetime.date | None] = strawberry.field(default=None, description="The day of birth, not in the future.")
    gender: Maybe[str | None] = strawberry.field(default=None, description="The gender, in the installation's own words.")
    education_level: Maybe[str | None] = strawberry.field(default=None, description="The level of education.")
    income: Maybe[MoneyInput | None] = strawberry.field(default=None, description="The yearly income, zero or more.")


@strawberry.input(description="What is known of an organisation. What is left out stays as it is; null clears it.")
class OrganizationDetailsInput:
    legal_name: Maybe[str | None] = strawberry.field(default=None, description="The name in the register.")
    registration_number: Maybe[str | None] = strawberry.field(default=None, description="The number in the register.")
    industry: Maybe[str | None] = strawberry.field(default=None, description="The industry.")
    employee_count: Maybe[int | None] = strawberry.field(default=None, description="How many work there, zero or more.")


@strawberry.input(one_of=True, description="Says whether a customer is a person or an organisation, and what is known of them.")
class CustomerDetailsInput:
    person: Maybe[PersonDetailsInput] = strawberry.field(default=None, description="They are a person.")
    organization: Maybe[OrganizationDetailsInput] = strawberry.field(default=None, description="They are an organisation.")


@strawberry.input(description="One way to reach a customer.")
class ContactPointInput:
    channel: Channel = strawberry.field(description="The way.")
    value: str = strawberry.field(description="The number, address or account.")
    preferred: bool = strawberry.field(default=False, description="Whether the customer prefers it.")


@strawberry.input(description="A postal address. At least one part must be given.")
class AddressInput:
    line: Maybe[str | None] = strawberry.field(default=None, description="Street and number.")
    city: Maybe[str | None] = strawberry.field(default=None, description="The city.")
    region: Maybe[str | None] = strawberry.field(default=None, description="The province or state.")
    postal_code: Maybe[str | None] = strawberry.field(default=None, description="The postal code.")
    country: Maybe[str | None] = strawberry.field(default=None, description="The country.")
    preferred: bool = strawberry.field(default=False, description="Whether the customer prefers it.")


@strawberry.input(description="A customer to be made; in customersUpsert also one to be changed, where what is left out stays as it is.")
class CustomerCreateInput:
    idempotency_key: Maybe[str | None] = strawberry.field(
        default=None, description="Any text of your own: sent again with the same input, it gets the first answer. "
                                   "Not for rows of customersUpsert.")
    name: str = strawberry.field(description="What we call them.")
    details: CustomerDetailsInput = strawberry.field(description="A person or an organisation, and what is known of them.")
    external_ids: Maybe[list[ExternalIdInput] | None] = strawberry.field(
        default=None, description="What other systems call them, at most 10.")
    contact_points: Maybe[list[ContactPointInput] | None] = strawberry.field(default=None, description="How to reach them, at most 20.")
    addresses: Maybe[list[AddressInput] | None] = strawberry.field(default=None, description="Where they are, at most 10.")
    service_level: Maybe[str | None] = strawberry.field(default=None, description="The key of a service level.")
    owner_id: Maybe[ID | None] = strawberry.field(default=None, description="Who looks after them.")
    tags: Maybe[list[str] | None] = strawberry.field(default=None, description="Words to put on them, at most 100.")


@strawberry.input(description="A change of a customer. What is left out stays as it is; null clears it.")
class CustomerUpdateInput:
    id: ID = strawberry.field(description="Which customer.")
    expected_revision: Maybe[int | None] = strawberry.field(
        default=None, description="The revision that you read. If somebody changed the customer since, nothing is written: CONFLICT.")
    name: Maybe[str | None] = strawberry.field(default=None, description="What we call them; it cannot be cleared.")
    details: Maybe[CustomerDetailsInput | None] = strawberry.field(
        default=None, description="What is known of them. The other kind makes them one of that kind, and what was known of the former "
                                   "kind goes. null clears everything but the kind.")
    service_level: Maybe[str | None] = strawberry.field(default=None, description="The key of a service level.")
    owner_id: Maybe[ID | None] = strawberry.field(default=None, description="Who looks after them.")
    tags: Maybe[list[str] | None] = strawberry.field(
        default=None, description="All words on them, at most 100: those that are missing here are taken off.")


@strawberry.input(description="Customers to be made or changed by what other systems know them by.")
class CustomersUpsertInput:
    match_on: list[str] = strawberry.field(
        description="How a row finds its customer: externalId, email, phone. With several, all of them must lead to the same customer.")
    rows: list[CustomerCreateInput] = strawberry.field(
        description="At most 500. A row that finds no customer makes one. External ids, contact points, addresses and tags are added, "
                    "never taken away.")
    error_policy: ErrorPolicy = strawberry.field(
        default=ErrorPolicy.REJECT_EVERYTHING, description="What happens when some rows are wrong.")


@strawberry.input(description="A way to reach a customer, to be added.")
class ContactPointAddInput:
    customer_id: ID = strawberry.field(description="The customer.")
    contact_point: ContactPointInput = strawberry.field(description="The way to reach them.")


@strawberry.input(description="A way to reach a customer, to be removed.")
class ContactPointRemoveInput:
    id: ID = strawberry.field(description="The contact point.")


@strawberry.input(
    description="A service level, found by its key: made when there is none, else changed. What is left out stays; null clears it.")
class ServiceLevelSaveInput:
    key: str = strawberry.field(description="What programs and files call the level: small letters, digits, - and _.")
    name: LabelInput = strawberry.field(description="What people call it.")
    first_response_minutes: Maybe[int | None] = strawberry.field(
        default=None, description="Within how many minutes the first answer is due, one or more.")
    resolution_minutes: Maybe[int | None] = strawberry.field(
        default=None, description="Within how many minutes a case is to be resolved, one or more.")
