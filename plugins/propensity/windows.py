"""The windows of the past that a run learns from: whom each moment knew, and who bought in the days after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guanxi import InsufficientData
from plugins.propensity.events import DAY, Behaviour, Flags, Numbers, day, microseconds
from plugins.propensity.start import PropensityPopulation, PropensityRunStartInput, is_given

USUAL_WINDOWS = 4


@dataclass(frozen=True)
class Window:
    """`opens`: the moment before which everything is known, and from which on is looked at what was bought, until `closes`. `known`:
    int64[k], places of the customers that it is about, ascending; `bought`: bool[k]."""

    opens: int
    closes: int
    known: Numbers
    bought: Flags


def moment_of(found: Behaviour, start: PropensityRunStartInput) -> int:
    """From which on a run looks ahead, in microseconds."""
    return microseconds(start.as_of) if start.as_of else found.end


def windows(found: Behaviour, start: PropensityRunStartInput) -> list[Window]:
    """The oldest first; the last one, for the test, closes at the moment from which the run looks ahead. Each closes where the next one
    opens, so what a window is to foretell is never among what it is told.

    Raises `InsufficientData` when the past has no room for two of them.
    """
    now, length = moment_of(found, start), start.window_days * DAY
    count = start.windows if is_given(start.windows) else USUAL_WINDOWS
    assert count
    made = [window(found, start, now - back * length, now - (back - 1) * length) for back in range(count, 0, -1)]
    if not is_given(start.windows):
        made = made[max((at + 1 for at, one in enumerate(made[:-2]) if not usable(one)), default=0):]
    check_windows(found, start, made)
    return made


def usable(window: Window) -> bool:
    return bool(window.bought.any() and not window.bought.all())


def window(found: Behaviour, start: PropensityRunStartInput, opens: int, closes: int) -> Window:
    known = known_before(found, start.among, opens)
    return Window(opens, closes, known, found.bought.since(opens, closes).count[known] > 0)


def known_before(found: Behaviour, among: PropensityPopulation, moment: int) -> Numbers:
    """int64[k]: places of those who had done by then what makes them part of it."""
    doing = {PropensityPopulation.BUYERS: found.purchases, PropensityPopulation.REVIEWERS: found.reviewed,
             PropensityPopulation.BROWSERS: found.looked, PropensityPopulation.RECORDED: found.recorded}[among]
    assert doing is not None  # the tables of a run follow from whom it is about
    return np.flatnonzero(doing.first < moment)


LEAST_TO_LEARN, LEAST_TO_TEST = 10, 3  # of those who bought, and of those who did not


def check_windows(found: Behaviour, start: PropensityRunStartInput, made: Sequence[Window]) -> None:
    """There is enough of both kinds to learn from and to test with."""
    learn, test = made[:-1], made[-1]
    for least, some, what in ((LEAST_TO_LEARN, learn, "to learn from"), (LEAST_TO_TEST, [test], "to test with")):
        bought, known = sum(int(one.bought.sum()) for one in some), sum(len(one.known) for one in some)
        if bought < least or known - bought < least:
            first, last = day(some[0].opens), day(some[-1].closes)
            raise InsufficientData(
                f"From {first} until {last} there is too little {what}: {len(some)} windows of {start.window_days:,} days know {known:,} "
                f"customers, of whom {bought:,} bought and {known - bought:,} did not, and {least} of each are needed. Purchases are known "
                f"from {first_purchase(found)} on. Other windowDays, windows, target or among may help.")


def first_purchase(found: Behaviour) -> str:
    return day(int(found.purchases.at.min()))
