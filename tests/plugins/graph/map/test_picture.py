"""Pictures of maps: what is on them, in either language, whatever customers are called and however few there are."""

import datetime
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from plugins.graph.map.captions import Captions
from plugins.graph.map.labels import place
from plugins.graph.map.look import COMMUNITIES, OTHERS, PLAIN, SIGNS, line_widths, radii
from plugins.graph.map.picture import draw
from plugins.graph.map.scene import Scene
from plugins.graph.map.strokes import places_among_parallel, strokes
from plugins.graph.map.words import WORDS, cells, plain, shortened
from server.worker.drawing import drawn
from server.worker.lettering import drawable
from server.worker.style import house_style
from tests.plugins.graph.map.scenes import many, scene

DAY = datetime.datetime(2026, 5, 4, 8, tzinfo=datetime.UTC)
LAYOUTS = ("FORCE_DIRECTED", "CIRCULAR", "HIERARCHICAL")
STAR = ((0, 1), (0, 2), (0, 3))


def figure(one: Scene, language: str = "en", layout: str = "FORCE_DIRECTED", totals: tuple[int, int] | None = None) -> Figure:
    nodes, edges = totals or (len(one.ids), len(one.source))
    with house_style():
        return draw(one, Captions(language, nodes, edges, DAY), layout)


def texts(of: Figure) -> list[str]:
    return [one.get_text() for one in of.findobj(Text) if isinstance(one, Text) and one.get_text()]


def pictures(one: Scene, layout: str = "FORCE_DIRECTED") -> dict[str, bytes]:
    with house_style():
        return drawn(lambda: draw(one, Captions("zh", len(one.ids), len(one.source), DAY), layout), drawable(), "地图")


def test_names_titles_and_totals_in_english() -> None:
    of = figure(scene(["王伟", "Ann", "Bob", "Eve"], STAR, roots=[0, 1]), totals=(1200, 34000))
    found = texts(of)
    assert [one.get_text() for one in of.texts] == [
        "Relationship map around 王伟, Ann", "4 of 1,200 customers · 3 of 34,000 relationships · as of 2026-05-04"]
    assert {"王伟", "Ann", "Bob", "Eve", "Relationships", "positive", "Customers", "centre of the map"} <= set(found)
    assert not {"neutral", "negative", "arrow: which way it points"} & set(found)


def test_names_titles_and_totals_in_chinese() -> None:
    one = scene(["王伟", "甲", "乙", "丙", "丁"], STAR, roots=[0, 1, 2, 3], signs=[1, 0, -1], directed=[True, False, False])
    of = figure(one, "zh")
    found = texts(of)
    assert [one.get_text() for one in of.texts] == ["王伟、甲、乙等 4 位客户的关系图", "5 位客户 · 3 条关系 · 截至 2026-05-04"]
    assert {"关系", "正面", "中性", "负面", "箭头：关系的方向", "客户", "地图中心"} <= set(found)
    assert all(len(both) == 2 and both[0] != both[1] for both in WORDS.values())


def test_signs_are_told_apart_by_colour_and_by_line() -> None:
    one = scene(["a", "b", "c", "d"], STAR, signs=[1, 0, -1])
    lines = [drawn for drawn in figure(one).axes[0].collections if drawn.get_paths() and drawn.get_zorder() < 2]
    looks = {(to_hex(np.asarray(drawn.get_edgecolor())[0]).upper(), str(drawn.get_linestyle()[0]))
             for drawn in lines if len(np.asarray(drawn.get_edgecolor()))}
    assert {colour for colour, _ in looks} == {colour for _, colour, _ in SIGNS.values()}
    assert len({line for _, line in looks}) == 3


def test_heavier_ties_are_wider_and_rare_signs_stand_out() -> None:
    widths = line_widths(np.array([1.0, 4.0, 9.0]), np.array([1, 1, 1]))
    assert widths[0] < widths[1] < widths[2]
    crowd = line_widths(np.ones(3000), np.array([-1] + [1] * 2999))
    assert crowd[0] > 1.5 * crowd[1]


def test_size_is_page_rank_where_it_is_known_and_strength_elsewhere() -> None:
    names = ["a", "b", "c", "d"]
    ranked = scene(names, STAR, pageRank=[0.1, 0.6, 0.2, float("nan")])
    assert np.argsort(-radii(ranked)).tolist() == [1, 2, 0, 3]
    assert np.argmax(radii(scene(names, STAR, pageRank=[float("nan")] * 4))) == 0
    assert "larger circle: higher PageRank" in texts(figure(ranked))
    assert "larger circle: stronger ties" in texts(figure(scene(names, STAR)))
    assert radii(scene(["a", "b"], roots=[0]))[0] > radii(scene(["a", "b"], roots=[0]))[1]


def test_communities_are_colours_and_named_in_the_legend() -> None:
    one = scene(["a", "b", "c", "d"], STAR, communities=[7, 7, 3, -1], called={7: "上海 · 批发"})
    of = figure(one)
    assert {"community 7: 上海 · 批发", "community 3", "in no community"} <= set(texts(of))
    circles = next(found for found in of.axes[0].collections if len(found.get_offsets()) == 4)
    assert {to_hex(colour).upper() for colour in circles.get_facecolor()} == {*COMMUNITIES[:2], OTHERS}  # type: ignore[union-attr]
    crowd = texts(figure(many(40, 60, communities=list(range(40)))))
    assert sum(text.startswith("community ") for text in crowd) == len(COMMUNITIES)
    assert "other communities" in crowd
    assert "customer" in texts(figure(scene(["a"])))
    assert PLAIN not in COMMUNITIES[1:]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("one", [
    scene([]), scene(["独"], roots=[0]), scene(["独"], [(0, 0)], signs=[-1], directed=[True]), scene(["a"] * 40),
    scene(["a", "b", "c"], [(0, 1), (1, 0), (0, 1), (1, 2)], signs=[-1] * 4, weights=[0.0] * 4),
], ids=["nobody", "one", "loop", "no ties", "only negative"])
def test_odd_maps_are_drawn(one: Scene, layout: str) -> None:
    found = pictures(one, layout)
    ElementTree.fromstring(found["svg"])  # noqa: S314  # our own
    assert found["png"].startswith(b"\x89PNG")


def test_any_name_is_drawn_as_it_is() -> None:
    names = ["$x_1^2$", "\\frac{1}{2} <b>&amp;", "长" * 10_000, "\x00\n\t\u202e", "🙂 e\u0301", "_a_ $"]
    of = figure(scene(names, [(0, 1)], roots=[0]))
    found = texts(of)
    assert {"$x_1^2$", "\\frac{1}{2} <b>&amp;", "长" * 9 + "…", "c_4", "_a_ $", "Relationship map around $x_1^2$"} <= set(found)
    assert not any(one.get_parse_math() for one in of.findobj(Text) if isinstance(one, Text) and one.get_text())
    assert b"script" not in pictures(scene(names, [(0, 1)]))["svg"]


def test_the_same_map_gives_the_same_picture() -> None:
    assert pictures(many(30, 50)) == pictures(many(30, 50))


def test_large_maps_name_only_some_and_no_name_covers_another() -> None:
    points = np.random.default_rng(1).random((800, 2)) * [780, 470]
    radius, widths, sizes = np.full(800, 3.0), np.full(800, 12.0), np.full(800, 8.0)
    found = place(points, radius, range(800), widths, sizes, np.array([780.0, 470.0]), always=2)
    assert 20 < len(found) < 400
    assert [one.node for one in found[:2]] == [0, 1]
    boxes = [(one.x, one.y) for one in found[2:]]
    assert all(abs(x - u) >= 51.8 or abs(y - v) >= 9.99 for i, (x, y) in enumerate(boxes) for u, v in boxes[i + 1:])


def test_parallel_ties_bend_apart_and_arrows_touch_their_circles() -> None:
    low, high = np.array([0, 0, 1, 0]), np.array([1, 1, 2, 1])
    assert places_among_parallel(low, high).tolist() == [-1, 0, 0, 1]
    points, radius = np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([5.0, 8.0])
    one = strokes(points, radius, np.array([0, 1]), np.array([1, 0]), np.array([6.0, 0.0]))
    assert np.hypot(*(one.heads[0, 0] - points[1])) == pytest.approx(8)
    assert np.hypot(*(one.begin[0] - points[0])) == pytest.approx(5)
    assert one.bend[0, 1] == pytest.approx(-one.bend[1, 1])
    assert one.bend[0, 1] != 0


def test_names_are_shortened_by_their_width() -> None:
    assert (cells("王a"), shortened("王小明", 6), shortened("王小明", 5), shortened("  a\n b ", 9)) == (3, "王小明", "王小…", "a b")
    assert plain("a\x00\x1fb\u2028c\ufeff") == "a b c"
