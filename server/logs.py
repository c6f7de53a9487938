"""The log: one line an event, JSON or text. It knows requests by their ids and callers by their numbers, and quotes nobody."""

import datetime
import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from server.settings import Logs  # pydantic is not needed to serve


# What a line may hold besides time, level and event. Anything else is left out, so that no library's record brings values along.
FIELDS = ("request", "method", "path", "status", "ms", "operation", "caller", "codes", "error", "detail")


def configure(settings: "Logs") -> None:
    """Send the log of this process to standard error."""
    as_text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(TextLines() if as_text else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("guanxi").setLevel(settings.level.upper())


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) not in (None, "", [])}
    if record.exc_info and record.exc_info[1] is not None:
        found["error"] = failure_of(record.exc_info[1])
    return found


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage(), **fields_of(record)}
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        fields = fields_of(record)
        error = fields.pop("error", {})
        told = " ".join(f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in fields.items())
        after = [f"  {error['type']} {error.get('message', '')}".rstrip(), *(f"    {frame}" for frame in error["frames"])] if error else []
        return "\n".join([f"{time} {record.levelname.lower():<7} {record.getMessage()} {told}".rstrip(), *after])


def report(error: BaseException, request_id: str, operation: str | None = None) -> None:
    """An exception that nobody expected."""
    logging.getLogger("guanxi").error("unexpected error", extra={"request": request_id, "operation": operation, "error": failure_of(error)})


def failure_of(error: BaseException) -> dict[str, Any]:
    """An exception for the log: its type, and where it was raised. Its message may quote a customer, so only `debug` shows it."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    found: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        found["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    if logging.getLogger("guanxi").isEnabledFor(logging.DEBUG):
        found["message"] = str(error)
    return found
