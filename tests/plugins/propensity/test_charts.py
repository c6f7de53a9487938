"""Charts of a run, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.propensity.analysis import PROPENSITY
from plugins.propensity.charts import draw_calibration, draw_confusion, draw_lift, draw_odds, draw_roc
from server.worker.drawing import draw_charts
from tests.plugins.propensity.snapshots import foretold, lively, metric, snapshot


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = snapshot(150, lively(150)), list[str]()
    result = foretold(taken, target={"productId": "p_1"})
    drawn = draw_charts(PROPENSITY, result, taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["roc", "calibration", "lift", "confusion", "importance", "odds"]


def test_odds_ratios_are_drawn_where_there_are_errors() -> None:
    taken = snapshot(150, lively(150))
    assert draw_odds(foretold(taken, model="SVM", folds=2), taken, "en") is None
    assert draw_odds(foretold(taken, classWeights="BALANCED"), taken, "en") is None


def test_they_say_what_the_run_found() -> None:
    taken = snapshot(150, lively(150))
    result = foretold(taken)
    assert f"{metric(result, 'AUC'):.3f}" in draw_roc(result, taken, "zh").axes[0].get_title(loc="left")
    table = result.summary["confusion"]
    cells = [text.get_text().split("\n")[0] for text in draw_confusion(result, taken, "en").axes[0].texts]
    assert cells == [str(count) for row in table for count in row]
    points = draw_calibration(result, taken, "en").axes[0].containers[0][0]
    assert list(points.get_xdata()) == pytest.approx([one["mean"] for one in result.summary["calibration"]])
    model = draw_lift(result, taken, "en").axes[0].lines[0]
    assert (model.get_xdata()[-1], model.get_ydata()[-1]) == (1, 1)
