"""The log knows requests and callers by their ids, and quotes nobody."""

import logging

import orjson
import pytest

from server.logs import JsonLines, TextLines, failure_of

SECRET = "王伟 13800138000"


def record(**fields: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": "request", "levelname": "INFO", "levelno": logging.INFO, **fields})


def failed() -> Exception:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"no customer {SECRET}") from error
    except ValueError as error:
        return error


def test_json_lines_hold_the_named_fields_only() -> None:
    given = record(request="r1", status=200, caller="token:7", codes=[], query=SECRET, variables={"a": SECRET})
    line = orjson.loads(JsonLines().format(given))
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "event": "request", "request": "r1", "status": 200, "caller": "token:7"}


def test_text_lines_are_for_people() -> None:
    line = TextLines().format(record(request="r1", status=400, codes=["A", "B"], error={"type": "ValueError", "frames": ["x.py:1 f"]}))
    assert line.split(" ", 1)[1] == "info    request request=r1 status=400 codes=A,B\n  ValueError\n    x.py:1 f"


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_an_exceptions_message_stays_out(formatter: logging.Formatter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "guanxi")
    error = failed()
    line = formatter.format(record(exc_info=(type(error), error, error.__traceback__)))
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert SECRET not in line
    assert "customer" not in line


def test_debug_shows_the_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "guanxi")
    assert SECRET in failure_of(failed())["message"]
