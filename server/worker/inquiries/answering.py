"""One question after the other, each with one answer, for as long as the process is wanted.

The server sends `{"inquiries": {"database", "files", "memory", "room", "seconds"}}` once, then questions: `{"plugin", "source", "version",
"settings", "inquiry", "given", "where", "as_of", "features", "language"}`. Each is answered with `{"answering": true}` when its data is
there, and at last with `{"answer": ...}` or `{"failure": {"code", "message", "path", "error"}}`.
"""

import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plugins.manager import SetAside, inquiry_of, load
from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.inquiries.contract import Inquiry
from schema.messages import say
from server.worker.channel import Channel, to_json
from server.worker.inquiries.desk import WarmDesk
from server.worker.inquiries.snapshots import Kept, Snapshots
from server.worker.libraries import missing_library, told
from server.worker.snapshots.taking import UnknownTable
from server.worker.storage import is_full
from server.worker.task import ROOM, moment_of, where_of

MOST_BYTES = 8_000_000  # of an answer
OF_THE_ANSWER = ("plugin", "version", "inquiry", "given", "where", "as_of", "language")


class Answering:
    """What is kept from one question to the next: plugins as they were loaded, and snapshots."""

    def __init__(self, setup: Mapping[str, Any], channel: Channel):
        self._files, self._seconds, self._channel = Path(setup["files"]), setup["seconds"], channel
        self._snapshots = Snapshots(setup["database"], self._files, setup.get("room", ROOM))
        self._inquiries: dict[tuple[str, str], Inquiry] = {}

    def answer(self, question: Mapping[str, Any]) -> None:
        try:
            inquiry = self._inquiry(question)
            kept = self._snapshot(inquiry, question)
            self._channel.send(answering=True)
            try:
                said = self._said(inquiry, kept, question)
            except (InsufficientData, InvalidParameters, MemoryError):
                raise
            except (Exception, SystemExit) as error:
                raise PluginFailed from error
            self._channel.send_line(said)
        except Exception as error:  # noqa: BLE001  one answer is lost, and the next question comes
            self._channel.send(failure=failure_of(error, question))

    def _inquiry(self, question: Mapping[str, Any]) -> Inquiry:
        key = question["plugin"], question["inquiry"]
        if key not in self._inquiries:
            plugin = load(question["plugin"], question["source"])
            self._inquiries[key] = inquiry_of(plugin, question["settings"], question["inquiry"])
        return self._inquiries[key]

    def _snapshot(self, inquiry: Inquiry, question: Mapping[str, Any]) -> Kept | None:
        if not inquiry.needs:
            return None
        return self._snapshots.of(inquiry.needs, where_of(question["where"]), moment_of(question["as_of"]), question.get("features", ()))

    def _said(self, inquiry: Inquiry, kept: Kept | None, question: Mapping[str, Any]) -> bytes:
        asked = {name: question[name] for name in OF_THE_ANSWER}
        desk = WarmDesk(asked, kept, self._files, time.monotonic() + self._seconds)
        said = to_json({"answer": inquiry.answer(desk, question["given"])})
        if len(said) > MOST_BYTES:
            raise InvalidParameters(say("inquiry_long", desk.language, found=f"{len(said):,}", most=f"{MOST_BYTES:,}"))
        return said


class PluginFailed(Exception):
    """What a plugin raised is the cause."""


def failure_of(error: Exception, question: Mapping[str, Any]) -> dict[str, Any]:
    match error:
        case InvalidParameters():
            return {"code": "INVALID", "message": str(error), "path": list(error.path)}
        case InsufficientData():
            return {"code": "INSUFFICIENT_DATA", "message": str(error)}
        case MemoryError():
            error.with_traceback(None)  # what its frames held is free now
            return {"code": "OUT_OF_MEMORY"}
    traceback.print_exception(error, file=sys.stderr)
    cause = error.__cause__ if isinstance(error, PluginFailed) and error.__cause__ else error
    if library := missing_library(cause):
        return told(library, question["plugin"], question["language"])
    if not isinstance(error, PluginFailed) and is_full(error):
        return {"code": "STORAGE_FULL"}
    known = isinstance(cause, SetAside | UnknownTable)
    code = "PLUGIN_ERROR" if known or isinstance(error, PluginFailed) else "INTERNAL"
    return {"code": code, "error": place_of(cause, known=known)}


def place_of(error: BaseException, *, known: bool) -> dict[str, Any]:
    """Where in the code, never with what values: for the server's log. `known`: its words quote nobody."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"type": type(error).__qualname__, "frames": frames[-30:], **({"message": str(error)} if known else {})}
