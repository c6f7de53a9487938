"""Tables of commerce."""

import datetime
import enum
from decimal import Decimal

import strawberry
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.rows import Currency, Key, Reference, Row, named, text, utc_now


@strawberry.enum(description="What a transaction did.")
class TransactionKind(enum.Enum):
    PURCHASE = strawberry.enum_value("PURCHASE", description="Something was bought.")
    RETURN = strawberry.enum_value("RETURN", description="Something came back.")
    CANCELLATION = strawberry.enum_value("CANCELLATION", description="An earlier transaction was undone.")


class ProductRow(Row):
    __tablename__ = "products"
    id: Mapped[Key]
    sku: Mapped[str] = mapped_column(text(100), unique=True)
    name: Mapped[str] = mapped_column(text(400))
    category: Mapped[str | None] = mapped_column(text(200), index=True)
    price_amount: Mapped[Decimal | None]
    price_currency: Mapped[Currency | None]


class TransactionRow(Row):
    """A purchase, a return or a cancellation. The customer may be unknown: an anonymous sale is still a sale."""

    __tablename__ = "transactions"
    id: Mapped[Key]
    kind: Mapped[TransactionKind] = mapped_column(named(TransactionKind))
    customer_id: Mapped[Reference | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    cancels_id: Mapped[Reference | None] = mapped_column(ForeignKey("transactions.id", ondelete="SET NULL"), index=True)
    occurred_at: Mapped[datetime.datetime]
    total_amount: Mapped[Decimal]  # the sum of its lines, kept by whatever writes them
    total_currency: Mapped[Currency]
    source: Mapped[str] = mapped_column(text(64))
    external_id: Mapped[str] = mapped_column(text(200))

    lines: Mapped[list["TransactionLineRow"]] = relationship(cascade="all, delete-orphan", order_by="TransactionLineRow.position")

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        # behaviour, totals and the last purchase of a customer are read from this index alone
        Index("ix_transactions_customer", "customer_id", "occurred_at", "kind", "total_currency", "total_amount"),
        Index("ix_transactions_occurred_at_id", "occurred_at", "id"),
    )


class TransactionLineRow(Row):
    """One line of an invoice. Its key is its position: the same product may stand on several lines."""

    __tablename__ = "transaction_lines"
    id: Mapped[Key]
    transaction_id: Mapped[Reference] = mapped_column(ForeignKey("transactions.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[Reference] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[Decimal]
    price_amount: Mapped[Decimal]
    amount: Mapped[Decimal]  # quantity times price, in the transaction's currency

    __table_args__ = (UniqueConstraint("transaction_id", "position"),
                      Index("ix_transaction_lines_product_id_transaction_id", "product_id", "transaction_id"))


class BrowseEventRow(Row):
    __tablename__ = "browse_events"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    product_id: Mapped[Reference | None] = mapped_column(ForeignKey("products.id"), index=True)
    started_at: Mapped[datetime.datetime]
    duration_seconds: Mapped[int | None]
    source: Mapped[str] = mapped_column(text(64))
    external_id: Mapped[str] = mapped_column(text(200))

    __table_args__ = (UniqueConstraint("source", "external_id"),
                      Index("ix_browse_events_customer_id_started_at", "customer_id", "started_at"))


class ReviewRow(Row):
    __tablename__ = "reviews"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[Reference | None] = mapped_column(ForeignKey("products.id"), index=True)
    score: Mapped[int]
    content: Mapped[str | None] = mapped_column(text())
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    purchased: Mapped[bool | None]
    source: Mapped[str] = mapped_column(text(64))
    external_id: Mapped[str] = mapped_column(text(200))

    __table_args__ = (UniqueConstraint("source", "external_id"), CheckConstraint("score between 1 and 5", name="score"))
