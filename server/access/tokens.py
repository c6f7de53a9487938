"""API tokens: `gx_<prefix>_<secret>`. The prefix finds the row, the hash of the whole proves the rest; only these two are stored."""

import datetime
import hashlib
import re
import secrets
from typing import Any

from sqlalchemy import select, update

from schema.changes.change import Change
from schema.rows import utc_now
from schema.staff.models import ApiTokenRow, RoleRow

TOKEN = re.compile(r"gx_([0-9a-f]{12})_[0-9a-f]{64}")


def hash_of(secret: str) -> bytes:
    """A fast hash is enough: the secrets are 256 random bits, which nobody can try out."""
    return hashlib.sha256(secret.encode()).digest()


def prefix_of(token: str) -> str | None:
    """None when the text is no token at all."""
    found = TOKEN.fullmatch(token)
    return found[1] if found else None


def create_token(work: Change, name: str, role: RoleRow, lifetime: datetime.timedelta | None) -> tuple[ApiTokenRow, str]:
    """The stored row, and the token, which exists nowhere else."""
    prefix = secrets.token_hex(6)
    token = f"gx_{prefix}_{secrets.token_hex(32)}"
    row = ApiTokenRow(name=name, prefix=prefix, hash=hash_of(token), role_id=role.id, expires_at=utc_now() + lifetime if lifetime else None)
    work.session.add(row)
    work.session.flush()
    return row, token


def revoke_token(work: Change, prefix: str) -> bool:
    """Whether there was such a token to revoke."""
    row = work.session.scalar(select(ApiTokenRow).where(ApiTokenRow.prefix == prefix, ApiTokenRow.revoked_at.is_(None)))
    if row is not None:
        row.revoked_at = utc_now()
    return row is not None


def note_use(work: Change, token_id: int) -> dict[str, Any]:
    """Past the session, so that the audit log holds what callers did and not that they were there."""
    work.session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(last_used_at=utc_now()))
    return {}
