"""Filter and order keys of customers that are no columns of their own row."""

from typing import Any

from sqlalchemy import FromClause, String, bindparam, exists, func, select
from sqlalchemy.sql import ColumnElement

from schema.commerce.models import TransactionKind, TransactionRow
from schema.customers.models import AddressRow, ExternalIdRow, ServiceLevelRow, TagRow
from schema.customers.search import matches
from schema.customers.types import Customer
from schema.ids import OpaqueId
from schema.querying.entities import Filter, Order
from schema.querying.inputs import IdFilter, MoneyFilter, Operand, StringFilter
from schema.relationships.related import RelatedToFilter, related

COMMERCE, STAFF = ("commerce.read",), ("staff.read",)


def has_tag(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    return exists().where(TagRow.customer_id == customer.c.id, operand.holds(TagRow.name))


def has_level(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    level = select(ServiceLevelRow.key).where(ServiceLevelRow.id == customer.c.service_level_id).scalar_subquery()
    return operand.holds(level)


def has_country(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    return exists().where(AddressRow.customer_id == customer.c.id, operand.holds(AddressRow.country))


def has_external_id(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    return exists().where(ExternalIdRow.customer_id == customer.c.id, operand.holds(ExternalIdRow.value))


def purchase_total(customer: FromClause, currency: Any) -> ColumnElement[Any]:
    """Net of returns and cancellations, in one currency; NULL for customers without transactions in it."""
    t = TransactionRow
    total = func.sum(t.total_amount, type_=t.total_amount.type)
    return select(total).where(t.customer_id == customer.c.id, t.total_currency == currency).scalar_subquery()


def spent(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    currency = operand.parameter("currency", String(), default="reporting_currency")
    return operand.holds(purchase_total(customer, currency), TransactionRow.total_amount.type)


def last_purchase(customer: FromClause, _: Operand) -> ColumnElement[Any]:
    t = TransactionRow
    last = func.max(t.occurred_at, type_=t.occurred_at.type)
    return select(last).where(t.customer_id == customer.c.id, t.kind == TransactionKind.PURCHASE).scalar_subquery()


FILTERS = (
    Filter(Customer, "id", IdFilter, lambda row, operand: operand.holds(row.c.id, OpaqueId("c", "Customer")), "By id."),
    Filter(Customer, "tag", StringFilter, has_tag, "With a tag for which all of this holds."),
    Filter(Customer, "serviceLevel", StringFilter, has_level, "By the key of the service level."),
    Filter(Customer, "ownerId", IdFilter, lambda row, operand: operand.holds(row.c.owner_id, OpaqueId("s", "Staff")),
           "By who looks after them.", STAFF),
    Filter(Customer, "country", StringFilter, has_country, "With an address in such a country."),
    Filter(Customer, "externalId", StringFilter, has_external_id, "With such a name in another system."),
    Filter(Customer, "purchaseTotal", MoneyFilter, spent, "By what they paid, net of returns and cancellations.", COMMERCE),
    Filter(Customer, "relatedTo", RelatedToFilter, related, "Within so many relationships of a customer.", ("relationships.read",)),
    Filter(Customer, "search", str, matches,
           "Whose name has all these words, or parts of words, in any order. One Chinese character is enough."),
)
ORDERS = (
    Order(Customer, "purchaseTotal", lambda row, _: purchase_total(row, bindparam("reporting_currency", type_=String())),
          "By what they paid in the reporting currency, net of returns and cancellations.", requires=COMMERCE),
    Order(Customer, "lastPurchaseAt", last_purchase, "By when their last purchase was.", requires=COMMERCE),
)
