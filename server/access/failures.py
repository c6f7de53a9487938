"""Failed sign-ins by address, so that secrets cannot be tried out."""

import math
import time
from collections import OrderedDict

from server.graphql.failures import Failure

WINDOW = 60.0  # seconds
REMEMBERED = 10_000  # addresses


class FailedSignIns:
    """Counts the failures of each address since its first within the window. Kept in memory, for one process."""

    def __init__(self, most: int):
        self._most = most
        self._since: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raises RATE_LIMITED when the address has failed too often."""
        since, count = self._since.get(address, (0.0, 0))
        left = since + WINDOW - time.monotonic()
        if count >= self._most and left > 0:
            seconds = math.ceil(left)
            raise Failure("RATE_LIMITED", "too_many_failures", seconds=seconds, headers={"Retry-After": str(seconds)})

    def add(self, address: str) -> None:
        now = time.monotonic()
        since, count = self._since.pop(address, (now, 0))
        self._since[address] = (since, count + 1) if now < since + WINDOW else (now, 1)
        if len(self._since) > REMEMBERED:
            self._since.popitem(last=False)
