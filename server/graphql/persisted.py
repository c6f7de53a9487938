"""Automatic persisted queries: a client sends a query's hash, and its text only when the server does not know it yet."""

import hashlib
from collections import OrderedDict

from server.graphql.failures import Failure
from server.graphql.requests import Asked

KEPT = 1_000  # queries
KEPT_CHARACTERS = 4_000_000


class PersistedQueries:
    """The queries of one application, those least recently used dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    def text(self, asked: Asked) -> str:
        """The query's text. Raises Failure when its hash is unknown or wrong."""
        digest = stated_hash(asked)
        if asked.query is None:
            if digest is None or digest not in self._kept:
                raise Failure("PERSISTED_QUERY_NOT_FOUND", "persisted_unknown")
            self._kept.move_to_end(digest)
            return self._kept[digest]
        if digest is not None and hashlib.sha256(asked.query.encode()).hexdigest() != digest:
            raise Failure("BAD_REQUEST", "persisted_hash")
        return asked.query

    def keep(self, asked: Asked) -> None:
        """Remember a query that came with its hash. Call it once the query has proved valid: the store is no dustbin."""
        digest = stated_hash(asked)
        if digest is None or asked.query is None or digest in self._kept:
            return
        self._kept[digest] = asked.query
        self._characters += len(asked.query)
        while len(self._kept) > KEPT or self._characters > KEPT_CHARACTERS:
            _, dropped = self._kept.popitem(last=False)
            self._characters -= len(dropped)


def stated_hash(asked: Asked) -> str | None:
    if "persistedQuery" not in asked.extensions:
        return None
    stated = asked.extensions["persistedQuery"]
    if not isinstance(stated, dict) or stated.get("version") != 1 or not isinstance(stated.get("sha256Hash"), str):
        raise Failure("BAD_REQUEST", "persisted_version")
    return str(stated["sha256Hash"]).lower()
