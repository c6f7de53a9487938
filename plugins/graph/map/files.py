"""A map as a file that Gephi and its like open, written by NetworkX.

GEXF 1.2 has places, colours and sizes in its `viz` elements; in GraphML they are the values x, y, size, r, g and b, which Gephi reads.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any

import networkx  # type: ignore[import-untyped]  # it brings no types
import numpy as np

from plugins.graph.map.look import OTHERS, PLAIN, SIGNS, community_colours, radii
from plugins.graph.map.scene import Scene
from plugins.graph.map.words import plain

SCALE = 500.0  # coordinates from -1 to 1 in the units in which programs measure circles


def gexf(scene: Scene) -> bytes:
    def drawn(values: dict[str, Any], colour: str, **more: Any) -> dict[str, Any]:
        red, green, blue = rgb(colour)
        return values | {"viz": {"color": {"r": red, "g": green, "b": blue, "a": 1.0}} | more}

    network = empty(scene)
    for id_, values, colour, (x, y), size in customers(scene):
        network.add_node(id_, **drawn(values, colour, position={"x": x, "y": y, "z": 0.0}, size=size))
    for source, target, values, colour in ties(scene):
        network.add_edge(source, target, **drawn(values, colour))
    into = io.BytesIO()
    networkx.write_gexf(network, into)
    return into.getvalue()


def graphml(scene: Scene) -> bytes:
    def drawn(values: dict[str, Any], colour: str) -> dict[str, Any]:
        return values | dict(zip(("r", "g", "b"), rgb(colour), strict=True))

    network = empty(scene)
    for id_, values, colour, (x, y), size in customers(scene):
        network.add_node(id_, **drawn(values | {"x": x, "y": y, "size": size}, colour))
    for source, target, values, colour in ties(scene):
        network.add_edge(source, target, key=values["id"], **drawn({name: value for name, value in values.items() if name != "id"}, colour))
    into = io.BytesIO()
    networkx.write_graphml_xml(network, into, infer_numeric_types=True)
    return into.getvalue()


WRITERS: Mapping[str, Callable[[Scene], bytes]] = {"gexf": gexf, "graphml": graphml}


def empty(scene: Scene) -> Any:
    """Directed as soon as one tie is: then the value `directed` of each tells."""
    return networkx.MultiDiGraph() if scene.directed.any() else networkx.MultiGraph()


def customers(scene: Scene) -> list[tuple[str, dict[str, Any], str, tuple[float, float], float]]:
    """Id, values, colour, place and size of each. A value that is not known is left out."""
    colours = community_colours(scene)
    sizes, points = radii(scene).tolist(), (scene.points * SCALE).tolist()
    found = []
    for node, id_ in enumerate(scene.ids.tolist()):
        community = int(scene.community[node])
        values: dict[str, Any] = {"label": plain(scene.names[node]) or f"c_{id_}", "depth": int(scene.depth[node]),
                                  "root": bool(scene.root[node])}
        if community >= 0:
            values["community"] = community
        values |= {name: float(of_all[node]) for name, of_all in scene.scores.items() if np.isfinite(of_all[node])}
        colour = colours.get(community, OTHERS) if colours else PLAIN
        found.append((f"c_{id_}", values, colour, (points[node][0], points[node][1]), sizes[node]))
    return found


def ties(scene: Scene) -> list[tuple[str, str, dict[str, Any], str]]:
    """Ends, values and colour of each."""
    ids = [f"c_{id_}" for id_ in scene.ids.tolist()]
    rows = zip(scene.source.tolist(), scene.target.tolist(), scene.relationships.tolist(), scene.weight.tolist(), scene.sign.tolist(),
               scene.directed.tolist(), scene.kinds, strict=True)
    found = []
    for source, target, number, weight, sign, one_way, kind in rows:
        values = {"id": f"r_{number}", "weight": weight, "sign": SIGNS[sign][0], "kind": plain(kind), "directed": one_way}
        found.append((ids[source], ids[target], values, SIGNS[sign][1]))
    return found


def rgb(colour: str) -> tuple[int, int, int]:
    """
    >>> rgb("#0072B2")
    (0, 114, 178)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
