"""Parts of a run on several processes."""

import os
from pathlib import Path

import pytest

from schema.analyses.contract import InsufficientData
from server.worker.fan_out import PartFailed, fan_out
from tests.server.worker import parts


class Heard:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, int | None]] = []
        self.warnings: list[str] = []

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        self.said.append((stage, done, total))

    def warn(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture(autouse=True)
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")


def test_results_come_in_order_and_progress_as_they_do() -> None:
    heard = Heard()
    assert fan_out(parts.square, range(12), heard, "squaring") == [number * number for number in range(12)]
    assert heard.said == [("squaring", done, 12) for done in range(1, 13)]


def test_parts_are_computed_by_other_processes_with_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    found = fan_out(parts.process_and_threads, range(4), Heard(), "looking")
    assert os.getpid() not in {process for process, _ in found}
    assert {threads for _, threads in found} == {"1"}


def test_no_parts_give_no_results() -> None:
    assert fan_out(parts.square, [], Heard(), "squaring") == []


def test_a_part_that_fails_is_named_without_its_words() -> None:
    with pytest.raises(PartFailed) as failure:
        fan_out(parts.fail_at_three, range(5), Heard(), "failing")
    assert str(failure.value) == "ZeroDivisionError in part 4 of 5"
    assert isinstance(failure.value.__cause__, ZeroDivisionError)


def test_what_a_part_says_of_its_data_is_passed_on() -> None:
    with pytest.raises(InsufficientData, match="too little"):
        fan_out(parts.find_little, range(2), Heard(), "looking")


def test_after_a_failure_nothing_new_is_begun(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match="ZeroDivisionError in part 1 of 100"):
        fan_out(parts.leave_a_mark, [str(tmp_path / str(at)) if at else "" for at in range(100)], Heard(), "marking")
    assert len(list(tmp_path.iterdir())) < 20


def test_a_process_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    heard = Heard()
    assert fan_out(parts.die_once, [str(tmp_path)] * 4, heard, "dying") == ["done"] * 4
    assert heard.said[-1] == ("dying", 4, 4)
    assert heard.warnings == ["A process that computed a part of the run was killed; what it had not finished was computed again."]


def test_a_part_that_always_dies_fails_the_run() -> None:
    with pytest.raises(PartFailed, match="TerminatedWorkerError, twice, after 0 of 2 parts"):
        fan_out(parts.die, [1, 2], Heard(), "dying")
