"""What belongs to one request: who asks, in which language, and the doors to the database."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from schema.errors import RequestError
from schema.extending.catalogue import EMPTY, Catalogue

if TYPE_CHECKING:
    from schema.changes.change import Change
    from schema.inquiries.contract import Question


@dataclass(frozen=True)
class Caller:
    """A signed-in member of staff or a program with a token."""

    name: str  # "staff:3" or "token:7": what audit and idempotency know it by
    permissions: frozenset[str]
    staff_id: int | None = None
    token_id: int | None = None


ANONYMOUS = Caller("anonymous", frozenset())
SYSTEM = Caller("system", frozenset())  # the command line: whoever can run it owns the database already


class Reader(Protocol):
    """One read-only transaction, opened at the first statement: every part of an answer sees the same moment."""

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]: ...

    def single(self) -> None:
        """The next statement will be the only one: it needs no transaction around it."""

    async def renew(self) -> None:
        """End the transaction, so that the next statement sees what was committed since."""


class Writer(Protocol):
    """Runs a change in a worker thread: see schema.changes.change."""

    async def change(self, caller: Caller, action: str, perform: "Callable[[Change], dict[str, Any]]", *, key: str | None = None,
                     request: Any = None, request_id: str | None = None) -> dict[str, Any]: ...


@dataclass(frozen=True)
class RunLimits:
    """What one analysis run may use."""

    memory: int = 4 * 2**30  # bytes
    seconds: float = 3600.0


class Watch(Protocol):
    """Tells those who wait that a job was changed. Changes made by other servers are seen too, a little later."""

    def announce(self, job: int) -> None:
        """A job (or which run is published) was changed, and the change is committed. May be called from any thread."""

    async def changed(self, job: int | None, within: float | None = None) -> None:
        """Returns when this job, or any, was changed; at the latest after so many seconds, or a few, so that the caller looks for
        itself."""


class Unwatched:
    """Where nobody waits: on the command line and in tests."""

    def announce(self, job: int) -> None:
        pass

    async def changed(self, job: int | None, within: float | None = None) -> None:
        await asyncio.sleep(1 if within is None else min(1, within))


UNWATCHED = Unwatched()


class Alerted:
    """For whoever looks at a job, or any, again and again: what changes while he looks is not missed. A context manager."""

    def __init__(self, context: "Context", job: int | None):
        self._context, self._job = context, job

    async def __aenter__(self) -> Self:
        self._change = asyncio.ensure_future(self._context.watch.changed(self._job))
        return self

    async def wait(self) -> None:
        """Returns when something was changed since the last look; the next one sees it."""
        await self._context.reader.renew()
        await self._change
        self._change = asyncio.ensure_future(self._context.watch.changed(self._job))

    async def __aexit__(self, *_: object) -> None:
        self._change.cancel()


class Files(Protocol):
    """Gives out addresses under which a caller may fetch a file for a while."""

    def address(self, path: str, caller: Caller) -> str:
        """A path and query such as /files/runs/7/ranking.svg?...; `path` is relative to the folder of files."""


class NoFiles:
    """Where nobody could fetch them: on the command line."""

    def address(self, path: str, caller: Caller) -> str:
        return f"/files/{path}"


class Inquiries(Protocol):
    """Has short computations done by a process that stays warm: see schema.inquiries.asking."""

    async def answer(self, question: "Question", caller: Caller, language: str) -> Any:
        """JSON. Raises `InvalidParameters` and `InsufficientData` in the plugin's words, and RequestError."""


class NoInquiries:
    """Where no server runs: on the command line."""

    async def answer(self, question: "Question", caller: Caller, language: str) -> Any:
        raise RequestError("UNAVAILABLE", "inquiry_no_server")


@dataclass
class Context:
    """Strawberry's context value."""

    reader: Reader
    writer: Writer
    caller: Caller = ANONYMOUS
    language: str = "en"
    request_id: str = ""
    reporting_currency: str = "GBP"
    dialect: str = "sqlite"
    catalogue: Catalogue = EMPTY
    watch: Watch = field(default_factory=Unwatched)
    files: Files = field(default_factory=NoFiles)
    limits: RunLimits = field(default_factory=RunLimits)
    inquiries: Inquiries = field(default_factory=NoInquiries)
    # One batch loader for each place in the query that refers to records by id; made on first use, dropped with the request.
    loaders: dict[Any, Any] = field(default_factory=dict)
    # The operation's coerced variables, and what an answer that is made of dicts still waits for: see schema.querying.completing.
    variables: Any = None
    pending: list[Any] = field(default_factory=list)
    # What functions of root fields gave or raised already, by response key: nothing is done twice.
    performed: dict[str, Any] = field(default_factory=dict)

    async def change(self, action: str, perform: "Callable[[Change], dict[str, Any]]", *, key: str | None = None,
                     request: Any = None) -> dict[str, Any]:
        answer = await self.writer.change(self.caller, action, perform, key=key, request=request, request_id=self.request_id)
        await self.reader.renew()
        return answer
