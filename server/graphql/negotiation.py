"""Which media type to answer in: the Accept header against the two of GraphQL over HTTP, and events."""

from functools import lru_cache

from server.graphql.failures import Failure

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
REMEMBERED = 200  # headers of each kind: clients send the same again and again
LONGEST_REMEMBERED = 200  # characters


def media_type(accept: str, *, streams: bool = False) -> str:
    """The type the caller likes best; `application/json` when it does not say. `streams`: events may be sent. Raises 406."""
    if not accept:
        return JSON
    return _known_best(accept, streams) if len(accept) <= LONGEST_REMEMBERED else _best(accept, streams)


def _best(accept: str, streams: bool) -> str:
    wanted = [entry for entry in map(_entry, accept.split(",")) if entry[1] > 0]
    for name, _ in sorted(wanted, key=lambda entry: -entry[1]):
        if name in (JSON, "application/*", "*/*"):
            return JSON
        if name == RESPONSE or (name == EVENTS and streams):
            return name
    raise Failure("BAD_REQUEST", "not_acceptable", status=406)


_known_best = lru_cache(REMEMBERED)(_best)


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


def language(accept_language: str) -> str:
    """`zh` or `en`: the one the caller likes better, `en` when it likes neither."""
    return _language(accept_language[:LONGEST_REMEMBERED])


@lru_cache(REMEMBERED)
def _language(accept_language: str) -> str:
    best, best_quality = "en", 0.0
    for tag, quality in map(_entry, accept_language.split(",")):
        spoken = tag.split("-")[0]
        if spoken in ("zh", "en") and quality > best_quality:
            best, best_quality = spoken, quality
    return best
