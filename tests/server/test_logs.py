"""The log knows requests and callers by their ids, and quotes nobody."""

import errno
import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from server.logs import JsonLines, TextLines, configure, failure_of, tell
from server.settings import Logs

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


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a server's process: nobody else listens to the log."""
    root, ours = logging.getLogger(), logging.getLogger("guanxi")
    levels = root.level, ours.level
    monkeypatch.setattr(root, "handlers", [])
    yield
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_that_is_told_is_the_one_that_would_be_logged(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(Logs.model_validate({"format": form}))
    fields = {"request": "r1", "path": "/graphql", "status": 200, "ms": 0.0, "operation": None, "codes": ["A", "B"], "caller": ""}
    tell(logging.INFO, "request", fields)
    logging.getLogger("guanxi").info("request", extra=fields)
    tell(logging.DEBUG, "request", fields)
    lines = [line[line.index("info"):] for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 2
    assert lines[0] == lines[1]


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, text)


@pytest.mark.usefixtures("alone")
def test_a_log_that_nobody_can_write_does_not_stop_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Full())
    configure(Logs(format="json"))
    tell(logging.INFO, "request", {"request": "r1"})
