"""Failed sign-ins by address, so that secrets cannot be tried out. All servers of a database count together."""

import datetime
import hashlib
import math
import time
from collections import OrderedDict
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update

from schema.changes.change import Change
from schema.context import SYSTEM, Writer
from schema.errors import Refused, RequestError
from schema.rows import utc_now
from schema.staff.models import FailedSignInRow
from server.graphql.failures import Failure

WINDOW = 60.0  # seconds
REMEMBERED = 10_000  # addresses


class FailedSignIns:
    """Counts the failures of each address since its first within the window.

    Each server remembers what it knows, and learns what the others counted with every failure it adds: an address that tries N servers
    in turn has at most N - 1 tries more than one that tries a single one.
    """

    def __init__(self, most: int, writer: Writer):
        self._most, self._writer = most, writer
        self._since: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raises RATE_LIMITED when the address has failed too often."""
        since, count = self._since.get(address, (0.0, 0))
        left = since + WINDOW - time.monotonic()
        if count >= self._most and left > 0:
            seconds = math.ceil(left)
            raise Failure("RATE_LIMITED", "too_many_failures", seconds=seconds, headers={"Retry-After": str(seconds)})

    async def add(self, address: str) -> None:
        now = time.monotonic()
        since, count = self._since.pop(address, (now, 0))
        self._keep(address, *((since, count + 1) if now < since + WINDOW else (now, 1)))
        with suppress(RequestError, Refused):  # the database is away, or another server counts at the same moment
            told = await self._writer.change(SYSTEM, "signInFailure", partial(count_failure, address=address))
            since, count = self._since.pop(address, (now, 0))
            self._keep(address, min(since, now - told["age"]), max(count, told["count"]))

    def _keep(self, address: str, since: float, count: int) -> None:
        self._since[address] = since, count
        if len(self._since) > REMEMBERED:
            self._since.popitem(last=False)


def count_failure(work: Change, address: str) -> dict[str, Any]:
    """One more of this address, in the common count: how many there are since when (`age`, in seconds)."""
    row, now = FailedSignInRow, utc_now()
    hashed = hashlib.sha256(address.encode()).digest()
    known = row.address_hash == hashed
    begun = now - datetime.timedelta(seconds=WINDOW)
    connection = work.session.connection()
    if not connection.execute(update(row).where(known, row.since > begun).values(count=row.count + 1)).rowcount:
        connection.execute(delete(row).where(row.since <= begun))
        connection.execute(insert(row).values(address_hash=hashed, since=now, count=1))
    since, count = connection.execute(select(row.since, row.count).where(known)).one()
    return {"age": max(0.0, (now - since).total_seconds()), "count": count}
