"""How a run can end, and how its reader is told."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.messages import say

RESULT = frozenset({"digest", "summary", "metrics", "charts", "artifacts", "environment"})
MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class Succeeded:
    """The worker's last word."""

    result: Mapping[str, Any]


@dataclass(frozen=True)
class Failed:
    """`message` is in the language of whoever asked for the run."""

    code: str
    message: str


@dataclass(frozen=True)
class Cancelled:
    """Somebody wants it stopped."""


@dataclass(frozen=True)
class Lost:
    """Another server took it over, or it has ended already: nothing may be written."""


@dataclass(frozen=True)
class HandedBack:
    """This server stops. The run waits for another one, or for its return."""


@dataclass(frozen=True)
class Waiting:
    """What would compute it cannot be had now. The run waits, at no cost in attempts. `reason` is for the log."""

    reason: str


@dataclass(frozen=True)
class Interrupted:
    """What computed it is gone, or lost the database. The run is computed anew, at the cost of an attempt. `reason` is for the log."""

    reason: str


Ending = Succeeded | Failed | Cancelled | Lost | HandedBack | Waiting | Interrupted


def last_word(message: Mapping[str, Any], language: str) -> Succeeded | Failed | Waiting | Interrupted | None:
    """What a worker's message says of the end. None: it is not the last one, or none that a worker may send."""
    result, failure, away, lost = (message.get(name) for name in ("result", "failure", "away", "lost"))
    if isinstance(away, str):
        return Waiting(clean(away, MOST_CHARACTERS))
    if isinstance(lost, str):
        return Interrupted(clean(lost, MOST_CHARACTERS))
    if isinstance(result, Mapping) and result.keys() >= RESULT and isinstance(result["digest"], str):
        return Succeeded(result)
    if isinstance(failure, Mapping) and isinstance(failure.get("code"), str):
        return Failed(clean(failure["code"], 64), clean(failure.get("message"), MOST_CHARACTERS) or say("run_plugin_error", language))
    return None


def died(exit_code: int | None, language: str) -> Failed:
    """The process ended without a last word. Below zero the code is the number of a signal; None: it only stopped talking."""
    if exit_code is None:
        return Failed("WORKER_DIED", say("run_died_silent", language))
    if exit_code < 0:
        return Failed("WORKER_DIED", say("run_died_signal", language, signal=signal_name(-exit_code)))
    return Failed("WORKER_DIED", say("run_died_code", language, code=exit_code))


def garbled(language: str) -> Failed:
    return Failed("WORKER_DIED", say("run_garbled", language))


def out_of_memory(most: int, language: str) -> Failed:
    return Failed("OUT_OF_MEMORY", say("run_out_of_memory", language, most=f"{most / 2**20:,.0f}"))


def timed_out(seconds: float, language: str) -> Failed:
    return Failed("TIMED_OUT", say("run_timed_out", language, seconds=f"{seconds:g}"))


def signal_name(number: int) -> str:
    """
    >>> signal_name(11), signal_name(200)
    ('SIGSEGV', '200')
    """
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


def clean(text: object, most: int) -> str:
    """Text that a database takes: a plugin may have put anything into it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:most] if isinstance(text, str) else ""
