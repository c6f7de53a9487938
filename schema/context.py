"""What belongs to one request: who asks, in which language, and the doors to the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from schema.changes.change import Change


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

    async def renew(self) -> None:
        """End the transaction, so that the next statement sees what was committed since."""


class Writer(Protocol):
    """Runs a change in a worker thread: see schema.changes.change."""

    async def change(self, caller: Caller, action: str, perform: "Callable[[Change], dict[str, Any]]", *, key: str | None = None,
                     request: Any = None, request_id: str | None = None) -> dict[str, Any]: ...


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
    # One batch loader for each place in the query that refers to records by id; made on first use, dropped with the request.
    loaders: dict[Any, Any] = field(default_factory=dict)

    async def change(self, action: str, perform: "Callable[[Change], dict[str, Any]]", *, key: str | None = None,
                     request: Any = None) -> dict[str, Any]:
        answer = await self.writer.change(self.caller, action, perform, key=key, request=request, request_id=self.request_id)
        await self.reader.renew()
        return answer
