"""The inquiries over a snapshot: which part of the network a map shows, what is declined in which words, and what is drawn of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import networkx
import pytest
from matplotlib.figure import Figure

from guanxi import InvalidParameters
from plugins.graph.map.inquiries import answer_file, answer_map, answer_picture
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.style import house_style
from tests.plugins.graph.snapshots import club, snapshot, tie


@dataclass
class Desk:
    snapshot: TakenSnapshot
    language: str = "en"
    figures: list[Figure] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    def draw(self, title: str, figure: Callable[[], Any]) -> dict[str, str]:
        with house_style():
            self.figures.append(figure())
        return {"svg": f"{title}.svg", "png": f"{title}.png"}

    def write(self, ending: str, content: Callable[[], bytes]) -> str:
        self.files.append(content())
        return f"map.{ending}"


def asked(taken: TakenSnapshot, *, language: str = "en", **given: Any) -> dict[str, Any]:
    return answer_map(Desk(taken, language), given)


def known(found: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the resolver hands on."""
    nobody = [None] * len(found["nodes"])
    return {**found, "layout": "FORCE_DIRECTED", "seed": 0, "scores": {}, "communities": nobody, "communityNames": {}, **more}


CAMPS = [tie(1, 2, weight=3.0), tie(2, 1, directed=False), tie(3, 2, kind_id=2, sign=-1, weight=9.0), tie(3, 4), tie(5, 5, sign=0)]


def test_around_roots_whichever_way_ties_point() -> None:
    found = asked(snapshot(6, CAMPS), roots=["c_1"], depth=2)
    assert (found["nodes"], found["depths"], found["roots"]) == ([1, 2, 3], [0, 1, 2], [1])
    assert (found["relationships"], found["totalNodes"], found["totalEdges"], found["points"]) == ([3, 1, 2], 3, 3, None)
    assert asked(snapshot(6, CAMPS), roots=["c_1", "c_4", "c_1"])["nodes"] == [1, 4, 2, 3]
    assert asked(snapshot(6, CAMPS), roots=["c_1"], depth=0)["relationships"] == []


def test_kinds_and_signs() -> None:
    assert asked(snapshot(6, CAMPS), roots=["c_2"], depth=6, kinds=["friend"])["nodes"] == [2, 1]
    assert asked(snapshot(6, CAMPS), roots=["c_2"], depth=6, sign="NEGATIVE")["nodes"] == [2, 3]
    assert asked(snapshot(6, CAMPS), sign="NEUTRAL")["relationships"] == [5]


def test_without_roots_the_strongest_come_first_within_the_bound() -> None:
    found = asked(snapshot(6, CAMPS), maxNodes=2)
    assert (found["nodes"], found["depths"], found["roots"]) == ([2, 3], [0, 0], [])
    assert (found["relationships"], found["totalNodes"], found["totalEdges"]) == ([3], 6, 5)


@pytest.mark.parametrize("layout", ["FORCE_DIRECTED", "CIRCULAR", "HIERARCHICAL"])
def test_places_come_with_a_layout(layout: str) -> None:
    found = asked(club(), roots=["c_1"], depth=6, layout=layout)
    assert len(found["points"]) == len(found["nodes"]) == 34
    assert found == asked(club(), roots=["c_1"], depth=6, layout=layout)


@pytest.mark.parametrize(("given", "path", "words"), [
    ({"roots": ["c_1", "c_99"]}, ("roots",), "c_99: no such customer"),
    ({"roots": ["r_1"]}, ("roots",), "r_1: no such customer"),
    ({"roots": ["x" * 500]}, ("roots",), "x" * 40 + ": no"),
    ({"roots": []}, ("roots",), "roots is empty"),
    ({"roots": ["c_1", "c_2"], "maxNodes": 1}, ("roots",), "There are 2 roots"),
    ({"kinds": ["friend", "envy"]}, ("kinds",), "called envy"),
    ({"kinds": []}, ("kinds",), "kinds is empty"),
    ({"depth": -1}, ("depth",), "from 0 to 6, not -1"),
    ({"depth": 7}, ("depth",), "from 0 to 6, not 7"),
    ({"maxNodes": 0}, ("maxNodes",), "not 0"),
    ({"maxNodes": 20_000}, ("maxNodes",), "from 1 to 2,000 customers, not 20,000"),
    ({"seed": -1}, ("seed",), "0 or more"),
])
def test_what_is_declined_and_where(given: dict[str, Any], path: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidParameters) as declined:
        asked(club(), **given)
    assert declined.value.path == path
    assert words in str(declined.value)


def test_it_is_declined_in_chinese_too() -> None:
    for given, words in (({"roots": ["c_99"]}, "c_99：地图中没有该客户"), ({"kinds": ["envy"]}, "没有名为 envy 的关系类型")):
        with pytest.raises(InvalidParameters, match=words):
            asked(club(), language="zh", **given)


@pytest.mark.parametrize("taken", [snapshot(0, []), snapshot(1, []), snapshot(3, []), snapshot(2, [tie(1, 1)])])
def test_odd_networks_are_maps_too(taken: TakenSnapshot) -> None:
    for layout in ("NONE", "FORCE_DIRECTED", "CIRCULAR", "HIERARCHICAL"):
        found = asked(taken, layout=layout)
        assert found["totalNodes"] == len(found["nodes"]) == len(taken.ids)
        desk = Desk(taken, "zh")
        answer_picture(desk, known(found))
        answer_file(desk, known(found, format="GEXF", anonymised=True))
        assert len(desk.figures) == len(desk.files) == 1


def test_a_picture_of_what_was_found() -> None:
    taken = club()
    found = asked(taken, roots=["c_34"], depth=6)
    desk = Desk(taken, "zh")
    communities = [number % 2 for number in found["nodes"]]
    paths = answer_picture(desk, known(found, communities=communities, communityNames={"1": "上海"}, scores={"pageRank": [0.1] * 34}))
    assert paths == {"svg": "客户关系图.svg", "png": "客户关系图.png"}
    texts = [one.get_text() for axes in desk.figures[0].axes for one in axes.texts]
    assert {"客户 34", "社群 1：上海", "社群 0", "圆越大，PageRank 越高"} <= set(texts)
    assert desk.figures[0].texts[0].get_text() == "客户 34的关系图"


def test_who_is_gone_since_is_left_out() -> None:
    found = asked(club(), roots=["c_1"], depth=6)
    fewer = snapshot(20, [tie(1, 2), tie(1, 3)])
    desk = Desk(fewer)
    answer_file(desk, known(found, format="GRAPHML", anonymised=False))
    drawn = networkx.parse_graphml(desk.files[0].decode())
    assert set(drawn.nodes) == {f"c_{number}" for number in range(1, 21)}
    assert drawn.number_of_edges() == 2


def test_names_are_in_a_file_only_when_asked_for() -> None:
    taken = club()
    found = asked(taken, roots=["c_1"])
    desk = Desk(taken)
    for anonymised in (True, False):
        assert answer_file(desk, known(found, format="GEXF", anonymised=anonymised)) == "map.gexf"
    secret, named = (content.decode() for content in desk.files)
    assert "客户" not in secret
    assert 'label="c_2"' in secret
    assert 'label="客户 2"' in named
