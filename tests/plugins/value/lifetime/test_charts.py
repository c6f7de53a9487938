"""Charts of a run of lifetime values, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.value.lifetime.analysis import LIFETIME
from plugins.value.lifetime.charts import WORDS, draw_alive, draw_curve, draw_holdout, draw_spread
from server.worker.drawing import draw_charts
from tests.plugins.value.lifetime.test_holdout import story
from tests.plugins.value.snapshots import sale, snapshot, valued

SHOP = snapshot(300, story(7, 300, 60))
FITTED = {"r": 0.5, "alpha": 5.0, "a": 0.8, "b": 2.5, "p": 5.0, "q": 4.0, "v": 60.0}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_are_drawn(language: str, tmp_path: Path) -> None:
    complaints = list[str]()
    drawn = draw_charts(LIFETIME, valued(SHOP), SHOP, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["value", "holdout", "alive", "spread"]


def test_the_curve_rises_from_nothing_to_all() -> None:
    axes = draw_curve(valued(SHOP), SHOP, "en").axes[0]
    share, held = axes.lines[0].get_data()
    assert (share[0], held[0], share[-1], held[-1]) == (0, 0, 1, pytest.approx(1))
    assert (held >= share - 1e-12).all()
    assert "300 customers" in axes.get_title(loc="left")


def test_what_happened_stands_beside_what_was_expected() -> None:
    result = valued(SHOP)
    axes = draw_holdout(result, SHOP, "zh").axes[0]
    groups = result.summary["holdout"]["byRepeats"]
    assert [bar.get_height() for bar in axes.patches] == [one["actual"] for one in groups]
    assert axes.lines[0].get_ydata().tolist() == [one["expected"] for one in groups]
    assert axes.lines[1].get_ydata().tolist() == [one["naive"] for one in groups]
    assert axes.lines[0].get_label().startswith("BG/NBD：")


def test_probabilities() -> None:
    result = valued(SHOP)
    shown = draw_alive(result, SHOP, "en").axes[0].images[0].get_array()
    assert 0 <= shown.min() <= shown.max() <= 1
    assert (shown[:, 0] >= shown[:, -1]).all()  # silence makes it less likely
    spread = draw_spread(result, SHOP, "en").axes[0]
    assert max(bar.get_y() + bar.get_height() for bar in spread.patches) <= 300
    assert sum(bar.get_height() for bar in spread.patches) == 300


def test_without_a_comparison_or_any_value(tmp_path: Path) -> None:
    assert draw_holdout(valued(SHOP, holdoutDays=0), SHOP, "zh").texts[0].get_text() == WORDS["untested"][1]
    alone, complaints = snapshot(1, [sale(1, 0, 5)]), list[str]()
    drawn = draw_charts(LIFETIME, valued(alone, fitted=FITTED), alone, tmp_path, "en", complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["value", "holdout", "alive", "spread"]
