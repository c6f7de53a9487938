"""Products by their SKUs: those that are known, and those that an import has to make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from schema.commerce.models import ProductRow
from schema.errors import ErrorCode, Problem, problem
from schema.numbering import new_ids
from schema.quality.importing.bulk import look_up, table_of
from schema.quality.importing.work import Work

PRODUCTS = table_of(ProductRow)


@dataclass(frozen=True, slots=True)
class NewProduct:
    sku: str
    name: str | None = None
    category: str | None = None


def unknown_product(sku: str) -> Problem:
    return problem(ErrorCode.NOT_FOUND, "import_product", value=sku)


def by_sku(connection: Connection, skus: Iterable[str]) -> dict[str, int]:
    found = look_up(connection, select(PRODUCTS.c.sku, PRODUCTS.c.id), PRODUCTS.c.sku, skus)
    return {sku: id_ for sku, id_ in found}  # noqa: C416  (dict() would not know the types)


def known_or_new(work: Work, products: Mapping[str, NewProduct]) -> dict[str, int]:
    """The ids of these products. Those missing are made."""
    known = by_sku(work.connection, products)
    return known | create(work, [product for sku, product in products.items() if sku not in known])


def create(work: Work, products: Sequence[NewProduct]) -> dict[str, int]:
    ids = dict(zip((product.sku for product in products), new_ids(work.bulk.connection, PRODUCTS, len(products)), strict=True))
    work.bulk.insert(PRODUCTS, ("id", "sku", "name", "category"),
                     ((ids[product.sku], product.sku, product.name or product.sku, product.category) for product in products))
    work.wrote("product", len(products))
    return ids
