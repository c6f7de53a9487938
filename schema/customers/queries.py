"""Root fields about customers."""

from functools import cache
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
from schema.querying.reading import Question, question


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


CANDIDATES = 10  # that a CONFLICT names


@cache
def by_external_id(dialect: str) -> Question:
    row = ExternalIdRow
    return question(select(row.customer_id).where(row.source == bindparam("source"), row.value == bindparam("value")), dialect)


@cache
def by_contact_point(dialect: str, channel: Channel) -> Question:
    row = ContactPointRow
    query = select(row.customer_id).where(row.channel == channel, row.normal_value == bindparam("value"))
    return question(query.distinct().order_by(row.customer_id).limit(CANDIDATES), dialect)


async def find(context: Context, ref: dict[str, Any]) -> int | None:
    """The customer's number, or None. Raises CONFLICT naming the candidates when several have the e-mail or phone."""
    (way, value), = ref.items()
    if way == "id":
        return ids.number(value, "c", "Customer")
    if way != "externalId":
        require(context.caller.permissions, ["pii.read"])  # who may not see it must not test for it either
    texts = value.values() if isinstance(value, dict) else (value,)
    if any("\0" in text for text in texts):  # nothing stored holds it, and PostgreSQL would not even take the question
        return None
    if way == "externalId":
        found = await by_external_id(context.dialect).ask(context, value)
    else:
        channel = Channel.EMAIL if way == "email" else Channel.PHONE
        found = await by_contact_point(context.dialect, channel).ask(context, {"value": normal_value(channel, value)})
    if len(found) > 1:
        raise RequestError("CONFLICT", "many_found", ids=", ".join(ids.encode("c", number) for number, in found))
    return found[0][0] if found else None


@strawberry.type
class CustomerQueries:
    customer: Customer | None = lookup("One customer.", find=find, arguments=[argument("ref", CustomerRef, "Which one.")])
    customers: CustomerConnection | None = many(None, "Customers, by name.", default_order=[(CustomerRow.name, False)], grouping=GROUPS)
    service_levels: list[ServiceLevel] | None = listed(None, "All service levels.")
