"""Lettering of charts: which characters can be drawn, and what stands for those that cannot.

Labels hold names that people typed. None of it is taken for a formula, and no character may stop a chart.
"""

import unicodedata
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import Formatter, LogFormatterMathtext, LogitFormatter

FONT = Path(__file__).with_name("fonts") / "GuanxiSans-Regular.otf"
FAMILIES = ["Guanxi Sans", "DejaVu Sans"]  # the second comes with Matplotlib and has the alphabets that the first lacks
FALLBACKS = ("DejaVuSans", "DejaVuSans-Bold")
MISSING = "□"
LONGEST, LONGEST_TICK = 120, 32  # characters of a text, and of one at an axis: a chart must have room beside its labels


def bring_font() -> None:
    """Matplotlib keeps its fonts for the whole process."""
    if all(font.name != FAMILIES[0] for font in fontManager.ttflist):
        fontManager.addfont(FONT)


def drawable() -> frozenset[str]:
    """Characters that our font has, or the one that comes with Matplotlib in both of its weights."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    others = [set(FT2Font(str(folder / f"{name}.ttf")).get_charmap()) for name in FALLBACKS]
    return frozenset(map(chr, set(FT2Font(str(FONT)).get_charmap()) | set.intersection(*others)))


def legible(text: str, letters: frozenset[str], longest: int = LONGEST) -> str:
    """The text as it can be drawn: accents and letters joined, invisible signs and marks left out, □ for what no font has."""
    shown = "".join(stand_in(character, letters) for character in unicodedata.normalize("NFC", text))
    return shown if len(shown) <= longest else shown[:longest - 1] + "…"


def stand_in(character: str, letters: frozenset[str]) -> str:
    kind = unicodedata.category(character)
    if character == "\n" or (character in letters and not kind.startswith(("C", "Z"))):
        return character
    if kind == "Zs" or character == "\t":
        return " "
    # Controls, marks of direction, joiners and selectors of emoji, accents of letters that are missing themselves.
    return "" if kind in ("Cc", "Cf", "Zl", "Zp") or kind.startswith("M") else MISSING


def make_legible(figure: Figure, letters: frozenset[str]) -> None:
    for axis in figure.findobj(Axis):
        assert isinstance(axis, Axis)
        axis.set_major_formatter(LegibleTicks(axis.get_major_formatter(), letters))
        axis.set_minor_formatter(LegibleTicks(axis.get_minor_formatter(), letters))
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set(text=legible(text.get_text(), letters), parse_math=False, usetex=False, fontfamily=FAMILIES, fontstyle="normal")


class LegibleTicks(Formatter):
    """Another formatter's labels, legible. Ticks are worded anew each time a chart is drawn."""

    def __init__(self, inner: Formatter, letters: frozenset[str]):
        self._inner, self._legible = inner, partial(legible, letters=letters, longest=LONGEST_TICK)
        # These write powers as formulas.
        self._formulas = isinstance(inner, LogFormatterMathtext | LogitFormatter)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._worded(x, self._inner(x, pos))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return [self._worded(value, text) for value, text in zip(values, self._inner.format_ticks(list(values)), strict=True)]

    def get_offset(self) -> str:
        return self._legible(self._inner.get_offset())

    def set_locs(self, locs: Sequence[float]) -> None:
        self.locs = list(locs)
        self._inner.set_locs(self.locs)

    def set_axis(self, axis: Any) -> None:
        super().set_axis(axis)
        self._inner.set_axis(axis)

    def _worded(self, value: float, text: str) -> str:
        return plain(value) if self._formulas and text else self._legible(text)


def plain(value: float) -> str:
    """
    >>> plain(100000.0), plain(0.001), plain(-2.5)
    ('100,000', '0.001', '−2.5')
    """
    whole = 1 <= abs(value) < 1e15 and value == int(value)
    return (f"{value:,.0f}" if whole else f"{value:g}").replace("-", "−")
