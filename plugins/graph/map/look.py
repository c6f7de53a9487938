"""How a map looks: colours, line styles and sizes, all in points."""

import numpy as np
from numpy.typing import NDArray

from plugins.graph.map.scene import Scene

Floats = NDArray[np.float64]

# Okabe and Ito (2008), told apart by the colour-blind too: two for ties, the others for communities,
# and three more of Paul Tol's muted ones.
SIGNS = {1: ("positive", "#0072B2", "-"), 0: ("neutral", "#7A828C", ":"), -1: ("negative", "#D55E00", (0, (4, 2.2)))}
COMMUNITIES = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#B8A6E3", "#999933", "#882255")
OTHERS, PLAIN, INK, FAINT = "#B4BAC2", "#56B4E9", "#24292F", "#57606A"


def ranked(scene: Scene) -> bool:
    """Whether the PageRank of anybody is known."""
    return "pageRank" in scene.scores and not bool(np.isnan(scene.scores["pageRank"]).all())


def radii(scene: Scene) -> Floats:
    """The area grows with PageRank, or else with strength; roots are large anyway. The fewer customers there are, the larger all."""
    values = np.nan_to_num(scene.scores["pageRank"]) if ranked(scene) else scene.strength
    largest = float(np.clip(80 / np.sqrt(max(len(values), 1)), 5.5, 18.0))
    smallest = max(largest / 4, 1.8)
    share = values / values.max() if values.max(initial=0.0) > 0 else np.full(len(values), 0.25)
    found = np.sqrt(smallest ** 2 + (largest ** 2 - smallest ** 2) * share)
    return np.where(scene.root, np.maximum(found, 0.9 * largest), found)


def line_widths(weight: Floats, sign: NDArray[np.int8]) -> Floats:
    """By the square root of the weight, or a few heavy ties would make hair lines of all others; thinner the more there are of a sign, so
    that the rare ones stand out."""
    share = np.sqrt(weight / weight.max()) if weight.max(initial=0.0) > 0 else np.zeros(len(weight))
    found = np.empty(len(weight))
    thickest = float(np.clip(110 / np.sqrt(max(len(weight), 1)), 1.8, 3.6))
    for one in SIGNS:
        ours = sign == one
        found[ours] = np.clip(60 / np.sqrt(max(int(ours.sum()), 1)), 0.9, thickest) * (0.2 + 0.8 * share[ours])
    return found


def opacity(ties: int) -> float:
    """Where there are many ties of a sign, they must let each other show."""
    return float(np.clip(14 / np.sqrt(max(ties, 1)), 0.16, 0.85))


def community_colours(scene: Scene) -> dict[int, str]:
    """By number, for the communities with most customers on the map."""
    numbers, counts = np.unique(scene.community[scene.community >= 0], return_counts=True)
    order = np.lexsort((numbers, -counts))[:len(COMMUNITIES)]
    return dict(zip(numbers[order].tolist(), COMMUNITIES, strict=False))
