"""What rules can be filtered by beside their own numbers: the products and categories on either side."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import FromClause, func, select
from sqlalchemy.sql import ColumnElement

from guanxi import Filter, StringFilter
from guanxi.tables import ProductRow
from plugins.rules.items import READ
from plugins.rules.models import ItemRow
from plugins.rules.types import AssociationRule

Condition = Callable[[FromClause, Any], ColumnElement[bool]]


def sku(column: str, rule: FromClause, operand: Any) -> ColumnElement[bool]:
    fitting = select(ItemRow.itemset_id).join(ProductRow, ProductRow.id == ItemRow.product_id).where(operand.holds(ProductRow.sku))
    return rule.c[column].in_(fitting)


def category(column: str, rule: FromClause, operand: Any) -> ColumnElement[bool]:
    of_item = func.coalesce(ItemRow.category, ProductRow.category, type_=ItemRow.category.type)
    fitting = select(ItemRow.itemset_id).outerjoin(ProductRow, ProductRow.id == ItemRow.product_id).where(operand.holds(of_item))
    return rule.c[column].in_(fitting)


def key(name: str, condition: Condition, description: str) -> Filter:
    return Filter(AssociationRule, name, StringFilter, condition, description, tuple(READ))


FILTERS = (
    key("antecedentSku", partial(sku, "antecedent_id"), "With such a product on the left."),
    key("consequentSku", partial(sku, "consequent_id"), "With such a product on the right."),
    key("antecedentCategory", partial(category, "antecedent_id"), "With such a category, or a product of it, on the left."),
    key("consequentCategory", partial(category, "consequent_id"), "With such a category, or a product of it, on the right."),
)
