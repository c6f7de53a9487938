"""Writing browse events and reviews. Each is known by its source and external id.

Where no column gives the external id, it is a digest of what makes the row what it is: customer, product and moment, and of a review its
text. The same file imported again so meets its own rows.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schema.commerce.models import BrowseEventRow, ReviewRow
from schema.quality.importing import goods, people
from schema.quality.importing.bulk import table_of
from schema.quality.importing.mapping import Batch
from schema.quality.importing.upsert import UNKNOWN, Upsert, first_of_each
from schema.quality.importing.work import Seen, Sieve, Work


@dataclass(frozen=True)
class Kind:
    """`fields` are the file's behind customer and sku, `columns` the table's for them; `natural` are what a missing key is made from."""

    table: Any
    record: str
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    natural: tuple[str, ...]
    time: str


BROWSE_EVENTS = Kind(table_of(BrowseEventRow), "browseEvent", ("startedAt", "durationSeconds"), ("started_at", "duration_seconds"),
                     ("customer", "sku", "startedAt"), "startedAt")
REVIEWS = Kind(table_of(ReviewRow), "review",
               ("score", "content", "createdAt", "purchased"), ("score", "content", "created_at", "purchased"),
               ("customer", "sku", "createdAt", "content"), "createdAt")


def write_browse_events(work: Work, batches: Iterable[Batch]) -> None:
    write(work, batches, BROWSE_EVENTS)


def write_reviews(work: Work, batches: Iterable[Batch]) -> None:
    write(work, batches, REVIEWS)


def write(work: Work, batches: Iterable[Batch], kind: Kind) -> None:
    seen = Seen()
    target = Upsert(kind.table, kind.record, ("external_id", "customer_id", "product_id", *kind.columns),
                    (("source", work.plan.source),), (("created_at", work.now),))
    for batch in batches:
        known, sound = resolve(work, batch)
        keys = keys_of(sound, kind)
        contents = list(zip(keys, known, *(sound.column(name) for name in kind.fields), strict=True))
        first = first_of_each(work, seen, sound, keys, contents, "externalId" if work.mapping.gives("externalId") else kind.time)
        target.write(work, [row_of(contents[row]) for row in first])


def row_of(content: tuple[Any, ...]) -> tuple[Any, ...]:
    """Empty cells leave what is stored."""
    key, (customer, product), *cells = content
    return (key, customer, UNKNOWN if product is None else product, *(UNKNOWN if cell is None else cell for cell in cells))


def keys_of(batch: Batch, kind: Kind) -> Sequence[str]:
    derived = (digest(row) for row in batch.rows(*kind.natural))
    return [key or other for key, other in zip(batch.column("externalId"), derived, strict=True)]


def digest(row: Iterable[Any]) -> str:
    return "row-" + hashlib.sha256(json.dumps(list(row), ensure_ascii=False).encode()).hexdigest()[:32]


def resolve(work: Work, batch: Batch) -> tuple[list[tuple[int, int | None]], Batch]:
    """(customer, product) by row, and the rows for which both are known."""
    names = dict.fromkeys(batch.rows("customer", "customerName", "customerKind", "customerCountry"))
    customers = people.known_or_new(work, {external: people.Newcomer(external, *about) for external, *about in reversed(names)})
    skus = {sku: goods.NewProduct(sku) for sku in batch.column("sku") if sku}
    products = goods.known_or_new(work, skus) if work.plan.create_missing else goods.by_sku(work.connection, skus)
    sieve = Sieve(work.mapping, batch)
    for row, (customer, sku) in enumerate(batch.rows("customer", "sku")):
        if customer not in customers:
            sieve.refuse(row, "customer", people.unknown_customer(customer), customer)
        elif sku and sku not in products:
            sieve.refuse(row, "sku", goods.unknown_product(sku), sku)
    sound = sieve.sound()
    return [(customers[customer].id, products[sku] if sku else None) for customer, sku in sound.rows("customer", "sku")], sound
