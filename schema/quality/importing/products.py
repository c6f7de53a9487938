"""Writing products. A product is known by its SKU."""

from collections.abc import Iterable
from typing import Any

from schema.errors import ErrorCode, problem
from schema.quality.importing.goods import PRODUCTS
from schema.quality.importing.mapping import Batch
from schema.quality.importing.upsert import UNKNOWN, Upsert, first_of_each
from schema.quality.importing.work import Seen, Sieve, Work

FIELDS = ("sku", "name", "category", "price", "currency")
TARGET = Upsert(PRODUCTS, "product", ("sku", "name", "category", "price_amount", "price_currency"))


def write(work: Work, batches: Iterable[Batch]) -> None:
    seen = Seen()
    for read in batches:
        batch = with_currency(work, read)
        rows = [known(row) for row in batch.rows(*FIELDS)]
        first = first_of_each(work, seen, batch, [row[0] for row in rows], rows, "sku")
        TARGET.write(work, [rows[row] for row in first])


def with_currency(work: Work, batch: Batch) -> Batch:
    """Without the rows whose price has no currency."""
    sieve = Sieve(work.mapping, batch)
    for row, (price, currency) in enumerate(batch.rows("price", "currency")):
        if price is not None and currency is None:
            sieve.refuse(row, "currency", problem(ErrorCode.REQUIRED, "import_price_currency"))
    return sieve.sound()


def known(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Empty cells leave what is stored; a currency means something beside a price only."""
    sku, name, category, price, currency = (UNKNOWN if cell is None else cell for cell in row)
    return sku, name, category, price, UNKNOWN if price is UNKNOWN else currency
