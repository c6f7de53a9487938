"""When a run is lost: its heartbeat stood still for the length of a lease while we watched, by our own clock."""

from schema.analyses.queue import Running
from server.runs.leases import Leases


def seen(*heartbeats: int) -> list[Running]:
    return [Running(run, "w", heartbeat) for run, heartbeat in enumerate(heartbeats, 1)]


def test_a_heartbeat_that_stands_still_for_a_lease() -> None:
    leases = Leases(30)
    assert leases.lost(seen(1, 1), 1000) == []
    assert leases.lost(seen(1, 2), 1020) == []
    assert leases.lost(seen(1, 2), 1029.9) == []
    assert leases.lost(seen(1, 2), 1030) == seen(1, 2)[:1]
    assert leases.lost(seen(1, 2), 1050) == seen(1, 2)


def test_another_holder_has_a_lease_of_its_own() -> None:
    leases = Leases(30)
    leases.lost([Running(1, "a", 1)], 0)
    assert leases.lost([Running(1, "b", 1)], 40) == []
    assert leases.lost([Running(1, "b", 1)], 70) == [Running(1, "b", 1)]


def test_what_has_ended_is_forgotten() -> None:
    leases = Leases(30)
    leases.lost(seen(1), 0)
    leases.lost([], 20)
    assert leases.lost(seen(1), 40) == []


def test_when_nothing_could_be_seen_every_lease_begins_anew() -> None:
    leases = Leases(30)
    leases.lost(seen(1), 0)
    leases.forget()
    assert leases.lost(seen(1), 100) == []
    assert leases.lost(seen(1), 130) == seen(1)
