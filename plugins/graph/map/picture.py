"""The picture of a map, for a slide: circles for customers, lines for ties, names as far as they can be read, and a legend.

The axes are measured in points, so that circles, arrowheads and names know of each other's size.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from plugins.graph.map.captions import Captions, name_of
from plugins.graph.map.labels import place
from plugins.graph.map.legend import legend
from plugins.graph.map.look import FAINT, INK, OTHERS, PLAIN, SIGNS, community_colours, line_widths, opacity, radii
from plugins.graph.map.scene import Scene
from plugins.graph.map.strokes import loops, strokes
from plugins.graph.map.words import cells

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

WIDTH, HEIGHT = 960.0, 540.0  # points: a slide of 16 to 9
SIDE, TOP, EDGE = 200.0, 64.0, 20.0  # points for the legend, for the title, and around the map
MOST_STRETCH = 1.5  # how much more one direction may grow than the other, so that the map fills the slide
LONGEST = 20  # cells of a name
MOST_NAMES, ALWAYS = 120, 8
ORDER = {0: 1.0, 1: 1.1, -1: 1.2}  # conflicts are seen above all other ties
MOST_BUNCHES = 200  # of lines of a sign
FEW, CROWD = 60, 300  # customers: names are larger below the one, rings thinner above the other


def draw(scene: Scene, captions: Captions, layout: str) -> Figure:
    """`layout` is the name of the one that gave the points."""
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
    figure.set_layout_engine("none")
    figure.text(EDGE / WIDTH, 1 - 18 / HEIGHT, captions.title(scene), fontsize=16, va="top", parse_math=False)
    figure.text(EDGE / WIDTH, 1 - 44 / HEIGHT, captions.totals(scene), fontsize=9.5, va="top", color=FAINT, parse_math=False)
    frame = np.array([WIDTH - SIDE, HEIGHT - TOP])
    axes = figure.add_axes((0, 0, frame[0] / WIDTH, frame[1] / HEIGHT), xlim=(0, frame[0]), ylim=(0, frame[1]))
    axes.axis("off")
    if not len(scene.ids):
        axes.text(frame[0] / 2, frame[1] / 2, captions.word("nobody"), ha="center", va="center", fontsize=14)
        return figure
    radius, colours = radii(scene), community_colours(scene)
    points = in_frame(scene.points, frame, radius.max(), np.inf if layout == "HIERARCHICAL" else MOST_STRETCH)
    draw_ties(axes, scene, points, radius, arched=layout == "HIERARCHICAL")
    draw_customers(axes, scene, points, radius, colours)
    draw_names(axes, scene, points, radius, frame, outward=layout == "CIRCULAR")
    legend(figure, scene, captions, colours, (WIDTH - SIDE + 8, EDGE, SIDE - 8, HEIGHT - TOP - EDGE))
    return figure


def in_frame(points: Floats, frame: Floats, largest: float, stretch: float) -> Floats:
    """In points; `largest` is the radius of the largest circle, below which a name must have room too."""
    room = frame / 2 - EDGE - largest
    extent = np.abs(points).max(axis=0)
    scale = room / np.maximum(extent, 1e-9)
    return np.asarray(points * np.minimum(scale, scale.min() * stretch) + frame / 2, np.float64)


# -- ties --
def draw_ties(axes: Axes, scene: Scene, points: Floats, radius: Floats, *, arched: bool) -> None:
    widths = line_widths(scene.weight, scene.sign)
    heads = np.where(scene.directed, 3.2 + 2.2 * widths, 0.0)
    drawn = strokes(points, radius, scene.source, scene.target, heads, arched=arched)
    loop = scene.source == scene.target
    for sign, (_, colour, style) in SIGNS.items():
        ours = scene.sign == sign
        look: dict[str, Any] = {"alpha": opacity(int(ours.sum())), "zorder": ORDER[sign]}
        lines, pointed, own = np.flatnonzero(ours & ~loop), ours & ~loop & scene.directed, scene.source[ours & loop]
        bunches = bunched(lines, widths)
        axes.add_collection(PathCollection(
            [curves(drawn.begin[one], drawn.bend[one], drawn.end[one]) for one in bunches], facecolors="none", edgecolors=colour,
            linewidths=[float(widths[one].mean()) for one in bunches], linestyles=[style], capstyle="butt", **look))
        axes.add_collection(PathCollection([triangles(drawn.heads[pointed])], facecolors=colour, edgecolors="none", **look))
        axes.add_collection(LineCollection(list(loops(points[own], radius[own])), colors=colour, linestyles=[style], **look))


def bunched(lines: Numbers, widths: Floats) -> list[Numbers]:
    """Of about the same width each, at most so many that a picture is drawn quickly; few lines are drawn one by one."""
    return np.array_split(lines[np.argsort(widths[lines], kind="stable")], min(len(lines), MOST_BUNCHES)) if len(lines) else []


def curves(begin: Floats, bend: Floats, end: Floats) -> Path:
    return Path(np.stack([begin, bend, end], axis=1).reshape(-1, 2), [Path.MOVETO, Path.CURVE3, Path.CURVE3] * len(begin))


def triangles(heads: Floats) -> Path:
    closed = np.concatenate([heads, heads[:, :1]], axis=1)
    return Path(closed.reshape(-1, 2), [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(heads))


# -- customers --
def draw_customers(axes: Axes, scene: Scene, points: Floats, radius: Floats, colours: Mapping[int, str]) -> None:
    order = np.lexsort((-radius, scene.root))  # small ones on top, and roots on top of all
    faces = [colours.get(one, OTHERS) if colours else PLAIN for one in scene.community[order].tolist()]
    rings = np.where(scene.root[order], INK, "white").tolist()
    widths = np.where(scene.root[order], 2.2, 0.6 if len(order) > CROWD else 0.9).tolist()
    axes.scatter(points[order, 0], points[order, 1], s=(2 * radius[order]) ** 2, c=faces, edgecolors=rings, linewidths=widths, zorder=3)


def draw_names(axes: Axes, scene: Scene, points: Floats, radius: Floats, frame: Floats, *, outward: bool) -> None:
    """Roots first, then the largest."""
    order = np.lexsort((np.arange(len(radius)), -radius, ~scene.root))[:MOST_NAMES].tolist()
    names = {node: name_of(scene, node, LONGEST) for node in order}
    widths = np.array([cells(names.get(node, "")) for node in range(len(radius))], float)
    largest = 10.0 if len(radius) <= FEW else 8.5
    sizes = np.where(scene.root, largest + 1.5, np.clip(largest * np.sqrt(radius / radius.max()), 6.5, largest))
    always = min(int(scene.root.sum()), ALWAYS)
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "zorder": 5, "parse_math": False,
                            "path_effects": [withStroke(linewidth=2.2, foreground="white")]}
    for label in place(points, radius, order, widths, sizes, frame, always, centre=frame / 2 if outward else None):
        axes.text(label.x, label.y, names[label.node], fontsize=sizes[label.node], **look)
