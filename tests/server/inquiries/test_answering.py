"""What is answered, on both databases: from the data as it is, read again only when it was changed."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from schema.context import Caller
from schema.customers.models import CustomerKind
from schema.errors import RequestError
from tests.server.inquiries.house import house
from tests.server.worker.network import MOMENT, YEAR, change_data, erased, populate, word

PEOPLE = {"kind": {"eq": CustomerKind.PERSON}}
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def populated(database_url: str) -> str:
    populate(database_url)
    return database_url


def same(one: Any, other: Any, *keys: str) -> list[bool]:
    return [one[key] == other[key] for key in keys]


async def test_the_snapshot_stays_until_the_data_changes(populated: str, tmp_path: Path) -> None:
    async with house(populated, tmp_path) as home:
        first, again = await home.ask(), await home.ask()
        assert first["people"] == [1, 2, 3, 4, 5]
        assert len(first["ties"]) == 3
        assert same(first, again, "process", "data", "graph") == [True, True, True]
        change_data(populated, erased(5), word(4, granted=False))
        after = await home.ask()
        assert after["people"] == [1, 2, 3]
        assert same(first, after, "process", "data") == [True, False]


async def test_a_selection_is_read_each_time(populated: str, tmp_path: Path) -> None:
    async with house(populated, tmp_path) as home:
        everybody = await home.ask()
        some = await home.ask(where=PEOPLE)
        assert some["people"] == [1, 2, 4, 5]
        change_data(populated, erased(5))
        assert (await home.ask(where=PEOPLE))["people"] == [1, 2, 4]
        assert everybody["people"] == [1, 2, 3, 4, 5]


async def test_ties_hold_for_the_moment_that_is_asked_about(populated: str, tmp_path: Path) -> None:
    """Two ties have ended, one has begun since."""
    async with house(populated, tmp_path) as home:
        counts = [len((await home.ask(as_of=moment))["ties"]) for moment in (MOMENT - SECOND, MOMENT, MOMENT + SECOND, MOMENT + YEAR)]
        assert counts == [3, 4, 5, 3]
        now, then = await home.ask(), await home.ask(as_of=MOMENT)
        assert same(now, then, "process", "data") == [True, False]
        assert same(now, await home.ask(), "data", "graph") == [True, True]


async def test_pictures_and_files_are_found_again(populated: str, tmp_path: Path) -> None:
    async with house(populated, tmp_path) as home:
        picture, file = await home.ask("picture"), await home.ask("file")
        kept = {path.name: path.stat().st_ino for path in (home.files / "inquiries").iterdir()}
        assert sorted(kept) == sorted(path.removeprefix("inquiries/") for path in [*picture.values(), file])
        assert (home.files / file).read_text() == "<gexf>5</gexf>"
        assert (home.files / picture["png"]).read_bytes().startswith(b"\x89PNG")
        assert "</svg>" in (home.files / picture["svg"]).read_text()
        assert [await home.ask("picture"), await home.ask("file")] == [picture, file]
        assert {path.name: path.stat().st_ino for path in (home.files / "inquiries").iterdir()} == kept
        others = [await home.ask("picture", language="zh"), await home.ask("picture", other=1), await home.ask("file", as_of=MOMENT),
                  await home.ask("file", where=PEOPLE)]
        assert [await home.ask("file", where=PEOPLE)] == others[3:]
        change_data(populated, erased(5))
        others += [await home.ask("picture"), await home.ask("file")]
        found = [str(one) for one in (picture, file, *others)]
        assert len(set(found)) == len(found)


async def test_whoever_may_not_filter_a_list_may_not_ask_so(populated: str, tmp_path: Path) -> None:
    async with house(populated, tmp_path) as home:
        with pytest.raises(RequestError) as refused:
            await home.ask(where=PEOPLE, caller=Caller("token:1", frozenset({"relationships.read"})))
        assert (refused.value.extensions or {})["code"] == "FORBIDDEN"
        with pytest.raises(RequestError, match="empty"):
            await home.ask(where={"kind": {}})
