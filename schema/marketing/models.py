"""Tables of segments."""

import datetime
import enum

import strawberry
from sqlalchemy import ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from schema.rows import Key, Reference, Row, named, text, utc_now


@strawberry.enum(description="Where the members of a segment come from.")
class SegmentKind(enum.Enum):
    STATIC = strawberry.enum_value("STATIC", description="Somebody puts customers in and takes them out.")
    COMPUTED = strawberry.enum_value("COMPUTED", description="An analysis found them; it is filled again from another run.")


class SegmentRow(Row):
    """A named group of customers. `run_id` is the run that a computed one was last filled from, `computed_at` when."""

    __tablename__ = "segments"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(text(200), unique=True)
    description: Mapped[str | None] = mapped_column(text(2000))
    kind: Mapped[SegmentKind] = mapped_column(named(SegmentKind))
    run_id: Mapped[Reference | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    computed_at: Mapped[datetime.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime.datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    __mapper_args__ = {"version_id_col": revision}


class SegmentMemberRow(Row):
    """A stay of a customer in a segment, from `since` on and before `until`, NULL while it lasts. Who comes again stays anew."""

    __tablename__ = "segment_members"
    id: Mapped[Key]
    segment_id: Mapped[Reference] = mapped_column(ForeignKey("segments.id", ondelete="CASCADE"))
    customer_id: Mapped[Reference] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    since: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    until: Mapped[datetime.datetime | None]

    __table_args__ = (
        Index("ix_segment_members_segment_id_customer_id", "segment_id", "customer_id"),
        Index("ix_segment_members_customer_id_segment_id", "customer_id", "segment_id"),
        # A customer is in a segment once at a time.
        Index("uq_segment_members_current", "segment_id", "customer_id", unique=True, sqlite_where=sql("until IS NULL"),
              postgresql_where=sql("until IS NULL")),
    )
