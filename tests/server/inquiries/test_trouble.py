"""Inquiries that fail: in words, each for itself, and the next one is answered."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.errors import RequestError
from tests.server.inquiries.house import House, house
from tests.server.runs.house import children
from tests.server.worker.network import populate

PATIENCE = 20.0


@pytest.fixture
def url(sqlite_url: str) -> str:
    populate(sqlite_url)
    return sqlite_url


async def refusal(home: House, inquiry: str = "size", **given: Any) -> tuple[dict[str, Any], str]:
    with pytest.raises(RequestError) as refused:
        await home.ask(inquiry, **given)
    return refused.value.extensions or {}, refused.value.text(given.get("language", "en"))


async def test_no_in_the_plugins_own_words(url: str, tmp_path: Path) -> None:
    async with house(url, tmp_path) as home:
        before = await home.ask()
        with pytest.raises(InvalidParameters, match=r"^Something is wrong here.$") as invalid:
            await home.ask(trouble="invalid")
        assert invalid.value.path == ("trouble", "0")
        with pytest.raises(InvalidParameters, match=r"^这里不对。$"):
            await home.ask(trouble="invalid", language="zh")
        with pytest.raises(InsufficientData, match=r"^There is nobody.$"):
            await home.ask(trouble="insufficient")
        with pytest.raises(InvalidParameters) as long:
            await home.ask(trouble="long")
        assert len(str(long.value)) == 2000
        assert (await home.ask())["data"] == before["data"]


@pytest.mark.parametrize(
    ("inquiry", "trouble", "kind"),
    [("size", "raise", "RuntimeError"), ("size", "exit", "SystemExit"), ("noJson", "", "TypeError"), ("noData", "", "LookupError"),
     ("noTable", "", "UnknownTable"), ("picture", "raise", "RuntimeError")],
)
async def test_what_a_plugin_raises_costs_one_answer(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, inquiry: str,
                                                     trouble: str, kind: str) -> None:
    async with house(url, tmp_path) as home:
        before = await home.ask()
        told = {"code": "PLUGIN_ERROR", "plugin": "curious"}, "The plugin curious could not answer this; the server's log says why."
        assert await refusal(home, inquiry, trouble=trouble) == told
        assert (await home.ask())["data"] == before["data"]
    record, = [one for one in caplog.records if one.getMessage() == "inquiry failed"]
    assert record.operation == f"curious.{inquiry}"  # type: ignore[attr-defined]
    error: dict[str, Any] = record.error  # type: ignore[attr-defined]
    assert error["type"] == kind
    assert error["frames"]
    assert "4711" not in str(error)


@pytest.mark.parametrize(
    ("trouble", "code", "told"),
    [
        ("die", "WORKER_DIED", ("The plugin curious could not answer this. "
                                "The process that computed it ended with exit code 3 before it was done.")),
        ("loop", "TIMED_OUT", ("It took longer than the 2 s that such an answer may take. "
                               "Ask about fewer customers or relationships, or raise the setting inquiries.seconds.")),
        ("memory", "OUT_OF_MEMORY", ("It needed more than the 400 MiB of memory that such an answer may use. "
                                     "Ask about fewer customers or relationships, or raise the setting inquiries.memory.")),
    ],
)
async def test_a_process_that_fails_is_replaced(url: str, tmp_path: Path, trouble: str, code: str, told: str) -> None:
    async with house(url, tmp_path, seconds=2, memory="400 MiB") as home:
        before = await home.ask()
        assert await refusal(home, trouble=trouble) == ({"code": code, "plugin": "curious"}, told)
        after = await home.ask()
        assert after["people"] == before["people"]
        assert after["process"] != before["process"]


async def test_pictures_are_bounded(url: str, tmp_path: Path) -> None:
    async with house(url, tmp_path, seconds=3) as home:
        before = await home.ask()
        with pytest.raises(InvalidParameters, match=r"^The picture would have 829,440,000 pixels; at most 20,000,000 are drawn."):
            await home.ask("picture", trouble="huge")
        with pytest.raises(InvalidParameters, match=r"^The picture would take longer than 2 s to draw."):
            await home.ask("picture", trouble="loop")
        assert (await home.ask())["process"] == before["process"]
        assert not list((home.files / "inquiries").glob("*"))


async def test_they_wait_for_each_other_and_not_too_many(url: str, tmp_path: Path) -> None:
    async with house(url, tmp_path, waiting=2) as home:
        await home.ask()
        asked = [asyncio.create_task(home.ask(seconds=0.5)) for _ in range(4)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        late, = [one for one in answers if isinstance(one, RequestError)]
        assert (late.extensions, str(late.text("en"))) == (
            {"code": "BUSY"}, "2 questions of this kind are waiting already. Ask again in a few seconds.")
        assert isinstance(answers[3], RequestError)
        assert len({one["process"] for one in answers[:3]}) == 1  # type: ignore[index]
        assert (await home.ask())["people"]


async def test_one_that_nobody_waits_for_goes_on(url: str, tmp_path: Path) -> None:
    """What was read for it serves the next one; and who waits in the queue may leave it."""
    async with house(url, tmp_path, waiting=1) as home:
        leaving = asyncio.create_task(home.ask(seconds=1))
        queueing = asyncio.create_task(home.ask(trouble="die"))
        await asyncio.sleep(0.1)
        leaving.cancel()
        queueing.cancel()
        await asyncio.gather(leaving, queueing, return_exceptions=True)
        assert (leaving.cancelled(), queueing.cancelled()) == (True, True)
        began = time.monotonic()
        assert (await home.ask())["people"] == [1, 2, 3, 4, 5]
        assert time.monotonic() - began > 0.5


async def test_no_process_is_left(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="asyncio")
    before = children()
    async with house(url, tmp_path) as home:
        await home.ask()
        assert children() > before
        asked = [asyncio.create_task(home.ask(trouble="loop")) for _ in range(3)]
        await asyncio.sleep(0.3)
    assert children() <= before
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [(one.extensions or {})["code"] for one in answers if isinstance(one, RequestError)] == ["UNAVAILABLE"] * 3
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_unknown_inquiry(url: str, tmp_path: Path) -> None:
    async with house(url, tmp_path) as home:
        with pytest.raises(LookupError, match="the plugin curious has no inquiry weather"):
            await home.ask("weather")
