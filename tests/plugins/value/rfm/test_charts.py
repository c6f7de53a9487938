"""Charts of an RFM run, drawn as a worker draws them."""

from pathlib import Path

import pytest

from plugins.value.rfm.analysis import RFM
from plugins.value.rfm.charts import draw_map, draw_segments
from server.worker.drawing import draw_charts
from tests.plugins.value.snapshots import regulars, sale, scored, snapshot


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = snapshot(40, regulars()), list[str]()
    drawn = draw_charts(RFM, scored(taken), taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["map", "segments"]


def test_every_customer_is_in_a_cell() -> None:
    taken = snapshot(40, regulars())
    axes = draw_map(scored(taken), taken, "zh").axes[0]
    said = [text.get_text().split("\n") for text in axes.texts]
    assert len(said) == 25
    assert sum(int(cell[1]) for cell in said) == 40
    assert {cell[0] for cell in said} >= {"冠军客户", "沉睡客户"}
    assert axes.get_title(loc="left").startswith("40 位客户")


def test_shares_add_up() -> None:
    taken = snapshot(40, regulars())
    axes = draw_segments(scored(taken), taken, "en").axes[0]
    customers, money = ([bar.get_width() for bar in bars] for bars in axes.containers)
    assert sum(customers) == pytest.approx(1)
    assert sum(money) == pytest.approx(1)


def test_nothing_was_paid(tmp_path: Path) -> None:
    taken, complaints = snapshot(6, [sale(i, i, 0) for i in range(1, 7)]), list[str]()
    assert len(draw_charts(RFM, scored(taken), taken, tmp_path, "en", complaints.append)) == 2
    assert complaints == []
