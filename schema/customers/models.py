"""Tables of customers."""

import datetime
import enum
from decimal import Decimal

import strawberry
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.rows import Currency, Instant, Key, Reference, Row, named, text, utc_now


@strawberry.enum(description="Whether a customer is a person or an organisation.")
class CustomerKind(enum.Enum):
    PERSON = strawberry.enum_value("PERSON", description="A natural person.")
    ORGANIZATION = strawberry.enum_value("ORGANIZATION", description="A company, an authority, an association.")


@strawberry.enum(description="By which way we speak with a customer.")
class Channel(enum.Enum):
    PHONE = strawberry.enum_value("PHONE", description="By telephone.")
    EMAIL = strawberry.enum_value("EMAIL", description="By e-mail.")
    MEETING = strawberry.enum_value("MEETING", description="Face to face.")
    CHAT = strawberry.enum_value("CHAT", description="In a chat.")
    SMS = strawberry.enum_value("SMS", description="By text message.")
    SOCIAL = strawberry.enum_value("SOCIAL", description="In a social network, such as WeChat.")
    WEB = strawberry.enum_value("WEB", description="On a web site.")
    POST = strawberry.enum_value("POST", description="By letter.")
    OTHER = strawberry.enum_value("OTHER", description="Any other way.")


class ServiceLevelRow(Row):
    """What a customer may expect of us: a row, not an enum, because installations name their own."""

    __tablename__ = "service_levels"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)
    name_en: Mapped[str | None] = mapped_column(text(200))
    name_zh: Mapped[str | None] = mapped_column(text(200))
    first_response_minutes: Mapped[int | None]
    resolution_minutes: Mapped[int | None]


class CustomerRow(Row):
    """A person or an organisation. The columns of the other kind stay NULL."""

    __tablename__ = "customers"
    id: Mapped[Key]
    kind: Mapped[CustomerKind] = mapped_column(named(CustomerKind))
    name: Mapped[str] = mapped_column(text(400))
    search_name: Mapped[str] = mapped_column(text())  # NFKC, case folded: what the gram index was made from
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime.datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    service_level_id: Mapped[Reference | None] = mapped_column(ForeignKey("service_levels.id"))
    owner_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)

    given_name: Mapped[str | None] = mapped_column(text(200))
    family_name: Mapped[str | None] = mapped_column(text(200))
    birth_date: Mapped[datetime.date | None]
    gender: Mapped[str | None] = mapped_column(text(32))
    education_level: Mapped[str | None] = mapped_column(text(64))
    income_amount: Mapped[Decimal | None]
    income_currency: Mapped[Currency | None]

    legal_name: Mapped[str | None] = mapped_column(text(400))
    registration_number: Mapped[str | None] = mapped_column(text(64))
    industry: Mapped[str | None] = mapped_column(text(200))
    employee_count: Mapped[int | None]

    contact_points: Mapped[list["ContactPointRow"]] = relationship(cascade="all, delete-orphan", order_by="ContactPointRow.id")
    addresses: Mapped[list["AddressRow"]] = relationship(cascade="all, delete-orphan", order_by="AddressRow.id")
    external_ids: Mapped[list["ExternalIdRow"]] = relationship(cascade="all, delete-orphan", order_by="ExternalIdRow.id")
    tags: Mapped[list["TagRow"]] = relationship(cascade="all, delete-orphan", order_by="TagRow.name")
    grams: Mapped[list["NameGramRow"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (Index("ix_customers_name_id", "name", "id"), Index("ix_customers_created_at_id", "created_at", "id"),
                      Index("ix_customers_updated_at_id", "updated_at", "id"))
    __mapper_args__ = {"version_id_col": revision}


class ContactPointRow(Row):
    """A phone number, an address of e-mail, an account: one way to reach a customer."""

    __tablename__ = "contact_points"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Channel] = mapped_column(named(Channel))
    value: Mapped[str] = mapped_column(text(400))
    normal_value: Mapped[str] = mapped_column(text(400))  # what look-ups compare: digits of a phone, a lower-case e-mail
    preferred: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index("ix_contact_points_channel_normal_value", "channel", "normal_value"),)


class AddressRow(Row):
    __tablename__ = "addresses"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    line: Mapped[str | None] = mapped_column(text(400))
    city: Mapped[str | None] = mapped_column(text(200))
    region: Mapped[str | None] = mapped_column(text(200))
    postal_code: Mapped[str | None] = mapped_column(text(32))
    country: Mapped[str | None] = mapped_column(text(100), index=True)
    preferred: Mapped[bool] = mapped_column(default=False)


class ExternalIdRow(Row):
    """The name another system has for a customer."""

    __tablename__ = "external_ids"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(text(64))
    value: Mapped[str] = mapped_column(text(200))

    __table_args__ = (UniqueConstraint("source", "value"),)


class TagRow(Row):
    __tablename__ = "customer_tags"
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(text(100), primary_key=True)

    __table_args__ = (Index("ix_customer_tags_name_customer_id", "name", "customer_id"),)


class NameGramRow(Row):
    """One character or two of a customer's name: trigram indexes find nothing for names of two characters."""

    __tablename__ = "name_grams"
    gram: Mapped[str] = mapped_column(text(8), primary_key=True)
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True)

    __table_args__ = {"sqlite_with_rowid": False}


class ConsentRow(Row):
    """What a customer allowed or refused, and when: rows are added, never changed."""

    __tablename__ = "consents"
    id: Mapped[Key]
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(text(64))
    channel: Mapped[Channel | None] = mapped_column(named(Channel))
    granted: Mapped[bool]
    recorded_at: Mapped[datetime.datetime] = mapped_column(Instant(), default=utc_now)
    source: Mapped[str | None] = mapped_column(text(200))
