"""The inquiries behind a map: who is on it and where, its picture, and its file. What was found is handed from one to the next as JSON."""

import datetime
from collections.abc import Mapping
from typing import Any

from guanxi import Desk, Graph, Inquiry, InvalidParameters, Snapshot, read_input
from plugins.graph.map.input import MapLayout, RelationshipMapInput

MAP, PICTURE, FILE = "relationshipMap", "relationshipMapPicture", "relationshipMapFile"
NEEDS = ("customers", "relationships", "relationshipKinds")
MOST_EDGES = 10_000
SHOWN = 5  # ids in a message
NO_ROOT = {
    "en": "{ids}: no such customer on this map. They do not exist, were erased or merged into another, are left out by the filter, or "
          "do not consent to analytics.",
    "zh": "{ids}：地图中没有该客户：客户不存在、已被删除或合并、被筛选条件排除，或未同意数据分析。",
}
NO_KIND = {"en": "There is no kind of relationship called {keys}.", "zh": "没有名为 {keys} 的关系类型。"}


def answer_map(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """Customers and relationships by the numbers in their ids; `points` are null without a layout."""
    from plugins.graph.map.selection import Network, choose

    asked = read_input(RelationshipMapInput, given)
    snapshot = desk.snapshot
    roots = positions(snapshot, asked.roots or (), desk.language)
    graph = ties(snapshot, asked, desk.language)
    chosen = choose(Network(len(graph.ids), graph.source, graph.target, graph.weight), roots, asked.depth, asked.max_nodes, MOST_EDGES)
    return {
        "nodes": graph.ids[chosen.nodes].tolist(), "depths": chosen.depth.tolist(),
        "points": places(graph, chosen, asked, rooted=roots is not None),
        "relationships": graph.relationships(chosen.edges).tolist(), "roots": [] if roots is None else graph.ids[roots].tolist(),
        "totalNodes": chosen.total_nodes, "totalEdges": chosen.total_edges, "asOf": snapshot.as_of.isoformat()}


def positions(snapshot: Snapshot, roots: Any, language: str) -> Any:
    """int64[k], or None without roots."""
    if not roots:
        return None
    import numpy as np

    found, missing = [], []
    for id_ in dict.fromkeys(roots):
        try:
            found.append(int(snapshot.positions([id_])[0]))
        except InvalidParameters:
            missing.append(id_[:40])
    if missing:
        raise InvalidParameters(NO_ROOT[language].format(ids=", ".join(missing[:SHOWN])), "roots")
    return np.array(found, np.int64)


def ties(snapshot: Snapshot, asked: RelationshipMapInput, language: str) -> Graph:
    """Every relationship once, whichever way it points."""
    known = set(snapshot.table("relationshipKinds")["key"].to_pylist())
    if unknown := [key[:40] for key in asked.kinds or () if key not in known]:
        raise InvalidParameters(NO_KIND[language].format(keys=", ".join(unknown[:SHOWN])), "kinds")
    return snapshot.graph(kinds=asked.kinds or None, signs=[asked.sign.name] if asked.sign else None, directed=False)


def places(graph: Graph, chosen: Any, asked: RelationshipMapInput, *, rooted: bool) -> list[list[float]] | None:
    if asked.layout is MapLayout.NONE:
        return None
    import numpy as np

    from plugins.graph.map.layout import Drawing, laid_out

    place = np.full(len(graph.ids), -1, np.int64)
    place[chosen.nodes] = np.arange(len(chosen.nodes))
    edges = chosen.edges
    drawing = Drawing(len(chosen.nodes), place[graph.source[edges]], place[graph.target[edges]], graph.weight[edges], graph.sign[edges],
                      chosen.depth.astype(np.int64) if rooted else None)
    found: list[list[float]] = laid_out(asked.layout.name, drawing, asked.seed).tolist()
    return found


def answer_picture(desk: Desk, given: Mapping[str, Any]) -> dict[str, str]:
    """Paths by format, "svg" and "png". `given`: what `answer_map` found, with scores and communities: see `plugins.graph.map.fields`."""
    from plugins.graph.map.captions import Captions
    from plugins.graph.map.scene import scene
    from plugins.graph.map.words import word

    def figure() -> Any:
        from plugins.graph.map.picture import draw

        captions = Captions(desk.language, given["totalNodes"], given["totalEdges"], datetime.datetime.fromisoformat(given["asOf"]))
        return draw(scene(desk.snapshot, given, named=True), captions, given["layout"])

    return desk.draw(word("map", desk.language), figure)


def answer_file(desk: Desk, given: Mapping[str, Any]) -> str:
    """The path. `given` as above, with `format` and `anonymised`."""
    from plugins.graph.map.files import WRITERS
    from plugins.graph.map.scene import scene

    ending = given["format"].lower()
    return desk.write(ending, lambda: WRITERS[ending](scene(desk.snapshot, given, named=not given["anonymised"])))


INQUIRIES = tuple(Inquiry(name=name, answer=answer, needs=NEEDS)
                  for name, answer in ((MAP, answer_map), (PICTURE, answer_picture), (FILE, answer_file)))
