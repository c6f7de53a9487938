"""Charts of a run, drawn as a worker draws them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugins.rules.analysis import rule_mining
from plugins.rules.charts import draw_network, draw_scatter, shortened
from plugins.rules.limits import Limits
from plugins.rules.network import LABEL, laid_out, strongest
from schema.analyses.contract import Result
from server.worker.drawing import draw_charts
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.rules.sales import line, lines, mined, snapshot

NAMES = {1: "$白^茶", 2: " ", 3: "A teapot with a very long name that does not fit into one line", 4: "茶杯"}
SHOP = lines([(1, 0, [1, 2]), (1, 1, [1, 2, 3]), (2, 0, [1, 3]), (2, 1, [4, 5]), (3, 0, [4, 5]), (3, 1, [2])])


def found(**given: Any) -> tuple[TakenSnapshot, Result]:
    taken = snapshot(SHOP, categories={1: "饮品", 2: "饮品", 3: "茶具", 4: "茶具", 5: "茶具"}, names=NAMES)
    return taken, mined(taken, minimumSupport=0.1, **given)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("given", [{}, {"byCategory": True, "unit": "CUSTOMER_WINDOW"}])
def test_both_are_drawn(given: dict[str, Any], language: str, tmp_path: Path) -> None:
    taken, result = found(**given)
    complaints: list[str] = []
    drawn = draw_charts(rule_mining(Limits()), result, taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["rules", "network"]


def test_every_rule_is_a_dot_of_its_lift() -> None:
    taken, result = found()
    table = result.tables["rules_rules"]
    axes = draw_scatter(result, taken, "zh").axes[0]
    dots, = axes.collections
    assert sorted(map(tuple, dots.get_offsets().tolist())) == sorted(zip(
        table["support"].to_pylist(), table["confidence"].to_pylist(), strict=True))
    assert sorted(dots.get_array().tolist()) == sorted(table["lift"].to_pylist())
    assert axes.get_title(loc="left") == f"从 6 个购物篮中得到的 {table.num_rows} 条规则"


def test_the_network_names_products_by_what_they_have() -> None:
    taken, result = found()
    texts = {text.get_text() for text in draw_network(result, taken, "en").axes[0].texts}
    assert {"$白^茶", "SKU-2", "A teapot with a\nvery long name…", "茶杯", "货品 5"} <= texts


def test_each_set_of_items_stands_once_with_its_most_confident_rule() -> None:
    _, result = found()
    drawn = strongest(result.tables, 100)
    together = [frozenset((*rule.left, *rule.right)) for rule in drawn]
    assert len(together) == len(set(together)) == result.summary["itemsetCount"] - 5
    assert [rule.lift for rule in strongest(result.tables, 1)] == [max(rule.lift for rule in drawn)]
    teapot = next(rule for rule in drawn if {item for _, item in (*rule.left, *rule.right)} == {1, 3})
    assert teapot.left == (("item", 3),)  # whoever has 3 has 1, and not the other way round


def test_names_do_not_lie_on_each_other() -> None:
    _, result = found()
    places, high = laid_out(strongest(result.tables, 100), 8.0)
    points = np.array([place for node, place in places.items() if isinstance(node, tuple)])
    apart = np.abs(points[:, None] - points)
    np.einsum("iij->ij", apart)[:] = np.inf
    assert ((apart >= LABEL - 1e-6).any(axis=2)).all()
    assert (points[:, 1] <= 0).all()
    assert (points[:, 1] >= -high).all()


def test_without_rules_there_is_nothing_to_draw() -> None:
    taken = snapshot([line(1, 1, 0, 1), line(2, 1, 0, 2)])
    result = mined(taken)
    assert draw_scatter(result, taken, "en") is draw_network(result, taken, "en") is None


@pytest.mark.parametrize(("name", "shown"), [
    ("", ""), ("茶", "茶"), ("九个汉字一行再换下一行", "九个汉字一行再换下\n一行"), ("x" * 60, "x" * 17 + "\n" + "x" * 17 + "…")])
def test_long_names_are_folded(name: str, shown: str) -> None:
    assert shortened(name) == shown
