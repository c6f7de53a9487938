"""What rules are about: products, or categories of them, shown for any number of itemsets at once."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import strawberry
from sqlalchemy import BigInteger, select

from guanxi import Product, Record, members, question
from plugins.rules.models import ItemRow

READ = ["commerce.read"]


@strawberry.type(description="A category of products.")
class ProductCategory:
    name: str = strawberry.field(description="What it is called.")


RuleItem = Annotated[Product | ProductCategory,
                     strawberry.union("RuleItem", description="What stands in a rule: a product, or in runs by category a category.")]


@cache
def of_itemsets(dialect: str) -> Any:
    item = ItemRow
    query = select(item.itemset_id, item.product_id, item.category).where(item.itemset_id.in_(members("itemsets", BigInteger(), dialect)))
    return question(query.order_by(item.itemset_id, item.position), dialect)


async def items(context: Any, itemsets: Sequence[int]) -> Any:  # a record stands for a product
    """By itemset, in one statement."""
    found: dict[int, list[Record | ProductCategory]] = {}
    for itemset, product, category in await of_itemsets(context.dialect).ask(context, {"itemsets": list(dict.fromkeys(itemsets))}):
        found.setdefault(itemset, []).append(ProductCategory(name=category) if product is None else Record(Product, product))
    return found
