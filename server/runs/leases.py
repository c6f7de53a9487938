"""Which runs are lost: nobody has reported on them for the length of a lease, by a clock of our own.

No clock of another machine is compared, and none that can be set: a run is lost when its heartbeat stands still while we watch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schema.analyses.queue import Running


@dataclass(frozen=True)
class Sign:
    """When a run was first seen like this."""

    run: Running
    at: float  # seconds of a monotonic clock


class Leases:
    """What one server has seen of the runs that others compute."""

    def __init__(self, length: float):
        self._length = length
        self._seen: dict[int, Sign] = {}

    def lost(self, running: Iterable[Running], now: float) -> list[Running]:
        """Those that have stood still for the length of a lease. Runs that are not named any more are forgotten."""
        before = self._seen
        self._seen = {one.run: self._sign(before.get(one.run), one, now) for one in running}
        return [sign.run for sign in self._seen.values() if now - sign.at >= self._length]

    def forget(self) -> None:
        """Nothing could be seen for a while, so nobody could report either: every lease begins anew."""
        self._seen = {}

    def _sign(self, before: Sign | None, found: Running, now: float) -> Sign:
        return before if before is not None and before.run == found else Sign(found, now)
