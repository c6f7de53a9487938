"""The legend of a map's picture, beside the map: what lines, colours and sizes tell. Only what the map has is explained."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugins.graph.map.captions import Captions
from plugins.graph.map.look import FAINT, INK, OTHERS, PLAIN, SIGNS, ranked
from plugins.graph.map.scene import Scene
from plugins.graph.map.words import shortened

PITCH, GAP = 17.0, 12.0  # points: from line to line, and between two groups
SAMPLE = 26.0  # points that a sample takes
LONGEST = 15  # cells of a community's name


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a heading, a line of a sign, a circle, or a remark."""

    text: str
    sign: int | None = None
    face: str | None = None
    ring: str = "white"
    heading: bool = False


def legend(figure: Figure, scene: Scene, captions: Captions, colours: Mapping[int, str], box: tuple[float, float, float, float]) -> None:
    """`box`: left, bottom, width and height in points."""
    size = figure.get_size_inches() * 72
    axes = figure.add_axes((box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]), xlim=(0, box[2]), ylim=(0, box[3]))
    axes.axis("off")
    height = box[3] - PITCH / 2
    for entry in [*about_ties(scene, captions), *about_customers(scene, captions, colours)]:
        height -= GAP if entry.heading and height < box[3] - PITCH else 0
        draw_entry(axes, entry, height)
        height -= PITCH


def draw_entry(axes: Axes, entry: Entry, height: float) -> None:
    left = SAMPLE + 6
    if entry.sign is not None:
        _, colour, style = SIGNS[entry.sign]
        axes.plot([0, SAMPLE], [height, height], color=colour, linestyle=style, linewidth=2.2)
    elif entry.face is not None:
        axes.plot([SAMPLE / 2], [height], marker="o", markersize=10, markerfacecolor=entry.face, markeredgecolor=entry.ring,
                  markeredgewidth=2 if entry.ring == INK else 0.9, linestyle="none")
    else:
        left = 0
    look = {"fontsize": 10.5} if entry.heading else {"fontsize": 9.0} if left else {"fontsize": 8.0, "color": FAINT}
    axes.text(left, height, entry.text, ha="left", va="center_baseline", parse_math=False, **look)


def about_ties(scene: Scene, captions: Captions) -> Iterator[Entry]:
    if len(scene.source):
        yield Entry(captions.word("relationships"), heading=True)
        for sign, (key, _, _) in SIGNS.items():
            if (scene.sign == sign).any():
                yield Entry(captions.word(key), sign=sign)
        yield Entry(captions.word("width"))
        if scene.directed.any():
            yield Entry(captions.word("arrow"))


def about_customers(scene: Scene, captions: Captions, colours: Mapping[int, str]) -> Iterator[Entry]:
    yield Entry(captions.word("groups"), heading=True)
    if scene.root.any():
        yield Entry(captions.word("root"), face="white", ring=INK)
    for number, colour in colours.items():
        yield Entry(called(number, scene.community_names.get(number), captions), face=colour)
    yield from about_others(scene, captions, list(colours))
    yield Entry(captions.word("byPageRank" if ranked(scene) else "byStrength"))


def about_others(scene: Scene, captions: Captions, coloured: Sequence[int]) -> Iterator[Entry]:
    if not coloured:
        yield Entry(captions.word("customer"), face=PLAIN)
        return
    without = scene.community < 0
    if (~without & ~np.isin(scene.community, coloured)).any():
        yield Entry(captions.word("othersAndNone" if without.any() else "others"), face=OTHERS)
    elif without.any():
        yield Entry(captions.word("none"), face=OTHERS)


def called(number: int, name: str | None, captions: Captions) -> str:
    community = captions.word("community", number=number)
    return captions.word("named", community=community, name=shortened(name, LONGEST)) if name else community
