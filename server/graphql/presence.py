"""What sockets and streams have in common: a place for each, rights that are looked up again while they last, and an end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from schema.context import ANONYMOUS, Caller
from schema.errors import RequestError
from server.access.callers import NONE_GIVEN, Access, Credentials
from server.graphql.failures import Failure

MOST = 20  # sockets, and as many streams, for each caller
RECHECK = 25.0  # seconds between two looks at a caller's rights: one look may fail, and they still end within a minute
LOOK_WITHIN = 5.0  # seconds


class Places:
    """How many each caller has open. Anonymous callers are told apart by their addresses."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, caller: Caller, address: str) -> Iterator[None]:
        """Raises RATE_LIMITED when the caller has too many."""
        name = address if caller is ANONYMOUS else caller.name
        if self._taken[name] >= MOST:
            raise Failure("RATE_LIMITED", "too_many_open", most=MOST)
        self._taken[name] += 1
        try:
            yield
        finally:
            self._taken[name] -= 1
            if not self._taken[name]:
                del self._taken[name]


async def until_ended(access: Access, given: Credentials, follow: Callable[[Caller], None]) -> None:
    """Returns when the credentials are good no longer. Until then `follow` is told of the caller as it is at each look."""
    if given == NONE_GIVEN:
        await asyncio.Event().wait()
    missed = 0
    while missed < 2:
        await asyncio.sleep(RECHECK)
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                found = await access.current(given)
        except (RequestError, TimeoutError):  # the database is away
            missed += 1
            continue
        if found is None:
            return
        missed = 0
        follow(found)


async def first(*ways: Coroutine[Any, Any, None]) -> None:
    """Run all of them until one is done, then stop the others. Raises what that one raised."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await stop(tasks)
    for task in tasks:
        if task in done:
            task.result()


async def stop(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
