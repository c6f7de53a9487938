"""Tables of relationships."""

import datetime
import enum

import strawberry
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.rows import Key, Reference, Row, named, text, utc_now


@strawberry.enum(description="Whether a tie joins two customers or parts them.")
class RelationshipSign(enum.Enum):
    POSITIVE = strawberry.enum_value("POSITIVE", description="Cooperation, trust, kinship.")
    NEUTRAL = strawberry.enum_value("NEUTRAL", description="Neither.")
    NEGATIVE = strawberry.enum_value("NEGATIVE", description="Competition, conflict, distrust.")


@strawberry.enum(description="Where a relationship comes from.")
class ProvenanceOrigin(enum.Enum):
    MANUAL = strawberry.enum_value("MANUAL", description="Somebody entered it.")
    IMPORT = strawberry.enum_value("IMPORT", description="A file brought it.")
    DERIVED = strawberry.enum_value("DERIVED", description="It was derived from what customers did.")


@strawberry.enum(description="How a relationship looks from one of its ends.")
class EdgeDirection(enum.Enum):
    IN = strawberry.enum_value("IN", description="It points at this customer.")
    OUT = strawberry.enum_value("OUT", description="It starts at this customer.")
    ALL = strawberry.enum_value("ALL", description="It has no direction; as an argument: whatever the direction.")


class RelationshipKindRow(Row):
    """A kind such as "supplies" or "competes with": a row, with its labels in two languages."""

    __tablename__ = "relationship_kinds"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)
    label_en: Mapped[str | None] = mapped_column(text(200))
    label_zh: Mapped[str | None] = mapped_column(text(200))
    inverse_label_en: Mapped[str | None] = mapped_column(text(200))
    inverse_label_zh: Mapped[str | None] = mapped_column(text(200))
    directed: Mapped[bool]
    default_sign: Mapped[RelationshipSign] = mapped_column(named(RelationshipSign))
    from_person: Mapped[bool] = mapped_column(default=True)
    from_organization: Mapped[bool] = mapped_column(default=True)
    to_person: Mapped[bool] = mapped_column(default=True)
    to_organization: Mapped[bool] = mapped_column(default=True)


class RelationshipRow(Row):
    """A tie between two customers. `weight` is never negative: the sign says whether it joins or parts them."""

    __tablename__ = "relationships"
    id: Mapped[Key]
    from_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    to_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    kind_id: Mapped[Reference] = mapped_column(ForeignKey("relationship_kinds.id"), index=True)
    directed: Mapped[bool]
    sign: Mapped[RelationshipSign] = mapped_column(named(RelationshipSign))
    weight: Mapped[float]
    valid_from: Mapped[datetime.datetime | None]
    valid_to: Mapped[datetime.datetime | None]
    confidence: Mapped[float | None]
    revision: Mapped[int] = mapped_column(default=1)
    origin: Mapped[ProvenanceOrigin] = mapped_column(named(ProvenanceOrigin))
    recorded_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    staff_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    job_id: Mapped[Reference | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    evidence_count: Mapped[int | None]

    ends: Mapped[list["RelationshipEndRow"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="not_self"),
        CheckConstraint("weight >= 0", name="weight"),
        Index("ix_relationships_from_id_to_id_kind_id", "from_id", "to_id", "kind_id"),
        Index("ix_relationships_weight_id", "weight", "id"),
    )
    __mapper_args__ = {"version_id_col": revision}


class RelationshipEndRow(Row):
    """A relationship as one of its customers sees it: two rows each, so that both directions are one range of one index."""

    __tablename__ = "relationship_ends"
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    relationship_id: Mapped[Reference] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), primary_key=True, index=True)
    other_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    direction: Mapped[EdgeDirection] = mapped_column(named(EdgeDirection))

    __table_args__ = {"sqlite_with_rowid": False}


def ends_of(id_: int, from_id: int, to_id: int, directed: bool) -> tuple[tuple[int, int, int, EdgeDirection], ...]:
    """The two end rows of a relationship: (customer, relationship, other, direction)."""
    out, in_ = (EdgeDirection.OUT, EdgeDirection.IN) if directed else (EdgeDirection.ALL, EdgeDirection.ALL)
    return (from_id, id_, to_id, out), (to_id, id_, from_id, in_)
