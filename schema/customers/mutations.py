"""Mutations of customers and service levels."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import strawberry

from schema.checking import said
from schema.customers import changing
from schema.customers.inputs import (
    ContactPointAddInput,
    ContactPointRemoveInput,
    CustomerCreateInput,
    CustomersUpsertInput,
    CustomerUpdateInput,
    ServiceLevelSaveInput,
)
from schema.customers.levels import save_level
from schema.customers.types import Customer, ServiceLevel
from schema.customers.upserting import Upsert
from schema.errors import Problem, Refused, UserError, user_errors
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred

Number = strawberry.Private[int | None]
WRITE, SETTINGS = ["customers.write"], ["settings.write"]


@strawberry.type(description="What customerCreate did.")
class CustomerCreatePayload:
    customer_id: Number = None
    customer: Customer | None = referred("customer_id", "The customer that was made.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What a change of a customer did.")
class CustomerUpdatePayload:
    customer_id: Number = None
    customer: Customer | None = referred("customer_id", "The customer as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of one row.")
class CustomerUpsertResult:
    index: int = strawberry.field(description="Which row, counted from 0.")
    customer_id: Number = None
    customer: Customer | None = referred("customer_id", "Its customer as it is now; null when the row was not written.")
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What is wrong with the row.")


@strawberry.type(description="What customersUpsert did.")
class CustomersUpsertPayload:
    results: list[CustomerUpsertResult] = strawberry.field(default_factory=list, description="What became of each row, in their order.")
    created: int = strawberry.field(default=0, description="How many customers were made.")
    updated: int = strawberry.field(default=0, description="How many customers were changed; not those that were as their row says.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What serviceLevelSave did.")
class ServiceLevelSavePayload:
    level_id: Number = None
    service_level: ServiceLevel | None = referred("level_id", "The service level as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class CustomerMutations:
    @mutation(CustomerCreatePayload, requires=WRITE, description="Makes a customer.")
    async def customer_create(
        self, info: strawberry.Info, input: Annotated[CustomerCreateInput, strawberry.argument(description="The customer.")],
    ) -> CustomerCreatePayload | None:
        perform = partial(changing.create_customer, given=input)
        answer = await info.context.change("customerCreate", perform, key=said(input.idempotency_key), request=input)
        return CustomerCreatePayload(customer_id=answer["customer"])

    @mutation(CustomerUpdatePayload, requires=WRITE,
              description="Changes a customer. What says nothing new changes nothing, not even the revision.")
    async def customer_update(
        self, info: strawberry.Info, input: Annotated[CustomerUpdateInput, strawberry.argument(description="The change.")],
    ) -> CustomerUpdatePayload | None:
        answer = await info.context.change("customerUpdate", partial(changing.update_customer, given=input))
        return CustomerUpdatePayload(customer_id=answer["customer"])

    @mutation(CustomersUpsertPayload, requires=WRITE, cost=100,
              description="Makes or changes up to 500 customers, found by what other systems know them by. Sent again, it changes nothing.")
    async def customers_upsert(
        self, info: strawberry.Info, input: Annotated[CustomersUpsertInput, strawberry.argument(description="The customers.")],
    ) -> CustomersUpsertPayload | None:
        upsert, language = Upsert(input), info.context.language
        try:
            answer = await info.context.change("customersUpsert", upsert.perform)
        except Refused as refused:
            refused_rows = results([None] * len(upsert.faults), upsert.faults, language)
            return CustomersUpsertPayload(results=refused_rows, user_errors=user_errors(refused, language))
        return CustomersUpsertPayload(
            results=results(answer["customers"], upsert.faults, language), created=answer["created"], updated=answer["updated"])

    @mutation(CustomerUpdatePayload, requires=WRITE, description="Adds a way to reach a customer.")
    async def contact_point_add(
        self, info: strawberry.Info, input: Annotated[ContactPointAddInput, strawberry.argument(description="The way, and whose it is.")],
    ) -> CustomerUpdatePayload | None:
        answer = await info.context.change("contactPointAdd", partial(changing.add_contact_point, given=input))
        return CustomerUpdatePayload(customer_id=answer["customer"])

    @mutation(CustomerUpdatePayload, requires=WRITE, description="Removes a way to reach a customer.")
    async def contact_point_remove(
        self, info: strawberry.Info, input: Annotated[ContactPointRemoveInput, strawberry.argument(description="Which one.")],
    ) -> CustomerUpdatePayload | None:
        answer = await info.context.change("contactPointRemove", partial(changing.remove_contact_point, given=input))
        return CustomerUpdatePayload(customer_id=answer["customer"])

    @mutation(ServiceLevelSavePayload, requires=SETTINGS, description="Makes a service level, or changes the one with this key.")
    async def service_level_save(
        self, info: strawberry.Info, input: Annotated[ServiceLevelSaveInput, strawberry.argument(description="The service level.")],
    ) -> ServiceLevelSavePayload | None:
        answer = await info.context.change("serviceLevelSave", partial(save_level, given=input))
        return ServiceLevelSavePayload(level_id=answer["level"])


def results(customers: Sequence[int | None], faults: Sequence[Sequence[Problem]], language: str) -> list[CustomerUpsertResult]:
    return [CustomerUpsertResult(index=index, customer_id=number, user_errors=user_errors(Refused(*found), language))
            for index, (number, found) in enumerate(zip(customers, faults, strict=True))]
