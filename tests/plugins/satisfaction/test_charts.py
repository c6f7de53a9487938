"""Charts of an evaluation, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.satisfaction.analysis import SATISFACTION
from plugins.satisfaction.charts import colours, draw_answers, draw_drivers, draw_groups, draw_trend, middle
from server.worker.drawing import draw_charts
from tests.plugins.satisfaction.snapshots import BY_REGION, asked, evaluated, snapshot
from tests.plugins.satisfaction.test_analysis import GIVEN, OVERALL, QUESTIONS, REGIONS

WAVES = [f"w{at % 3}" for at in range(60)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = snapshot(OVERALL, GIVEN, groups=REGIONS, waves=WAVES), list[str]()
    result = evaluated(taken, overallId="sq_1", **BY_REGION)
    drawn = draw_charts(SATISFACTION, result, taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["answers", "groups", "drivers", "trend"]


def test_only_what_there_is_is_drawn(tmp_path: Path) -> None:
    taken, complaints = snapshot(QUESTIONS, GIVEN), list[str]()
    drawn = draw_charts(SATISFACTION, evaluated(taken), taken, tmp_path, "en", complaints.append)
    assert ([one["name"] for one in drawn], complaints) == (["answers"], [])


def test_bars_part_at_the_middle() -> None:
    taken = snapshot([asked("a"), asked("b", 1, 4)], [[1, 4], [2, 4], [3, 3], [3, 2]])
    axes = draw_answers(evaluated(taken), taken, "en").axes[0]
    ends = [(min(bar.get_x() for bar in row), max(bar.get_x() + bar.get_width() for bar in row))
            for row in ([bar for bar in axes.patches if round(bar.get_y() + 0.36) == at] for at in (0, 1))]
    assert ends[0] == pytest.approx((-0.75, 0.25))  # two are low, two in the middle
    assert ends[1] == pytest.approx((-0.25, 0.75))
    assert middle([0.2, 0.2, 0.6]) == pytest.approx(0.3)


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 6, 7, 11, 101])
def test_every_step_has_a_colour(steps: int) -> None:
    found = colours(steps)
    assert len(found) == steps
    assert ("#d9d9d9" in found) == (steps % 2 == 1)


def test_groups_stand_in_order_and_drivers_too() -> None:
    taken = snapshot(OVERALL, GIVEN, groups=REGIONS, waves=WAVES)
    result = evaluated(taken, overallId="sq_1", **BY_REGION)
    axes = draw_groups(result, taken, "zh").axes[0]
    assert [label.get_text().partition(" ")[0] for label in axes.get_yticklabels()] == ["North", "South", "West"]
    assert axes.get_title(loc="left").startswith("地区：Kruskal-Wallis H(2)")
    left, right = draw_drivers(result, taken, "en").axes
    widths = [bar.get_width() for bar in left.patches]
    assert widths == sorted(widths, reverse=True)
    assert sum(widths) == pytest.approx(1)
    assert right.get_xlim()[0] == 0
    assert len(draw_trend(result, taken, "en").axes[0].get_xticks()) == 3
