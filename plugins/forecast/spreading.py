"""Many series over all processors: parts that are worth sending, so that no processor waits for the last one long."""

from collections.abc import Sequence
from dataclasses import replace

from guanxi import Progress, fan_out
from plugins.forecast.series import Series
from plugins.forecast.working import Continued, Plan, work

STAGE = "forecasting"
ALONE = 3  # so few series are done before other processes would have begun
PARTS, MOST_IN_A_PART = 100, 50
SHOWN = 6  # series whose folds are kept for the charts


def spread(series: Sequence[Series], plan: Plan, progress: Progress) -> list[Continued]:
    """What comes after each series, in their order."""
    plans = [replace(plan, keep_folds=place < SHOWN, setting=replace(plan.setting, phase=one.first)) for place, one in enumerate(series)]
    given = list(zip(series, plans, strict=True))
    progress(STAGE, 0, len(given))
    if len(given) <= ALONE:
        return work(given)
    size = min(MOST_IN_A_PART, -(-len(given) // PARTS))
    parts = [given[at:at + size] for at in range(0, len(given), size)]
    return [one for part in fan_out(work, parts, Steps(progress, len(given), len(parts)), STAGE) for one in part]


class Steps:
    """Tells of series, where what is done is told by parts."""

    def __init__(self, progress: Progress, series: int, parts: int):
        self.progress, self.series, self.parts = progress, series, parts

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        self.progress(stage, self.series * done // self.parts, self.series)

    def warn(self, text: str) -> None:
        self.progress.warn(text)
