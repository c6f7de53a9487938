"""Addresses of files that are good for one caller and a while, by their signature."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from schema.context import Caller
from server.files.folder import open_folder
from server.files.paths import PATH
from server.graphql.failures import Failure

LONGEST = 200  # characters of a parameter


class FileAddresses:
    """Gives out addresses and checks them. Servers that share the folder share its key, so that each serves the others' addresses."""

    def __init__(self, folder: Path, minutes: int):
        self.folder, self._seconds = folder, minutes * 60

    @cached_property
    def _key(self) -> bytes:
        return open_folder(self.folder)

    def address(self, path: str, caller: Caller) -> str:
        """For the set time, to the full minute: asked again soon, it is the same address, and a browser finds the file in its cache."""
        if not PATH.fullmatch(path):
            raise ValueError("not a path that is handed out")
        until = str(int(time.time() + self._seconds) // 60 * 60 + 60)
        query = {"caller": caller.name, "until": until, "signature": self._signature(path, caller.name, until)}
        return f"/files/{path}?{urlencode(query)}"

    def check(self, path: str, query: Mapping[str, str]) -> tuple[str, int]:
        """The name of the caller that the address was given to, and the seconds that it is still good for. Raises Failure."""
        caller, until, signature = (query.get(name, "")[:LONGEST] for name in ("caller", "until", "signature"))
        if not hmac.compare_digest(self._signature(path, caller, until).encode(), signature.encode()):
            raise Failure("FORBIDDEN", "file_signature")
        seconds = int(until) - int(time.time())
        if seconds <= 0:
            raise Failure("NOT_FOUND", "file_expired", status=410)
        return caller, seconds

    def _signature(self, path: str, caller: str, until: str) -> str:
        return hmac.new(self._key, f"{path}\n{caller}\n{until}".encode(), hashlib.sha256).hexdigest()
