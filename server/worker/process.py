"""The life of a worker process: it makes itself safe to have around, imports libraries ahead of time, and computes one run, or
answers inquiries for as long as it is wanted."""

import ctypes
import faulthandler
import importlib
import os
import queue
import resource
import signal
import sys
import threading
from typing import Any, BinaryIO, NoReturn

import orjson

from server.worker.channel import Channel
from server.worker.libraries import missing_library, told

PR_SET_PDEATHSIG = 1
ORPHANED = 70  # exit code of a worker whose parent is gone


def main() -> None:
    """Returns when its run is over; the process ends with its parent, whatever it is doing then."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent()
    incoming, channel = take_over_standard_streams()
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(incoming, lines), daemon=True, name="watchdog").start()
    preload(orjson.loads(lines.get()).get("preload", []))
    channel.send(ready=True)
    wanted = orjson.loads(lines.get())
    if "inquiries" in wanted:
        answer(wanted["inquiries"], lines, channel)
    else:
        run(wanted, channel)


def die_with_parent() -> None:
    """Linux ends the process with the thread that started it: the watchdog cannot while a library holds Python's lock."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def take_over_standard_streams() -> tuple[BinaryIO, Channel]:
    """Standard input and output, for us alone: what a plugin prints goes to standard error, and what it reads is empty."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return incoming, Channel(outgoing)


def listen(incoming: BinaryIO, lines: "queue.SimpleQueue[bytes]") -> None:
    """The end of the input means that the parent is gone, and that nobody wants the result."""
    for line in incoming:
        lines.put(line)
    os._exit(ORPHANED)


def preload(modules: list[str]) -> None:
    """Imports what there is of it: a library that is missing is the business of who needs it."""
    for name in ["server.worker.running", "server.worker.inquiries.answering", "guanxi", *modules]:
        try:
            importlib.import_module(name)
        except ImportError as error:
            if name.startswith("server.") and missing_library(error) is None:
                raise
            print(f"{name} cannot be imported ahead of time: {error}", file=sys.stderr)  # noqa: T201  the supervisor logs it


def run(message: dict[str, Any], channel: Channel) -> None:
    try:
        from server.worker.running import compute_run  # heavy: imported by `preload`
        from server.worker.task import Task
    except ModuleNotFoundError as error:
        channel.send(failure=told(missing_library(error) or str(error.name), message["plugin"], message["language"]))
        return
    task = Task.of(message)
    limit_memory(task.memory)
    compute_run(task, channel)


def answer(setup: dict[str, Any], lines: "queue.SimpleQueue[bytes]", channel: Channel) -> NoReturn:
    try:
        from server.worker.inquiries.answering import Answering
    except ModuleNotFoundError as error:
        decline(missing_library(error) or str(error.name), lines, channel)
    answering = Answering(setup, channel)
    limit_memory(setup["memory"])
    while True:
        answering.answer(orjson.loads(lines.get()))


def decline(library: str, lines: "queue.SimpleQueue[bytes]", channel: Channel) -> NoReturn:
    """Every question, until somebody installs the library and starts anew."""
    while True:
        question = orjson.loads(lines.get())
        channel.send(failure=told(library, question["plugin"], question["language"]))


def limit_memory(most: int) -> None:
    """Private memory only: files that are mapped, as snapshots are, do not count."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
