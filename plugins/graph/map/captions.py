"""The title of a map's picture, and what stands below it."""

import datetime
from dataclasses import dataclass

import numpy as np

from plugins.graph.map.scene import Scene
from plugins.graph.map.words import shortened, word

LONGEST = 24  # cells of a name
MOST_NAMES = 3


@dataclass(frozen=True)
class Captions:
    """What a picture is to say. `total_nodes` and `total_edges`: how many there would be without bounds."""

    language: str
    total_nodes: int
    total_edges: int
    as_of: datetime.datetime

    def word(self, key: str, **values: object) -> str:
        return word(key, self.language, **values)

    def title(self, scene: Scene) -> str:
        roots = np.flatnonzero(scene.root).tolist()
        if not roots:
            return self.word("map")
        names = self.word("and").join(name_of(scene, one, LONGEST) for one in roots[:MOST_NAMES])
        if len(roots) > MOST_NAMES:
            names = self.word("more", names=names, count=len(roots) - MOST_NAMES, all=len(roots))
        return self.word("around", names=names)

    def totals(self, scene: Scene) -> str:
        counts = (("customers", len(scene.ids), self.total_nodes), ("ties", len(scene.source), self.total_edges))
        shown = [self.word(key + ("Of" if total > count else ""), shown=count, all=total) for key, count, total in counts]
        return " · ".join([*shown, self.word("asOf", day=self.as_of.date().isoformat())])


def name_of(scene: Scene, node: int, most: int) -> str:
    """In at most so many cells; the id of somebody whose name has nothing to be seen."""
    return shortened(scene.names[node], most) or f"c_{scene.ids[node]}"
