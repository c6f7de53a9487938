"""One-time sign-in links and the browser sessions that they begin. Only hashes are stored."""

import datetime
import secrets

from sqlalchemy import delete, func, update

from schema.changes.change import Change
from schema.rows import utc_now
from schema.staff.models import SignInRow
from server.access.tokens import hash_of


def create_link(work: Change, staff_id: int, lifetime: datetime.timedelta) -> str:
    """The code of a link that is good once. Links and sessions that have run out are swept away meanwhile."""
    now, code = utc_now(), secrets.token_hex(32)
    ended = func.coalesce(SignInRow.session_expires_at, SignInRow.link_expires_at)
    work.session.execute(delete(SignInRow).where(ended < now))
    work.session.add(SignInRow(staff_id=staff_id, link_hash=hash_of(code), link_expires_at=now + lifetime))
    return code


def use_link(work: Change, code: str, lifetime: datetime.timedelta) -> str | None:
    """The secret of a new session, or None when the link was used before or is too old. Of two at once only one succeeds."""
    now, secret = utc_now(), secrets.token_hex(32)
    unused = (SignInRow.link_hash == hash_of(code), SignInRow.session_hash.is_(None), SignInRow.link_expires_at > now)
    begun = update(SignInRow).where(*unused).values(session_hash=hash_of(secret), session_expires_at=now + lifetime)
    connection = work.session.connection()
    if not connection.dialect.update_returning:
        return secret if connection.execute(begun).rowcount else None
    return secret if work.session.execute(begun.returning(SignInRow.id)).first() else None


def end_session(work: Change, secret: str) -> None:
    work.session.execute(delete(SignInRow).where(SignInRow.session_hash == hash_of(secret)))
