"""Files of maps, read back by NetworkX, and in the form in which Gephi wants them."""

import io
from xml.etree import ElementTree

import networkx
import pytest

from plugins.graph.map.files import SCALE, WRITERS, gexf, graphml
from plugins.graph.map.scene import Scene
from tests.plugins.graph.map.scenes import scene

NAN = float("nan")
VIZ = "{http://www.gexf.net/1.2draft/viz}"


def club() -> Scene:
    return scene(["王伟 & <Co> $1", "a\x00b\x1f\ufffe", "", "\ud800x"], [(0, 1), (1, 0), (1, 2), (3, 3)], signs=[1, -1, 0, 1],
                 weights=[0.5, 2.0, 0.0, 1.0], directed=[True, True, False, False], roots=[0], communities=[2, 2, 0, -1],
                 pageRank=[0.4, 0.3, NAN, 0.3], riskExposure=[0.0, 1.5, NAN, NAN])


def test_gexf_read_back() -> None:
    one = club()
    found = networkx.read_gexf(io.BytesIO(gexf(one)))
    assert set(found.nodes) == {"c_1", "c_2", "c_3", "c_4"}
    assert {id_: node["label"] for id_, node in found.nodes.items()} == {"c_1": "王伟 & <Co> $1", "c_2": "a b", "c_3": "c_3", "c_4": "x"}
    first = found.nodes["c_1"]
    assert (first["root"], first["depth"], first["community"], first["pageRank"], first["riskExposure"]) == (True, 0, 2, 0.4, 0.0)
    assert not {"pageRank", "riskExposure"} & set(found.nodes["c_3"])
    assert "community" not in found.nodes["c_4"]
    x, y = one.points[0] * SCALE
    assert first["viz"]["position"] == {"x": pytest.approx(x), "y": pytest.approx(y), "z": 0.0}
    assert first["viz"]["color"] == {"r": 86, "g": 180, "b": 233, "a": 1.0}
    assert first["viz"]["size"] > found.nodes["c_3"]["viz"]["size"]
    rows = {data["id"]: (a, b, data["weight"], data["sign"], data["kind"]) for a, b, data in found.edges(data=True)}
    assert rows == {"r_1": ("c_1", "c_2", 0.5, "positive", "mate"), "r_2": ("c_2", "c_1", 2.0, "negative", "mate"),
                    "r_3": ("c_2", "c_3", 0.0, "neutral", "mate"), "r_4": ("c_4", "c_4", 1.0, "positive", "mate")}


def test_gexf_as_gephi_wants_it() -> None:
    root = ElementTree.fromstring(gexf(club()))  # noqa: S314  # our own
    assert root.tag == "{http://www.gexf.net/1.2draft}gexf"
    assert len(root.findall(f".//{VIZ}position")) == len(root.findall(f".//{VIZ}size")) == 4
    assert len(root.findall(f".//{VIZ}color")) == 8
    space = {"g": "http://www.gexf.net/1.2draft"}
    types = {one.get("title"): one.get("type") for one in root.findall(".//g:attribute", space)}
    assert {types["pageRank"], types["riskExposure"]} == {"double"}
    assert types["community"] in ("long", "integer")
    assert root.find("g:graph", space).get("defaultedgetype") == "directed"  # type: ignore[union-attr]  # it is there
    assert "None" not in gexf(club()).decode()
    assert "nan" not in gexf(club()).decode().lower()


def test_graphml_read_back() -> None:
    one = club()
    found = networkx.read_graphml(io.BytesIO(graphml(one)))
    first = found.nodes["c_1"]
    assert (first["label"], first["pageRank"], first["root"]) == ("王伟 & <Co> $1", 0.4, True)
    assert (first["x"], first["y"]) == (pytest.approx(one.points[0, 0] * SCALE), pytest.approx(one.points[0, 1] * SCALE))
    assert (first["r"], first["g"], first["b"]) == (86, 180, 233)
    assert "pageRank" not in found.nodes["c_3"]
    assert {data["sign"] for _, _, data in found.edges(data=True)} == {"positive", "neutral", "negative"}
    ties = {(a, b): (data["id"], data["weight"], data["directed"]) for a, b, data in found.edges(data=True)}
    assert ties == {("c_1", "c_2"): ("r_1", 0.5, True), ("c_2", "c_1"): ("r_2", 2.0, True), ("c_2", "c_3"): ("r_3", 0.0, False),
                    ("c_4", "c_4"): ("r_4", 1.0, False)}


@pytest.mark.parametrize("format_", WRITERS)
@pytest.mark.parametrize("one", [scene([]), scene(["独"]), scene(["a", "b"], [(0, 1), (0, 1)])], ids=["nobody", "one", "undirected"])
def test_odd_maps_are_written(format_: str, one: Scene) -> None:
    read = {"gexf": networkx.read_gexf, "graphml": networkx.read_graphml}[format_]
    found = read(io.BytesIO(WRITERS[format_](one)))
    assert (found.number_of_nodes(), found.number_of_edges()) == (len(one.ids), len(one.source))
    assert not found.is_directed() or not len(one.source)
