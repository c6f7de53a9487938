"""What an inquiry is answered with: data, and room for pictures and files that callers fetch."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from schema.analyses.contract import InvalidParameters, Snapshot
from schema.messages import say
from server.files.paths import INQUIRIES, KEPT
from server.worker.channel import to_json
from server.worker.inquiries.snapshots import Kept
from server.worker.keeping import keep_file

FORMATS = ("svg", "png")
MOST_BYTES = 50_000_000  # of a file
FAREWELL = 0.5  # seconds that are left for saying that a picture takes too long


class WarmDesk:
    """What `schema.inquiries.contract.Desk` promises. `asked` is all that the answer depends on beside the data; `deadline`, on the
    clock of time.monotonic(), is when nobody waits any more."""

    def __init__(self, asked: Mapping[str, Any], kept: Kept | None, files: Path, deadline: float):
        self.language: str = asked["language"]
        self._asked, self._kept, self._deadline = asked, kept, deadline
        self._folder = files / INQUIRIES

    @property
    def snapshot(self) -> Snapshot:
        if self._kept is None:
            raise LookupError("the inquiry has no snapshot: it says that it needs no tables")
        return self._kept.snapshot

    def draw(self, title: str, figure: Callable[[], Any]) -> dict[str, str]:
        names = {format_: f"{self._name('picture', title)}.{format_}" for format_ in FORMATS}
        if not all(map(self._is_there, names.values())):
            for format_, data in self._drawn(title, figure).items():
                keep_file(self._folder, names[format_], data)
        return {format_: f"{INQUIRIES}/{name}" for format_, name in names.items()}

    def write(self, ending: str, content: Callable[[], bytes]) -> str:
        if ending not in KEPT:
            raise ValueError(f"a file cannot end in {ending}: {', '.join(KEPT)} only")
        name = f"{self._name('file', ending)}.{ending}"
        if not self._is_there(name):
            data = content()
            if len(data) > MOST_BYTES:
                raise InvalidParameters(say("file_bytes", self.language, found=f"{len(data):,}", most=f"{MOST_BYTES:,}"))
            keep_file(self._folder, name, data)
        return f"{INQUIRIES}/{name}"

    def _name(self, kind: str, which: str) -> str:
        return hashlib.sha256(to_json([kind, which, self._kept.mark if self._kept else None, self._asked])).hexdigest()

    def _is_there(self, name: str) -> bool:
        """And is used just now: what lies about for a day is tidied away."""
        try:
            os.utime(self._folder / name)
        except FileNotFoundError:
            return False
        return True

    def _drawn(self, title: str, figure: Callable[[], Any]) -> Mapping[str, bytes]:
        from server.worker.drawing import SECONDS, TooLarge, TooSlow, drawn_within  # half a second of Matplotlib, for pictures only

        seconds = max(0.1, min(SECONDS, self._deadline - time.monotonic() - FAREWELL))
        try:
            return drawn_within(seconds, figure, letters(), title)
        except TooSlow:
            raise InvalidParameters(say("picture_slow", self.language, seconds=f"{seconds:.0f}")) from None
        except TooLarge as error:
            key = error.key.replace("chart", "picture")
            raise InvalidParameters(say(key, self.language, found=f"{error.found:,}", most=f"{error.most:,}")) from None


@cache
def letters() -> frozenset[str]:
    from server.worker.lettering import drawable

    return drawable()
