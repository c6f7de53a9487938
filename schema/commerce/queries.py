"""Root fields about commerce."""

import strawberry

from schema.commerce.models import ProductRow, TransactionRow
from schema.commerce.types import Product, ProductConnection, TransactionConnection
from schema.querying.declare import lookup, many


@strawberry.type
class CommerceQueries:
    products: ProductConnection | None = many(None, "Products, by SKU.", default_order=[(ProductRow.sku, False)])
    product: Product | None = lookup("A product by its id.")
    transactions: TransactionConnection | None = many(None, "Transactions, newest first.",
                                                      default_order=[(TransactionRow.occurred_at, True)])
