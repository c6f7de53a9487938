"""Tables of a plugin: their base, the columns that lead to customers, products and runs, and where their migrations lie."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schema.commerce.models import ProductRow
from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow
from schema.rows import CONVENTION, Instant, Scaled, text

REFERENCE = BigInteger().with_variant(Integer, "sqlite")


class PluginRow:
    """What the base of a plugin's tables begins with: `class Tables(PluginRow, DeclarativeBase)`, once in a plugin.

    Such a base has a metadata of its own (`Tables.metadata`), constraints are named as the core's are, and `Mapped[str]`,
    `Mapped[datetime.datetime]` (a moment in UTC) and `Mapped[Decimal]` (four places) are stored as the core stores them.
    """

    type_annotation_map = {str: text(), datetime.datetime: Instant(), Decimal: Scaled()}

    def __init_subclass__(cls, **options: Any) -> None:
        if DeclarativeBase in cls.__bases__:
            cls.metadata = MetaData(naming_convention=CONVENTION)  # type: ignore[attr-defined]  # DeclarativeBase reads it
        super().__init_subclass__(**options)


@dataclass(frozen=True)
class Storage:
    """The tables of a plugin and the folder of their migrations, which `python -m server.draft "what" --plugin NAME` begins.

    Every table is called NAME_something, and goes with the customers and runs it refers to: ON DELETE CASCADE.
    """

    metadata: MetaData
    migrations: Path


def run_key() -> Mapped[int]:
    """The run that a row is a result of: the first column of the primary key. The rows go when the run does."""
    return mapped_column(REFERENCE, ForeignKey(JobRow.__table__.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False)


def customer_key() -> Mapped[int]:
    """The customer that a row is about: part of the primary key. The rows go when the customer is erased."""
    return mapped_column(REFERENCE, ForeignKey(CustomerRow.__table__.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False,
                         index=True)


def product_key() -> Mapped[int]:
    """The product that a row is about: part of the primary key. The rows go when the product does."""
    return mapped_column(REFERENCE, ForeignKey(ProductRow.__table__.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False,
                         index=True)
