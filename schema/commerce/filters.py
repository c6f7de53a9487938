"""Filter keys of commerce that are no columns of their own row."""

from sqlalchemy import FromClause, select
from sqlalchemy.sql import ColumnElement

from schema.commerce.models import TransactionLineRow
from schema.commerce.types import BrowseEvent, Review, Transaction
from schema.ids import OpaqueId
from schema.querying.entities import Filter
from schema.querying.inputs import IdFilter, Operand

CUSTOMER, PRODUCT = OpaqueId("c", "Customer"), OpaqueId("p", "Product")


def has_product(transaction: FromClause, operand: Operand) -> ColumnElement[bool]:
    lines = select(TransactionLineRow.transaction_id).where(operand.holds(TransactionLineRow.product_id, PRODUCT))
    return transaction.c.id.in_(lines)


FILTERS = (
    Filter(Transaction, "productId", IdFilter, has_product, "With a line of one of these products."),
    Filter(Transaction, "customerId", IdFilter, lambda row, operand: operand.holds(row.c.customer_id, CUSTOMER),
           "By customer; isNull: the customer is not known.", ("customers.read",)),
    Filter(BrowseEvent, "productId", IdFilter, lambda row, operand: operand.holds(row.c.product_id, PRODUCT), "By product."),
    Filter(Review, "productId", IdFilter, lambda row, operand: operand.holds(row.c.product_id, PRODUCT), "By product."),
)
