"""Counting customers by groups."""

import enum
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, select

from schema.commerce.models import TransactionRow
from schema.customers.models import ServiceLevelRow
from schema.directives import Requires
from schema.money import Money
from schema.permissions import require
from schema.querying.declare import Grouping
from schema.staff.models import StaffRow

COMMERCE = ["commerce.read"]


@strawberry.enum(description="What customers are grouped by.")
class CustomerGroupKey(enum.Enum):
    KIND = strawberry.enum_value("KIND", description="Person or organisation.")
    SERVICE_LEVEL = strawberry.enum_value("SERVICE_LEVEL", description="The key of the service level.")
    OWNER = strawberry.enum_value("OWNER", description="The name of whoever looks after them.")
    CREATED_MONTH = strawberry.enum_value("CREATED_MONTH", description="The month in which the record was made, such as 2024-05, in UTC.")


def purchase_total(root: strawberry.Parent["CustomerGroup"], info: strawberry.Info[Any, None]) -> list[Money] | None:
    require(info.context.caller.permissions, COMMERCE)
    return root.amounts


@strawberry.type(description="Customers that have the same keys.")
class CustomerGroup:
    keys: list[str | None] = strawberry.field(description="A value for each key asked for; null where customers have none.")
    count: int = strawberry.field(description="How many customers.")
    amounts: strawberry.Private[list[Money]]

    purchase_total: list[Money] | None = strawberry.field(
        resolver=purchase_total, description="What they paid, net of returns and cancellations, by currency.",
        directives=[Requires(permissions=COMMERCE)])


def group(keys: list[str | None], count: int, amounts: dict[str, Decimal]) -> CustomerGroup:
    return CustomerGroup(keys=keys, count=count, amounts=[Money(amount=amounts[c], currency=c) for c in sorted(amounts)])


def service_level(customer: FromClause) -> ColumnElement[Any]:
    return select(ServiceLevelRow.key).where(ServiceLevelRow.id == customer.c.service_level_id).scalar_subquery()


def owner(customer: FromClause) -> ColumnElement[Any]:
    return select(StaffRow.name).where(StaffRow.id == customer.c.owner_id).scalar_subquery()


def transactions_of(customer: FromClause) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any], ColumnElement[Any]]:
    rows = TransactionRow.__table__.alias("bought")
    return rows, rows.c.customer_id == customer.c.id, rows.c.total_amount, rows.c.total_currency


GROUPS = Grouping(group, transactions_of, {
    CustomerGroupKey.KIND: lambda customer, _: customer.c.kind,
    CustomerGroupKey.SERVICE_LEVEL: lambda customer, _: service_level(customer),
    CustomerGroupKey.OWNER: lambda customer, _: owner(customer),
    CustomerGroupKey.CREATED_MONTH: lambda customer, speech: speech.month(customer.c.created_at),
}, shown="purchaseTotal", requires={CustomerGroupKey.OWNER: ("staff.read",)})
