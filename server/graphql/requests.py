"""Reading a GraphQL request over HTTP. Whatever is sent, the answer is a request or a failure in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from server.deadlines import Deadlines
from server.exchange import Exchange, exchange_of
from server.graphql.failures import Failure

if TYPE_CHECKING:
    from server.settings import Limits  # pydantic is not needed to serve

METHODS = ("GET", "POST")
# A page of another site cannot send any of these without asking first, and it is never allowed to.
PREFLIGHT = (b"x-guanxi-preflight", b"apollo-require-preflight", b"authorization")


@dataclass(frozen=True)
class Asked:
    """What a request asks for. `query` is None when only its hash was sent."""

    query: str | None
    variables: dict[str, Any]
    operation_name: str | None
    extensions: dict[str, Any]


def check_headers(method: str, exchange: Exchange) -> None:
    """Everything that can be refused before the body is read. Raises Failure."""
    if method not in METHODS:
        raise Failure("BAD_REQUEST", "method", status=405, headers={"Allow": ", ".join(METHODS)})
    if method == "POST":
        if not is_json(exchange.header(b"content-type")):
            raise Failure("BAD_REQUEST", "content_type", status=415, headers={"Accept-Post": "application/json"})
        if exchange.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise Failure("BAD_REQUEST", "content_encoding", status=415, headers={"Accept-Encoding": "identity"})
    elif not has_preflight(exchange):
        raise Failure("BAD_REQUEST", "preflight")


def has_preflight(exchange: Exchange) -> bool:
    return any(name in exchange.headers for name in PREFLIGHT)


def is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    return name == "application/json" and all(charset in ("utf-8", "utf8") for charset in charsets)


async def read_request(scope: Scope, receive: Receive, limits: "Limits", deadlines: Deadlines) -> Asked:
    """Raises Failure."""
    if scope["method"] == "GET":
        return from_parameters(QueryParams(scope["query_string"]), limits)
    announced = exchange_of(scope).headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:20]) > limits.body:
        raise too_large(limits)
    return from_object(parsed(await read_body(receive, limits, deadlines), "body", limits))


async def read_body(receive: Receive, limits: "Limits", deadlines: Deadlines) -> bytes | bytearray:
    """The body, cut off while it is read."""
    try:
        with deadlines.limited():
            return await gathered(receive, limits)
    except TimeoutError:
        seconds = f"{deadlines.seconds:g}"
        raise Failure("BAD_REQUEST", "body_too_slow", status=408, seconds=seconds, headers={"Connection": "close"}) from None


async def gathered(receive: Receive, limits: "Limits") -> bytes | bytearray:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Failure("BAD_REQUEST", "not_json", part="body")
        body += message.get("body", b"")
        if len(body) > limits.body:
            raise too_large(limits)
        more = message.get("more_body", False)
    return body


def too_large(limits: "Limits") -> Failure:
    return Failure("BAD_REQUEST", "body_too_large", status=413, most=limits.body, headers={"Connection": "close"})


def parsed(text: bytes | bytearray | str, part: str, limits: "Limits") -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Failure("BAD_REQUEST", "not_json", part=part) from None
    if not is_shallow(value, limits.json_depth):
        raise Failure("BAD_REQUEST", "json_depth", part=part, most=limits.json_depth)
    return value


def is_shallow(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in members(one) if isinstance(inner, dict | list)]
        if not level:
            return True
    return False


def members(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def from_parameters(parameters: Mapping[str, str], limits: "Limits") -> Asked:
    """From an address. An empty parameter counts as absent."""
    stated: dict[str, Any] = {key: parameters[key] for key in ("query", "operationName") if parameters.get(key)}
    for key in ("variables", "extensions"):
        if parameters.get(key):
            stated[key] = parsed(parameters[key], key, limits)
    return from_object(stated)


def from_object(body: Any) -> Asked:
    if isinstance(body, list):
        raise Failure("BAD_REQUEST", "batch")
    if not isinstance(body, dict):
        raise Failure("BAD_REQUEST", "not_an_object", part="body")
    query, name = text_in(body, "query"), text_in(body, "operationName")
    variables, extensions = object_in(body, "variables"), object_in(body, "extensions")
    if query is None and "persistedQuery" not in extensions:
        raise Failure("BAD_REQUEST", "no_query")
    if has_nul(variables):
        raise Failure("BAD_USER_INPUT", "nul")
    return Asked(query, variables, name, extensions)


def text_in(body: dict[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise Failure("BAD_REQUEST", "not_text", part=key)
    return value or None


def object_in(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise Failure("BAD_REQUEST", "not_an_object", part=key)
    return value or {}


def has_nul(value: Any) -> bool:
    """PostgreSQL cannot keep the character NUL, so no text may hold it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and "\0" in one:
            return True
        waiting.extend(members(one))
    return False
