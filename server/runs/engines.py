"""What computes runs: processes beside the server, or a Dask cluster. A cluster may be away for a while; runs wait for it then."""

import asyncio
import logging
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

WITHIN = 3.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds until somebody knocks again


class Engine(Protocol):
    async def ready(self) -> bool:
        """Whether a run may be taken."""
        ...

    def away(self, why: str) -> None:
        """A run could not be begun."""
        ...

    def back(self) -> None:
        """One was."""
        ...


class Beside:
    """Processes of this machine."""

    async def ready(self) -> bool:
        return True

    def away(self, why: str) -> None:
        pass

    def back(self) -> None:
        pass


class Cluster:
    """Knocks at the scheduler's door before a run is taken, and after a failure waits twice as long each time."""

    def __init__(self, scheduler: str, tls: Mapping[str, str] | None):
        self.scheduler, self.tls = scheduler, tls
        self._pause, self._next = 0.0, 0.0

    async def ready(self) -> bool:
        if time.monotonic() < self._next:
            return False
        try:
            async with asyncio.timeout(WITHIN):
                await self._knock()
        except (OSError, ssl.SSLError) as error:  # a TimeoutError is an OSError
            self.away(f"{type(error).__name__}")
            return False
        return True

    def away(self, why: str) -> None:
        if not self._pause:
            logging.getLogger("guanxi").warning(f"runs wait for the cluster at {self.scheduler}", extra={"detail": why})  # noqa: G004
        self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
        self._next = time.monotonic() + self._pause

    def back(self) -> None:
        if self._pause:
            logging.getLogger("guanxi").warning(f"the cluster at {self.scheduler} is back")  # noqa: G004
        self._pause = self._next = 0.0

    async def _knock(self) -> None:
        host, _, port = self.scheduler.partition("://")[2].rpartition(":")
        _, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=self._context() if self.tls else None)
        writer.close()

    def _context(self) -> ssl.SSLContext:
        """As Dask makes its own: who is signed by the authority of the cluster belongs to it, whatever its name."""
        assert self.tls
        context = ssl.create_default_context(cafile=self.tls["ca"])
        context.check_hostname = False
        context.load_cert_chain(self.tls["certificate"], self.tls["key"])
        return context


def cluster_of(settings: "Settings") -> dict[str, Any] | None:
    """The address of the scheduler, and the files that protect the way there; None where runs are computed beside the server."""
    chosen = settings.runs.dask
    if settings.runs.engine != "dask":
        return None
    files = {"ca": chosen.ca, "certificate": chosen.certificate, "key": chosen.key}
    tls = {name: str(file.absolute()) for name, file in files.items() if file}
    return {"scheduler": chosen.scheduler, "tls": tls if chosen.scheduler.startswith("tls://") else None}


def engine_of(settings: "Settings") -> Engine:
    cluster = cluster_of(settings)
    return Cluster(**cluster) if cluster else Beside()
