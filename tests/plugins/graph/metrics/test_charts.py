"""Charts of a graph run, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.graph.metrics.charts import draw_balance, draw_communities, draw_degrees, draw_page_rank
from server.worker.drawing import draw_charts
from tests.plugins.graph.snapshots import ANALYSIS, club, families, measured, snapshot, tie

EVERYTHING = ["PAGE_RANK", "COMMUNITY", "DEGREE", "BALANCE"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = club(), list[str]()
    drawn = draw_charts(ANALYSIS, measured(taken, metrics=EVERYTHING), taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["pageRank", "communities", "degrees", "balance"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{one['name']}.{form}" for one in drawn for form in ("png", "svg"))


def test_what_a_run_did_not_work_out_is_not_drawn(tmp_path: Path) -> None:
    taken, complaints = club(), list[str]()
    assert [one["name"] for one in draw_charts(ANALYSIS, measured(taken, metrics=["HITS"]), taken, tmp_path, "en", complaints.append)] == []
    assert complaints == []
    assert list(tmp_path.iterdir()) == []


def test_the_highest_stands_on_top_with_its_name_and_value() -> None:
    taken = club()
    axes = draw_page_rank(measured(taken), taken, "en").axes[0]
    assert axes.get_title(loc="left") == "The 20 of 34 customers with the highest PageRank"
    assert [label.get_text() for label in axes.get_yticklabels()][:3] == ["客户 34", "客户 1", "客户 33"]
    assert [text.get_text() for text in axes.texts][:2] == ["0.101", "0.0970"]
    low, high = axes.get_ylim()
    assert low > high


def test_sizes_of_communities() -> None:
    taken = club()
    axes = draw_communities(measured(taken), taken, "zh").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [12, 11, 6, 5]
    assert axes.get_title(loc="left") == "最大的 4 个社群（共 4 个）"


def test_communities_are_shown_with_their_names() -> None:
    taken = families([(id_, "city", "上海" if id_ <= 10 else "Bath") for id_ in range(1, 21)])
    axes = draw_communities(measured(taken, metrics=["COMMUNITY"]), taken, "en").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Community 0 上海", "Community 1 Bath"]


def test_degrees_are_counted_while_they_are_few() -> None:
    taken = club()
    axes = draw_degrees(measured(taken, metrics=["DEGREE"]), taken, "en").axes[0]
    counted = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.patches}
    assert (counted[17], counted[16], counted[2], sum(counted.values())) == (1, 1, 11, 34)
    assert axes.get_title(loc="left") == "How many relationships 34 customers have; half have 3 or fewer"


def test_a_wide_distribution_has_logarithmic_scales() -> None:
    star = snapshot(101, [tie(1, leaf, directed=False) for leaf in range(2, 102)])
    axes = draw_degrees(measured(star, metrics=["DEGREE"]), star, "en").axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.lines[0].get_xdata().tolist() == [1, 100]
    assert axes.lines[0].get_ydata().tolist() == pytest.approx([1, 1 / 101])


def test_balance_by_kind_of_triangle() -> None:
    quarrel = snapshot(4, [tie(1, 2), tie(2, 3), tie(1, 3), tie(1, 4, sign=-1), tie(2, 4, sign=-1)])
    figure = draw_balance(measured(quarrel, metrics=["BALANCE"]), quarrel, "en")
    assert [bar.get_width() for bar in figure.axes[0].patches] == [1, 1, 0, 0]
    assert figure.axes[0].get_title(loc="left") == "100.0% of 2 triangles are in balance"


def test_without_triangles_there_is_no_balance_to_show() -> None:
    pair = snapshot(2, [tie(1, 2)])
    assert draw_balance(measured(pair, metrics=["BALANCE"]), pair, "en") is None
