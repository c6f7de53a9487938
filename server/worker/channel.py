"""What a worker says: one JSON object a line, and its progress, which an analysis may report as often as it likes."""

import threading
import time
from typing import Any, BinaryIO

import orjson

PAUSE = 0.1  # seconds between two reports of the same stage


def to_json(value: Any) -> bytes:
    """Keys in order, numbers of NumPy as numbers, what is not finite as null: the same bytes for the same value, anywhere."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS)


class Channel:
    """The way to the supervisor. Threads may share it."""

    def __init__(self, outgoing: BinaryIO):
        self._outgoing, self._lock = outgoing, threading.Lock()

    def send(self, **message: Any) -> None:
        self.send_line(to_json(message))

    def send_line(self, message: bytes) -> None:
        """A message that is JSON already."""
        with self._lock:
            self._outgoing.write(message + b"\n")
            self._outgoing.flush()


class ReportedProgress:
    """What `schema.analyses.contract.Progress` promises."""

    def __init__(self, channel: Channel):
        self._channel = channel
        self._stage, self._next = "", 0.0

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        now = time.monotonic()
        if stage == self._stage and now < self._next and done != total:
            return
        self._stage, self._next = stage, now + PAUSE
        self._channel.send(progress={"stage": stage, "done": int(done), "total": None if total is None else int(total)})

    def warn(self, text: str) -> None:
        self._channel.send(warning=text)
