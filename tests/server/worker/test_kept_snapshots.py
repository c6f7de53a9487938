"""Snapshots that inquiries share: kept while they are true, with their graphs."""

import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from schema.relationships.models import RelationshipRow
from server.worker.inquiries import snapshots
from server.worker.inquiries.snapshots import Snapshots, era
from server.worker.snapshots import taking
from tests.server.worker.network import MOMENT, YEAR, change_data, erased, populate

NEEDS = ("customers", "relationships")
SECOND = datetime.timedelta(seconds=1)
LAST = datetime.timedelta(microseconds=7)


@pytest.fixture
def url(database_url: str) -> str:
    populate(database_url)
    return database_url


@pytest.fixture
def kept(url: str, tmp_path: Path) -> Snapshots:
    return Snapshots(url, tmp_path)


class Clock:
    def __init__(self, now: datetime.datetime, monkeypatch: pytest.MonkeyPatch):
        self.now = now
        for module in (snapshots, taking):
            monkeypatch.setattr(module, "utc_now", lambda: self.now)


def test_a_tie_that_begins_or_ends_makes_another_graph(kept: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody changes anything: time does."""
    clock = Clock(MOMENT, monkeypatch)
    first = kept.of(NEEDS, None, None)
    assert first.until == MOMENT + LAST
    clock.now = MOMENT + LAST
    second = kept.of(NEEDS, None, None)
    assert [len(one.snapshot.graph(directed=False).source) for one in (first, second)] == [4, 5]
    clock.now = MOMENT + YEAR - SECOND
    assert kept.of(NEEDS, None, None) is second
    clock.now = MOMENT + YEAR
    third = kept.of(NEEDS, None, None)
    assert (len(third.snapshot.graph(directed=False).source), third.until) == (3, None)
    clock.now = MOMENT + 100 * YEAR
    assert kept.of(NEEDS, None, None) is third
    assert len({first.mark, second.mark, third.mark}) == 3


def test_the_mark_is_that_of_the_data(url: str, kept: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that looks at another time gives the same files."""
    clock = Clock(MOMENT, monkeypatch)
    mark = kept.of(NEEDS, None, None).mark
    clock.now = MOMENT + LAST / 2
    assert Snapshots(url, tmp_path).of(NEEDS, None, None).mark == mark
    change_data(url, lambda work: work.session.execute(update(RelationshipRow).where(RelationshipRow.id == 1).values(weight=9)),
                lambda work: work.bulk("relationship"))
    assert kept.of(NEEDS, None, None).mark != mark


def test_what_an_inquiry_does_not_need_may_change(url: str, kept: Snapshots) -> None:
    first, other = kept.of(NEEDS, None, None), kept.of(("customers",), None, None)
    change_data(url, lambda work: work.bulk("transaction"))
    assert kept.of(NEEDS[::-1], None, None) is first
    change_data(url, lambda work: work.bulk("relationship"))
    assert kept.of(("customers",), None, None) is other
    assert kept.of(NEEDS, None, None) is not first
    change_data(url, erased(1))
    assert kept.of(("customers",), None, None) is not other


def test_few_are_kept(kept: Snapshots) -> None:
    moments = [MOMENT + days * SECOND for days in range(5)]
    found = [kept.of(NEEDS, None, moment) for moment in moments]
    assert [kept.of(NEEDS, None, moment) is one for moment, one in zip(moments[1:], found[1:], strict=True)] == [True] * 4
    assert kept.of(NEEDS, None, moments[0]) is not found[0]


def test_graphs_are_kept_as_far_as_there_is_room(kept: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = kept.of(NEEDS, None, None).snapshot
    everything, trust = snapshot.graph(), snapshot.graph(kinds=["test_trusts", "test_supplies"], signs=["POSITIVE", "NEUTRAL"])
    assert snapshot.graph() is everything
    assert snapshot.graph(kinds=["test_supplies", "test_trusts"], signs=["NEUTRAL", "POSITIVE"]) is trust
    assert snapshot.graph(directed=False) is not everything
    assert snapshot.graph(weighted=False) is not everything
    monkeypatch.setattr(snapshots, "MOST_BYTES", 1)
    assert snapshot.graph() is everything
    assert snapshot.graph(kinds=["test_supplies", "test_trusts"], signs=["NEUTRAL", "POSITIVE"]) is not trust


def test_no_ties_never_change() -> None:
    assert era(None, MOMENT) == (None, None)
