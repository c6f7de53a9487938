"""Tables of staff, roles and API tokens."""

import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from schema.rows import Key, Reference, Row, text, utc_now


class DepartmentRow(Row):
    __tablename__ = "departments"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)
    name_en: Mapped[str | None] = mapped_column(text(200))
    name_zh: Mapped[str | None] = mapped_column(text(200))


class RoleRow(Row):
    """A named set of permissions."""

    __tablename__ = "roles"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)
    name_en: Mapped[str | None] = mapped_column(text(200))
    name_zh: Mapped[str | None] = mapped_column(text(200))
    permissions: Mapped[list[str]] = mapped_column(JSON)


class StaffRow(Row):
    __tablename__ = "staff"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)  # what the command line and imports call a member of staff
    name: Mapped[str] = mapped_column(text(200))
    department_id: Mapped[Reference | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"), index=True)
    role_id: Mapped[Reference] = mapped_column(ForeignKey("roles.id"))
    manager_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    active: Mapped[bool] = mapped_column(default=True)


class ApiTokenRow(Row):
    """A program's right to call. Only the hash is stored; `prefix` is the public part, by which it is looked up."""

    __tablename__ = "api_tokens"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(text(200))
    prefix: Mapped[str] = mapped_column(text(16), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    role_id: Mapped[Reference] = mapped_column(ForeignKey("roles.id"))
    staff_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime.datetime | None]
    last_used_at: Mapped[datetime.datetime | None]
    revoked_at: Mapped[datetime.datetime | None]


class SignInRow(Row):
    """A one-time link, and after its use the session of the browser that opened it. Only hashes are stored."""

    __tablename__ = "sign_ins"
    id: Mapped[Key]
    staff_id: Mapped[Reference] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    link_expires_at: Mapped[datetime.datetime]
    session_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    session_expires_at: Mapped[datetime.datetime | None]


class FailedSignInRow(Row):
    """How often credentials from an address were wrong since a moment. Only a hash of the address is stored."""

    __tablename__ = "failed_sign_ins"
    address_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    since: Mapped[datetime.datetime]
    count: Mapped[int]
