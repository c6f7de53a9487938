"""Charts of a run, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.graph.partners.charts import WORDS, draw_curve, draw_scores
from server.worker.drawing import draw_charts
from tests.plugins.graph.partners.test_analysis import ANALYSIS, found
from tests.plugins.graph.snapshots import club


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = club(), list[str]()
    drawn = draw_charts(ANALYSIS, found(taken), taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["test", "scores"]


def test_the_curve_stands_beside_popularity_and_chance() -> None:
    taken = club()
    result = found(taken)
    axes = draw_curve(result, taken, "zh").axes[0]
    method, popularity, chance = (line.get_label() for line in axes.lines)
    assert method.startswith(f"Adamic-Adar 指数: AUC {result.summary['auc']:.3f} ± ")
    assert popularity == f"仅按联系人数量: AUC {result.summary['popularityAuc']:.3f}"
    assert chance == "随机: AUC 0.500"


def test_every_proposal_is_in_the_spread_of_scores() -> None:
    taken = club()
    result = found(taken)
    axes = draw_scores(result, taken, "en").axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == result.summary["pairCount"]
    assert axes.get_title(loc="left") == f"Scores of the {result.summary['pairCount']:,} proposals (Adamic-Adar)"


def test_a_chart_says_that_nothing_was_tested() -> None:
    taken = club()
    assert draw_curve(found(taken, hiddenShare=0), taken, "en").texts[0].get_text() == WORDS["untested"][0]
