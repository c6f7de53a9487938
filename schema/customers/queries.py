"""Root fields about customers."""

from typing import Any

import strawberry
from sqlalchemy import bindparam, select

from schema import ids
from schema.context import Context
from schema.customers.contacts import normal_value
from schema.customers.groups import GROUPS
from schema.customers.models import Channel, ContactPointRow, CustomerRow, ExternalIdRow
from schema.customers.types import Customer, CustomerConnection, ServiceLevel
from schema.errors import RequestError
from schema.permissions import require
from schema.querying.declare import argument, listed, lookup, many
from schema.querying.reading import fetch_all


@strawberry.input(description="What another system calls a customer.")
class ExternalIdInput:
    source: str = strawberry.field(description="The other system.")
    value: str = strawberry.field(description="The name it gives.")


@strawberry.input(one_of=True, description="One way to name a customer. An e-mail or phone must be unique to be found by.")
class CustomerRef:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The customer's id.")
    external_id: strawberry.Maybe[ExternalIdInput] = strawberry.field(description="The name that another system gives.")
    email: strawberry.Maybe[str] = strawberry.field(description="An e-mail address, in any case.")
    phone: strawberry.Maybe[str] = strawberry.field(description="A phone number; spaces and dashes do not matter.")


async def find(context: Context, ref: dict[str, Any]) -> int | None:
    """The customer's number, or None. Raises CONFLICT naming the candidates when several have the e-mail or phone."""
    (way, value), = ref.items()
    if way == "id":
        return ids.number(value, "c", "Customer")
    if way == "externalId":
        query = select(ExternalIdRow.customer_id).where(ExternalIdRow.source == bindparam("source"),
                                                        ExternalIdRow.value == bindparam("value"))
        found = await fetch_all(context, query, value)
    else:
        require(context.caller.permissions, ["pii.read"])  # who may not see it must not test for it either
        channel = Channel.EMAIL if way == "email" else Channel.PHONE
        query = select(ContactPointRow.customer_id).where(ContactPointRow.channel == channel,
                                                          ContactPointRow.normal_value == bindparam("value"))
        found = await fetch_all(context, query.distinct().order_by(ContactPointRow.customer_id).limit(10),
                                {"value": normal_value(channel, value)})
    if len(found) > 1:
        raise RequestError("CONFLICT", "many_found", ids=", ".join(ids.encode("c", number) for number, in found))
    return found[0][0] if found else None


@strawberry.type
class CustomerQueries:
    customer: Customer | None = lookup("One customer.", find=find, arguments=[argument("ref", CustomerRef, "Which one.")])
    customers: CustomerConnection | None = many(None, "Customers, by name.", default_order=[(CustomerRow.name, False)], grouping=GROUPS)
    service_levels: list[ServiceLevel] | None = listed(None, "All service levels.")
