"""Messages of graphql-transport-ws from clients: whatever is sent, the result is a message or a reason to close the socket."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.graphql.failures import Failure, code_of
from server.graphql.requests import Asked, from_object, parsed

if TYPE_CHECKING:
    from server.settings import Limits  # pydantic is not needed to serve

LONGEST_ID = 256  # characters
WITH_ID = ("subscribe", "complete")
WITHOUT_ID = ("connection_init", "ping", "pong")
LONGEST_REASON = 123  # bytes, says RFC 6455


class Closed(Exception):
    """The socket must be closed with this code."""

    def __init__(self, code: int, reason: str):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason.encode()[:LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class ClientMessage:
    kind: str
    id: str  # empty where there is none
    payload: dict[str, Any]


def read_message(text: str | None, limits: "Limits") -> ClientMessage:
    """`text` is None for a binary message. Raises Closed 4400."""
    try:
        message = parsed(text or "", "message", limits)
    except Failure:
        message = None
    kind = message.get("type") if isinstance(message, dict) else None
    if kind not in (*WITH_ID, *WITHOUT_ID):
        raise Closed(4400, "Invalid message received")
    payload, id_ = message.get("payload"), message.get("id", "")
    if payload is not None and not isinstance(payload, dict):
        raise Closed(4400, f"Invalid payload of {kind}")
    if kind in WITH_ID and not (isinstance(id_, str) and 0 < len(id_) <= LONGEST_ID):
        raise Closed(4400, f"Invalid id of {kind}")
    return ClientMessage(kind, id_ if kind in WITH_ID else "", payload or {})


def read_asked(payload: dict[str, Any]) -> Asked:
    """Raises Closed 4400 for what is no request, and Failure for one that cannot be answered."""
    try:
        return from_object(payload)
    except Failure as failure:
        if code_of(failure) == "BAD_REQUEST":
            raise Closed(4400, "Invalid payload of subscribe") from None
        raise


def header(payload: dict[str, Any], name: str) -> str | None:
    """A header that a browser could not send with the handshake, so that it comes in the payload of connection_init."""
    return next((value for key, value in payload.items() if key.lower() == name and isinstance(value, str)), None)
