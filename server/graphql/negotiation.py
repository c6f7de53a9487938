"""Which media type to answer in: the Accept header against the two of GraphQL over HTTP."""

from server.graphql.failures import Failure

RESPONSE = "application/graphql-response+json"
JSON = "application/json"


def media_type(accept: str | None) -> str:
    """The type the caller likes best; `application/json` when it does not say. Raises 406."""
    if not accept:
        return JSON
    wanted = [entry for entry in map(_entry, accept.split(",")) if entry[1] > 0]
    for name, _ in sorted(wanted, key=lambda entry: -entry[1]):
        if name in (JSON, "application/*", "*/*"):
            return JSON
        if name == RESPONSE:
            return RESPONSE
    raise Failure("BAD_REQUEST", "not_acceptable", status=406)


def _entry(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    charset = next((value for key, value in map(_pair, parameters) if key == "charset"), "utf-8")
    quality = next((value for key, value in map(_pair, parameters) if key == "q"), "1")
    return name, _number(quality) if charset in ("utf-8", "utf8") else 0.0


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key.strip(), value.strip().strip('"')


def _number(text: str) -> float:
    try:
        return max(0.0, min(1.0, float(text)))
    except ValueError:
        return 0.0


def language(accept_language: str | None) -> str:
    """`zh` or `en`: the one the caller likes better, `en` when it likes neither."""
    best, best_quality = "en", 0.0
    for tag, quality in map(_entry, (accept_language or "")[:200].split(",")):
        spoken = tag.split("-")[0]
        if spoken in ("zh", "en") and quality > best_quality:
            best, best_quality = spoken, quality
    return best
