"""Reading a GraphQL request over HTTP. Whatever is sent, the answer is a request or a failure in words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import ClientDisconnect, Request

from server.graphql.failures import Failure

if TYPE_CHECKING:
    from server.settings import Limits  # pydantic is not needed to serve

METHODS = ("GET", "POST")
# A page of another site cannot send any of these without asking first, and it is never allowed to.
PREFLIGHT = ("x-guanxi-preflight", "apollo-require-preflight", "authorization")


@dataclass(frozen=True)
class Asked:
    """What a request asks for. `query` is None when only its hash was sent."""

    query: str | None
    variables: dict[str, Any]
    operation_name: str | None
    extensions: dict[str, Any]


def check_headers(request: Request) -> None:
    """Everything that can be refused before the body is read. Raises Failure."""
    if request.method not in METHODS:
        raise Failure("BAD_REQUEST", "method", status=405, headers={"Allow": ", ".join(METHODS)})
    if request.method == "POST":
        if not is_json(request.headers.get("content-type", "")):
            raise Failure("BAD_REQUEST", "content_type", status=415, headers={"Accept-Post": "application/json"})
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Failure("BAD_REQUEST", "content_encoding", status=415, headers={"Accept-Encoding": "identity"})
    elif not any(name in request.headers for name in PREFLIGHT):
        raise Failure("BAD_REQUEST", "preflight")


def is_json(content_type: str) -> bool:
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    return name == "application/json" and all(charset in ("utf-8", "utf8") for charset in charsets)


async def read_request(request: Request, limits: "Limits") -> Asked:
    """Raises Failure."""
    if request.method == "GET":
        return from_parameters(request.query_params, limits)
    return from_object(parsed(await read_body(request, limits), "body", limits))


async def read_body(request: Request, limits: "Limits") -> bytes:
    """The body, cut off while it is read."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:20]) > limits.body:
        raise too_large(limits)
    body = bytearray()
    try:
        async with asyncio.timeout(limits.deadline):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.body:
                    raise too_large(limits)
    except TimeoutError:
        raise Failure("BAD_REQUEST", "body_too_slow", status=408, seconds=f"{limits.deadline:g}", headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Failure("BAD_REQUEST", "not_json", part="body") from None
    return bytes(body)


def too_large(limits: "Limits") -> Failure:
    return Failure("BAD_REQUEST", "body_too_large", status=413, most=limits.body, headers={"Connection": "close"})


def parsed(text: bytes | str, part: str, limits: "Limits") -> Any:
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
