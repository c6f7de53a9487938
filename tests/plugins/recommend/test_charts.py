"""Charts of a run, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.recommend.charts import WORDS, draw_coverage, draw_test
from server.worker.drawing import draw_charts
from tests.plugins.recommend.bought import ANALYSIS, found, snapshot
from tests.plugins.recommend.test_analysis import GROWING, SHOP


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = snapshot(10, 5, GROWING), list[str]()
    drawn = draw_charts(ANALYSIS, found(taken, testShare=0.25), taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["test", "coverage"]


def test_each_method_has_a_bar_in_each_panel() -> None:
    taken = snapshot(10, 5, GROWING)
    result = found(taken, testShare=0.25)
    panels = draw_test(result, taken, "zh").axes
    assert [text.get_text() for text in panels[0].get_yticklabels()] == [
        "相似商品", "相似客户", "关联规则", "往来关系", "群体热销", "综合", "综合（不含关系）", "全体热销"]
    for panel, name in zip(panels, ("hitRate", "ndcg", "coverage"), strict=True):
        assert [bar.get_width() for bar in panel.patches] == [one[name] for one in result.summary["test"]]


def test_curves_of_products() -> None:
    """Nine of ten recommendations are of one product: the curve begins steeply."""
    taken = snapshot(6, 5, SHOP)
    result = found(taken)
    axes = draw_coverage(result, taken, "en").axes[0]
    curve = axes.lines[0].get_ydata()
    times = sorted(result.tables["recommend_products"]["product_id"].value_counts().field("counts").to_pylist(), reverse=True)
    assert curve[1] == pytest.approx(times[0] / sum(times))
    assert (curve[0], curve[-1], len(curve)) == (0, pytest.approx(1), 6)
    assert axes.get_title(loc="left") == "5 of 5 products that were sold are recommended to somebody (100%)"


def test_what_a_run_does_not_have_is_not_drawn() -> None:
    taken = snapshot(6, 5, SHOP)
    result = found(taken, kinds=["CUSTOMER"])
    assert draw_coverage(result, taken, "en") is None
    assert draw_test(result, taken, "en").texts[0].get_text() == WORDS["untested"][0]
