"""Types of commerce."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.commerce.models import BrowseEventRow, ProductRow, ReviewRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.money import Money
from schema.querying.connection import Connection, Node
from schema.querying.declare import column, key, listed, many, money, one

if TYPE_CHECKING:
    from schema.customers.types import Customer

HERE = "schema.commerce.types"
ProductConnection = Connection[Annotated["Product", strawberry.lazy(HERE)]]
TransactionConnection = Connection[Annotated["Transaction", strawberry.lazy(HERE)]]
BrowseEventConnection = Connection[Annotated["BrowseEvent", strawberry.lazy(HERE)]]
ReviewConnection = Connection[Annotated["Review", strawberry.lazy(HERE)]]
LazyCustomer = Annotated["Customer", strawberry.lazy("schema.customers.types")]
READ = ["commerce.read"]


@strawberry.type(description="Something that is sold.")
class Product(Node):
    id: strawberry.ID = key(ProductRow.id, code="p", requires=READ)
    sku: str = column(ProductRow.sku, "The stock keeping unit: its natural key.", filter="operators", order=True)
    name: str = column(ProductRow.name, "What it is called.", filter="operators", order=True)
    category: str | None = column(ProductRow.category, "The category it belongs to.", filter="operators", order=True)
    price: Money | None = money(ProductRow.price_amount, ProductRow.price_currency, "The list price.")
    reviews: ReviewConnection | None = many(ReviewRow.product_id, "What customers said of it, newest first.",
                                            default_order=[(ReviewRow.created_at, True)])
    transactions: TransactionConnection | None = many(None, "In which it was bought or came back, newest first.",
                                                      through=(TransactionLineRow.product_id, TransactionLineRow.transaction_id),
                                                      default_order=[(TransactionRow.occurred_at, True)])


@strawberry.type(description="A line of a transaction. Its key is its position: the same product may stand on several lines.")
class TransactionLine(Node):
    id: strawberry.ID = key(TransactionLineRow.id, code="tl", requires=READ)
    position: int = column(TransactionLineRow.position, "Its place in the transaction, from 1.")
    product: Product = one(TransactionLineRow.product_id, "What was bought or came back.")
    quantity: Decimal = column(TransactionLineRow.quantity, "How much; negative when it came back.")
    unit_price: Money = money(TransactionLineRow.price_amount, TransactionRow.total_currency, "The price of one.",
                              via=TransactionLineRow.transaction_id)
    amount: Money = money(TransactionLineRow.amount, TransactionRow.total_currency, "Quantity times price.",
                          via=TransactionLineRow.transaction_id)


@strawberry.type(description="A purchase, a return or a cancellation.")
class Transaction(Node):
    id: strawberry.ID = key(TransactionRow.id, code="t", requires=READ)
    kind: TransactionKind = column(TransactionRow.kind, "What it did.", filter="value")
    customer: LazyCustomer | None = one(TransactionRow.customer_id, "Whose it is; null when the customer is not known.")
    cancels: Annotated["Transaction", strawberry.lazy(HERE)] | None = one(TransactionRow.cancels_id, "The transaction that it undid.")
    occurred_at: datetime.datetime = column(TransactionRow.occurred_at, "When it happened.", filter="operators", order=True)
    total: Money = money(TransactionRow.total_amount, TransactionRow.total_currency, "The sum of its lines.")
    lines: list[TransactionLine] = listed(TransactionLineRow.transaction_id, "Its lines, in order.", order=TransactionLineRow.position)
    external_id: str | None = column(TransactionRow.external_id, "What the source calls it, such as the invoice's number.",
                                     filter="operators")


@strawberry.type(description="A look at a product, or at the shop.")
class BrowseEvent(Node):
    id: strawberry.ID = key(BrowseEventRow.id, code="be", requires=READ)
    customer: LazyCustomer = one(BrowseEventRow.customer_id, "Who looked.")
    product: Product | None = one(BrowseEventRow.product_id, "At what; null for the shop as a whole.")
    started_at: datetime.datetime = column(BrowseEventRow.started_at, "When it began.", filter="operators", order=True)
    duration_seconds: int | None = column(BrowseEventRow.duration_seconds, "How long it took.")


@strawberry.type(description="What a customer said of a product.")
class Review(Node):
    id: strawberry.ID = key(ReviewRow.id, code="rv", requires=READ)
    customer: LazyCustomer = one(ReviewRow.customer_id, "Who said it.")
    product: Product | None = one(ReviewRow.product_id, "Of what.")
    score: int = column(ReviewRow.score, "From 1, bad, to 5, good.", filter="operators", order=True)
    content: str | None = column(ReviewRow.content, "The text.")
    created_at: datetime.datetime = column(ReviewRow.created_at, "When.", filter="operators", order=True)
    purchased: bool | None = column(ReviewRow.purchased, "Whether they had bought it; null when that is not known.", filter="value")
