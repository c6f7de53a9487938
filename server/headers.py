"""The headers that every answer has, whichever route it comes from."""

Header = tuple[bytes, bytes]

HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
NAMES = frozenset(name for name, _ in HEADERS)
# Extensions of ASGI: `write` of the first is `write_whole` of server/connections.py, `tell` of the second its `tell_when_gone`.
WHOLE, GONE = "guanxi.whole", "guanxi.gone"


def dressed(headers: list[Header], request_id: str) -> list[Header]:
    """With those that every answer has. What a route has said itself stands."""
    said = NAMES.intersection([name for name, _ in headers])
    own = [header for header in HEADERS if header[0] not in said] if said else HEADERS
    return [*headers, *own, (b"x-request-id", request_id.encode())]


def written(*headers: Header) -> bytes:
    """As HTTP has them. Nobody looks at them any more, so nothing of a caller's may be among them."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)
