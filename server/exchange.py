"""One request and its answer, as the log and the error documents speak of them. It carries no names and no values."""

import re
import uuid
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Scope

from schema.context import ANONYMOUS, Caller
from server.graphql.negotiation import JSON, language

KEY = "guanxi.exchange"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


@dataclass
class Exchange:
    """Made by the outermost layer, filled in by those within."""

    request_id: str
    language: str
    caller: Caller = ANONYMOUS
    operation: str | None = None
    media_type: str = JSON
    codes: list[str] = field(default_factory=list)


def begin(scope: Scope) -> Exchange:
    """A request may bring its id; one that is too long or has other characters gets a new one."""
    headers = Headers(scope=scope)
    brought = headers.get("x-request-id", "")
    request_id = brought if REQUEST_ID.fullmatch(brought) else uuid.uuid4().hex
    scope[KEY] = exchange = Exchange(request_id, language(headers.get("accept-language")))
    return exchange


def exchange_of(scope: Scope) -> Exchange:
    found: Exchange = scope[KEY]
    return found
