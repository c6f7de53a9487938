"""Many series over all processes: none is lost when one of them is killed, and nothing depends on where a series was continued."""

import os
import signal
from typing import Any

import numpy as np
import psutil
import pytest

from plugins.forecast.methods.forecast import Setting
from plugins.forecast.series import Series
from plugins.forecast.spreading import spread
from plugins.forecast.working import Continued, Plan, work
from tests.plugins.graph.snapshots import Heard

MANY = 2_000
PLAN = Plan("AUTO", Setting(8), 3)


def rare(count: int) -> list[Series]:
    """Who buys now and then, over two years of weeks."""
    chance = np.random.default_rng(1)
    return [Series(place, 2_800, np.where(chance.random(104) < 0.2, chance.integers(5, 60, 104), 0).astype(float))
            for place in range(count)]


class Killing(Heard):
    """Kills one of the processes that compute, once a third of the series is done."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.least, self.killed = least, 0

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        super().__call__(stage, done, total)
        if not self.killed and done >= self.least:
            self.killed = next(one.pid for one in psutil.Process().children() if any("popen_loky" in word for word in one.cmdline()))
            os.kill(self.killed, signal.SIGKILL)


def told(found: list[Continued]) -> list[Any]:
    return [(one.model, one.form, one.mean.tolist(), one.high[95].tolist(), one.scores) for one in found]


@pytest.mark.slow
def test_a_killed_process_loses_no_series() -> None:
    series, heard = rare(MANY), Killing(MANY // 3)
    found = spread(series, PLAN, heard)
    assert heard.killed
    assert heard.warnings == ["A process that computed a part of the run was killed; what it had not finished was computed again."]
    assert len(found) == MANY
    assert told(found) == told(work([(one, PLAN) for one in series]))
    steps = [done for stage, done, _ in heard.stages if stage == "forecasting"]
    assert (steps[0], steps[-1], steps) == (0, MANY, sorted(steps))


def test_a_few_series_are_continued_as_many_are() -> None:
    """Three of them here, and the same three among others elsewhere."""
    series = rare(6)
    heard = Heard()
    assert told(spread(series, PLAN, heard))[:3] == told(spread(series[:3], PLAN, Heard()))
    assert heard.stages[-1] == ("forecasting", 6, 6)
