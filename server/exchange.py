"""One request and its answer, as the log and the error documents speak of them. It carries no names and no values."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

from schema.context import ANONYMOUS, Caller
from server.graphql.negotiation import JSON, language

KEY = "guanxi.exchange"
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")


@dataclass(slots=True)
class Exchange:
    """Made by the outermost layer, filled in by those within."""

    request_id: str
    language: str
    caller: Caller = ANONYMOUS
    operation: str | None = None
    media_type: str = JSON
    codes: list[str] = field(default_factory=list)
    status: int = 0  # until the answer begins
    only_reads: bool = False  # may be stopped at any moment, and nobody notices
    is_gone: bool = False  # the client left before the answer was ready
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)  # of the request, their names in small letters

    def header(self, name: bytes) -> str:
        """Empty when the request has none of this name; the first when it has several."""
        return self.headers.get(name, b"").decode("latin-1")

    def note(self, *codes: str) -> None:
        """For the log, each code once."""
        self.codes.extend(code for code in dict.fromkeys(codes) if code not in self.codes)


def begin(scope: Scope) -> Exchange:
    """A request may bring its id; one that is too long or has other characters gets a new one."""
    headers = dict(reversed(scope["headers"]))
    brought = headers.get(b"x-request-id", b"")
    request_id = brought.decode() if REQUEST_ID.fullmatch(brought) else os.urandom(16).hex()
    scope[KEY] = exchange = Exchange(request_id, language(headers.get(b"accept-language", b"").decode("latin-1")), headers=headers)
    return exchange


def exchange_of(scope: Scope) -> Exchange:
    found: Exchange = scope[KEY]
    return found
