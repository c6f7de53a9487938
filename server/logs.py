"""The log: one line an event, JSON or text. It knows requests by their ids and callers by their numbers, and quotes nobody."""

import logging
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

import orjson

if TYPE_CHECKING:
    from server.settings import Logs  # pydantic is not needed to serve

logger = logging.getLogger("guanxi")

# What a line may hold besides time, level and event. Anything else is left out, so that no library's record brings values along.
FIELDS = ("request", "run", "method", "path", "status", "ms", "operation", "caller", "codes", "error", "detail")
NOTHING: tuple[Any, ...] = (None, "", [])


def configure(settings: "Logs") -> None:
    """Send the log of this process to standard error."""
    as_text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    root = logging.getLogger()
    root.handlers[:] = [Lines(as_text)]
    root.setLevel(logging.WARNING)
    logger.setLevel(settings.level.upper())


def tell(level: int, event: str, fields: dict[str, Any]) -> None:
    """What `logger.log` writes, past the record that it would make first: that costs more than the line does, for each request."""
    if not logger.isEnabledFor(level):
        return
    listening = logging.root.handlers
    if len(listening) == 1 and isinstance(listening[0], Lines) and not logger.handlers:
        listening[0].write(time.time(), logging.getLevelName(level).lower(), event, stated(fields))
    else:
        logger.log(level, event, extra=fields)


class Lines(logging.StreamHandler[TextIO]):
    """Writes to standard error, as text for people or as JSON."""

    def __init__(self, as_text: bool):
        super().__init__()
        self._form = TextLines() if as_text else JsonLines()
        self.setFormatter(self._form)

    def write(self, moment: float, level: str, event: str, fields: dict[str, Any]) -> None:
        line = self._form.line(moment, level, event, fields) + self.terminator
        self.acquire()
        try:
            self.stream.write(line)
            self.flush()
        except OSError:
            pass  # nobody reads any more, or the disk is full: requests are answered all the same
        finally:
            self.release()


def stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in NOTHING}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    found = stated({name: getattr(record, name, None) for name in FIELDS})
    if record.exc_info and record.exc_info[1] is not None:
        found["error"] = failure_of(record.exc_info[1])
    return found


class Form(logging.Formatter, ABC):
    """How a line looks. `moment` is in seconds since 1970."""

    def format(self, record: logging.LogRecord) -> str:
        return self.line(record.created, record.levelname.lower(), record.getMessage(), fields_of(record))

    @abstractmethod
    def line(self, moment: float, level: str, event: str, fields: dict[str, Any]) -> str: ...


class JsonLines(Form):
    def line(self, moment: float, level: str, event: str, fields: dict[str, Any]) -> str:
        second, thousandths = divmod(int(moment * 1000), 1000)
        stamp = f"{date_and_time(second)}.{thousandths:03d}+00:00"
        return orjson.dumps({"time": stamp, "level": level, "event": event, **fields}, default=str).decode()


@lru_cache(1)
def date_and_time(second: int) -> str:
    """Many lines are of the same second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


class TextLines(Form):
    def line(self, moment: float, level: str, event: str, fields: dict[str, Any]) -> str:
        now = time.strftime("%H:%M:%S", time.localtime(moment))
        error = fields.pop("error", {})
        told = " ".join(f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in fields.items())
        after = [f"  {error['type']} {error.get('message', '')}".rstrip(), *(f"    {frame}" for frame in error["frames"])] if error else []
        return "\n".join([f"{now} {level:<7} {event} {told}".rstrip(), *after])


def report(error: BaseException, request_id: str, operation: str | None = None) -> None:
    """An exception that nobody expected."""
    logger.error("unexpected error", extra={"request": request_id, "operation": operation, "error": failure_of(error)})


def failure_of(error: BaseException) -> dict[str, Any]:
    """An exception for the log: its type, and where it was raised. Its message may quote a customer, so only `debug` shows it."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    found: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        found["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    if logger.isEnabledFor(logging.DEBUG):
        found["message"] = str(error)
    return found
