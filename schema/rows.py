"""The base of every stored row, and the column types that mean the same on SQLite and PostgreSQL."""

import datetime
import enum
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, String, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

SCALE = 10_000  # money and quantities are whole numbers of ten-thousandths


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def text(length: int | None = None) -> String:
    """Text that both databases compare and sort by its UTF-8 bytes, so that a page of names is cut at the same place on both."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Instant(TypeDecorator[datetime.datetime]):
    """A moment in UTC.

    PostgreSQL keeps a timestamp with time zone. SQLite keeps RFC 3339 text ending in +00:00, which sorts as time does
    ("+" comes before "."), so comparison, order and keyset paging work on the text.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(datetime.UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
        return moment.astimezone(datetime.UTC)

    @property
    def python_type(self) -> type[datetime.datetime]:
        return datetime.datetime


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal with four places, stored as BIGINT in ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * SCALE).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-4)

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal


def named(kind: type[enum.Enum]) -> Enum:
    """An enum stored by its member's name in a VARCHAR, so that a new member needs no migration."""
    return Enum(kind, native_enum=False, length=32, create_constraint=False)


Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Reference = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]
Currency = Annotated[str, mapped_column(text(3))]

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    """A row of the core. Plugins have a metadata of their own."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = {str: text(), datetime.datetime: Instant(), Decimal: Scaled()}

    def __init_subclass__(cls, **options: Any) -> None:
        """A number is never given twice: an opaque id that a client kept must not lead to somebody else after an erasure."""
        super().__init_subclass__(**options)
        if isinstance(cls.__table__, Table) and "id" in cls.__table__.c:
            cls.__table__.dialect_options["sqlite"]["autoincrement"] = True
