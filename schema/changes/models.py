"""Tables that every change writes to."""

import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from schema.rows import Key, Reference, Row, text, utc_now


class AuditEntryRow(Row):
    """Who did what to which record, and which fields changed. No values: erasure must not have to reach the audit log."""

    __tablename__ = "audit_entries"
    id: Mapped[Key]
    at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    staff_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    token_id: Mapped[Reference | None] = mapped_column(ForeignKey("api_tokens.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(text(64))
    subject_kind: Mapped[str] = mapped_column(text(64))
    subject_id: Mapped[Reference | None]
    changed_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    request_id: Mapped[str | None] = mapped_column(text(128))

    __table_args__ = (Index("ix_audit_entries_subject", "subject_kind", "subject_id", "id"),)


class DataVersionRow(Row):
    """One row for each change of each kind of record. The highest id of a kind is its data version."""

    __tablename__ = "data_versions"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(text(64))
    at: Mapped[datetime.datetime] = mapped_column(default=utc_now)

    __table_args__ = (Index("ix_data_versions_kind_id", "kind", "id"),)


class IdempotencyKeyRow(Row):
    """The answer to a request that carried a key, so that sending it again does nothing twice."""

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(text(64), primary_key=True)
    action: Mapped[str] = mapped_column(text(64), primary_key=True)
    key: Mapped[str] = mapped_column(text(200), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now, index=True)
