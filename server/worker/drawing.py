"""Charts of a run's result: drawn by the plugin in the house style, checked, and written as SVG and PNG.

A chart that cannot be drawn costs the run nothing but a warning that names it.
"""

import io
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from schema.analyses.contract import Analysis, Result, Snapshot
from schema.messages import say
from server.files.paths import STEM
from server.worker.keeping import keep_file
from server.worker.lettering import drawable, make_legible
from server.worker.style import house_style

SECONDS = 30.0  # for one chart
MOST_PIXELS = 20_000_000
MOST_BYTES = 10_000_000
MOST_POINTS = 10_000  # of one line or cloud; a larger one is put into the SVG as an image
DPI = 144.0
# No dates and no versions: the same result gives the same files.
METADATA: Mapping[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "png": {"Software": None},
}
COMMENT = re.compile(rb"[ ]*<!--.*?-->\n", re.DOTALL)


class TooSlow(BaseException):
    """The time for a chart is over. Not an Exception: a plugin that catches those must not hold it up."""


class TooLarge(Exception):
    """A picture that is not kept: `key` is the message that says so."""

    def __init__(self, key: str, found: int, most: int):
        super().__init__(key)
        self.key, self.found, self.most = key, found, most


def draw_charts(analysis: Analysis[Any], result: Result, snapshot: Snapshot, folder: Path, language: str,
                warn: Callable[[str], None]) -> list[dict[str, Any]]:
    """Draws every chart of the analysis into `folder`, and tells of those that were drawn.

    To be called on the main thread, which the time limit interrupts. Each record has `name`, `title`, `titleZh`, and by format
    ("svg" and "png", always both) the `bytes` and `sha256` of the file `folder/NAME.FORMAT`. `warn` is told, in `language`,
    which charts are missing and why. Raises ValueError for a name that no file may have.
    """
    records: list[dict[str, Any]] = []
    letters = drawable() if analysis.charts else frozenset()
    for name, chart in analysis.charts.items():
        if not STEM.fullmatch(name):
            raise ValueError(f"a chart cannot be called {name!r}: letters, digits, - and _ only")
        title = chart.title_zh if language == "zh" else chart.title
        draw = partial(chart.draw, result, snapshot, language)
        pictures = drawn_in_time(draw, letters, title, partial(complain, warn, language, title))
        if pictures:
            formats = {format_: keep_file(folder, f"{name}.{format_}", data) for format_, data in pictures.items()}
            records.append({"name": name, "title": chart.title, "titleZh": chart.title_zh, "formats": formats})
    return records


def complain(warn: Callable[[str], None], language: str, title: str, key: str, **parameters: str) -> None:
    warn(say(key, language, chart=title, **parameters))


def drawn_in_time(draw: Callable[[], Any], letters: frozenset[str], title: str, complaint: Callable[..., None]) -> dict[str, bytes]:
    """The pictures by format; none if there is nothing to show; none, and a complaint, if the chart cannot be had."""
    try:
        return drawn_within(SECONDS, draw, letters, title)
    except TooSlow:
        complaint("chart_slow", seconds=f"{SECONDS:g}")
    except TooLarge as error:
        complaint(error.key, found=f"{error.found:,}", most=f"{error.most:,}")
    except (Exception, SystemExit):  # noqa: BLE001  whatever a plugin raises
        traceback.print_exc(file=sys.stderr)
        complaint("chart_failed")
    return {}


def drawn_within(seconds: float, draw: Callable[[], Any], letters: frozenset[str], title: str) -> dict[str, bytes]:
    """The pictures by format. To be called on the main thread. Raises `TooSlow`, `TooLarge` and what `draw` raises."""
    with time_limit(seconds), house_style():
        return drawn(draw, letters, title)


def drawn(draw: Callable[[], Any], letters: frozenset[str], title: str) -> dict[str, bytes]:
    figure = draw()
    if figure is None:
        return {}
    if not isinstance(figure, Figure):
        raise TypeError(f"a chart is a matplotlib Figure, not {type(figure).__name__}")
    try:
        width, height = figure.get_size_inches() * DPI
        if width * height > MOST_PIXELS:
            raise TooLarge("chart_pixels", int(width * height), MOST_PIXELS)
        make_legible(figure, letters)
        make_plain(figure)
        return {format_: saved(figure, format_, title) for format_ in METADATA}
    finally:
        figure.clear()


def make_plain(figure: Figure) -> None:
    """No links, no names of parts, and clouds of points as images."""
    for artist in figure.findobj():
        artist.set_url(None)
        artist.set_gid(None)
        if points_of(artist) > MOST_POINTS:
            artist.set_rasterized(True)


def points_of(artist: Artist) -> int:
    if isinstance(artist, Line2D):
        return np.size(artist.get_xdata())
    return max(len(artist.get_paths()), np.size(artist.get_offsets()) // 2) if isinstance(artist, Collection) else 0


def saved(figure: Figure, format_: str, title: str) -> bytes:
    into = io.BytesIO()
    figure.savefig(into, format=format_, dpi=DPI, metadata={**METADATA[format_], "Title": title})
    # Matplotlib repeats each label in a comment.
    data = COMMENT.sub(b"", into.getvalue()) if format_ == "svg" else into.getvalue()
    if len(data) > MOST_BYTES:
        raise TooLarge("chart_bytes", len(data), MOST_BYTES)
    return data


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TooSlow on the main thread when the time is over: in the middle of Python code, or after a long call of a library."""

    def give_up(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
