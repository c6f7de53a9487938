"""Charts as they are drawn for a run: any label, the same bytes, within bounds, and never a failed run."""

import io
import re
import stat
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from PIL import Image

from schema.analyses.contract import Analysis, Chart, Result, Snapshot
from schema.messages import MESSAGES
from server.worker import drawing
from server.worker.drawing import draw_charts
from server.worker.lettering import FONT, drawable, legible
from server.worker.style import COLOURS, STYLE

RESULT, SNAPSHOT = Result({}), cast("Snapshot", None)
NAMES = ["王喆", "欧阳玥祎", "Ångström & Søn", "Ευρωπη", "Иванов", "上海贸易（集团）有限公司"]
# Text that charts of other programs stumble over: each is drawn without a warning, and warnings are errors here.
AWKWARD = [
    "$x_2$ \\frac{", "a_{b}^c $", "😀 smile 👨\u200d👩\u200d👧", "𠮷田 丂丄", "مرحبا بالعالم", "שלום (12)", "\u202etxt.exe",
    "zero\x00byte\x1b[0m", "tab\there", "\ud800 lone", "e\u0301 z\u0327\u0301", "<script>alert(1)</script>", "]]> & --> \"'",
    "\ue000\U0010ffff", "長" * 500, "", " ", "ไทย हिन्दी 한국어 にほんご",
]


def bars(labels: list[str], title: str = "客户影响力") -> Callable[..., Figure]:
    def draw(result: Result, snapshot: Snapshot, language: str) -> Figure:
        figure = Figure()
        axes = figure.subplots()
        axes.barh([f"{number}" for number in range(len(labels))], range(1, len(labels) + 1))
        axes.set_yticks(range(len(labels)), labels)
        axes.set_title(title)
        return figure

    return draw


def analysis(**draws: Callable[..., Any]) -> Analysis[Any]:
    charts = {name: Chart(f"Title of {name}", f"{name} 标题", draw) for name, draw in draws.items()}
    return cast("Analysis[Any]", SimpleNamespace(charts=charts))


def drawn(folder: Path, draw: Callable[..., Any], language: str = "en") -> tuple[list[dict[str, Any]], list[str]]:
    warnings: list[str] = []
    return draw_charts(analysis(chart=draw), RESULT, SNAPSHOT, folder, language, warnings.append), warnings


def ink(png: bytes) -> int:
    """Pixels that are not white."""
    return int((np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 250).sum())


def parsed(svg: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  our own file


def glyphs(svg: bytes) -> list[str]:
    """The ids of the outlines that letters are drawn with: family and character code."""
    return [identity for element in parsed(svg).iter() if "Sans" in (identity := element.get("id", ""))]


def test_both_formats_are_written_and_told_of(tmp_path: Path) -> None:
    records, warnings = drawn(tmp_path / "runs" / "7", bars(NAMES))
    assert warnings == []
    assert [(one["name"], one["title"], one["titleZh"]) for one in records] == [("chart", "Title of chart", "chart 标题")]
    folder = tmp_path / "runs" / "7"
    assert sorted(path.name for path in folder.iterdir()) == ["chart.png", "chart.svg"]
    for format_, told in records[0]["formats"].items():
        path = folder / f"chart.{format_}"
        assert told == {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes()).hexdigest()}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (drawn(tmp_path / name, bars(NAMES + AWKWARD))[0] for name in ("a", "b"))
    assert first == second
    assert not re.search(rb"dc:date|matplotlib.org|20[0-9]{2}-[01][0-9]", (tmp_path / "a" / "chart.svg").read_bytes())


def test_what_the_machine_prefers_does_not_matter(tmp_path: Path) -> None:
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "text.usetex": True, "figure.figsize": (1, 1)}):
        changed, _ = drawn(tmp_path / "a", bars(NAMES))
    assert changed == drawn(tmp_path / "b", bars(NAMES))[0]


def only(label: str) -> Callable[..., Figure]:
    def draw(*_: Any) -> Figure:
        figure = Figure(figsize=(6, 1))
        figure.text(0.05, 0.3, label, fontsize=20)
        return figure

    return draw


@pytest.mark.parametrize("label", NAMES)
def test_names_are_drawn_with_glyphs_of_our_font(tmp_path: Path, label: str) -> None:
    drawn(tmp_path / "name", only(label))
    drawn(tmp_path / "boxes", only("".join(character if character == " " else "□" for character in label)))
    shown = glyphs((tmp_path / "name" / "chart.svg").read_bytes())
    assert len(shown) >= len(set(label) - {" "})
    assert all(one.startswith("GuanxiSans") for one in shown)
    assert len(glyphs((tmp_path / "boxes" / "chart.svg").read_bytes())) <= 2
    assert ink((tmp_path / "name" / "chart.png").read_bytes()) > 100 * len(label)
    assert set(label) <= set(map(chr, FT2Font(str(FONT)).get_charmap()))


@pytest.mark.parametrize("label", AWKWARD)
def test_no_label_stops_a_chart(tmp_path: Path, label: str) -> None:
    records, warnings = drawn(tmp_path, bars([label, "王"], title=label))
    assert (len(records), warnings) == (1, [])
    parsed((tmp_path / "chart.svg").read_bytes())


def test_text_is_drawn_as_outlines_and_never_as_markup(tmp_path: Path) -> None:
    def hostile(*_: Any) -> Figure:
        figure = bars(AWKWARD)(RESULT, SNAPSHOT, "en")
        figure.axes[0].patches[0].set_url("javascript:alert(1)")
        figure.axes[0].patches[0].set_gid('x" onload="alert(1)')
        return figure

    drawn(tmp_path, hostile)
    svg = (tmp_path / "chart.svg").read_bytes()
    tags = {element.tag.rpartition("}")[2] for element in parsed(svg).iter()}
    assert tags <= {"svg", "title", "metadata", "RDF", "Work", "defs", "style", "g", "path", "use", "clipPath", "rect"}
    for word in (b"script", b"onload", b"alert", b"<!--", b"<text", b"<a ", "王".encode()):
        assert word not in svg.lower()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("王喆 (Wang)", "王喆 (Wang)"), ("e\u0301", "é"), ("x\U0001e130", "x"), ("😀", "😀"), ("🧑\u200d🚀", "□□"), ("𠮷", "□"),
     ("a\u202eb\u200bc\x07", "abc"),
     ("a\tb\u00a0c\u3000d", "a b c d"), ("one\ntwo", "one\ntwo"), ("\ud800", "□"), ("x" * 121, "x" * 119 + "…")],
)
def test_what_stands_for_what_cannot_be_drawn(text: str, shown: str) -> None:
    assert legible(text, drawable()) == shown


def test_powers_on_logarithmic_axes_are_plain_numbers(tmp_path: Path) -> None:
    made: list[Figure] = []

    def degrees(*_: Any) -> Figure:
        figure = Figure()
        axes = figure.subplots()
        axes.loglog([1, 10, 100, 1e6], [1e-3, 0.1, 1, 2], marker="o")
        made.append(figure)
        return figure

    seen: list[str] = []

    def look(figure: Figure, *rest: Any) -> bytes:
        data = saved(figure, *rest)
        seen.extend(label.get_text() for label in (*figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels()))
        return data

    saved = drawing.saved
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "saved", look)
        _, warnings = drawn(tmp_path, degrees)
    assert warnings == []
    assert {"1", "100", "10,000", "0.001", "0.01"} <= set(seen)
    assert not any("$" in text or "mathdefault" in text for text in seen)


def test_large_clouds_are_images_in_the_svg(tmp_path: Path) -> None:
    def cloud(*_: Any) -> Figure:
        figure = Figure()
        places = np.random.default_rng(1).normal(size=(2, 50_000))
        figure.subplots().scatter(*places)
        return figure

    records, _ = drawn(tmp_path, cloud)
    assert b"data:image/png;base64," in (tmp_path / "chart.svg").read_bytes()
    assert records[0]["formats"]["svg"]["bytes"] < 1_000_000


def fails(*_: Any) -> Figure:
    raise RuntimeError("about 王伟")


def leaves(*_: Any) -> Figure:
    raise SystemExit(3)


def is_large(*_: Any) -> Figure:
    return Figure(figsize=(200, 200))


def is_slow(*_: Any) -> Figure:
    while True:
        try:
            time.sleep(10)
        except Exception:  # noqa: BLE001, S112  as careless plugins do
            continue


@pytest.mark.parametrize(
    ("draw", "key"),
    [(fails, "chart_failed"), (leaves, "chart_failed"), (lambda *_: "no figure", "chart_failed"), (is_large, "chart_pixels"),
     (is_slow, "chart_slow")],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chart_that_fails_is_a_warning_that_names_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draw: Callable[..., Any], key: str, language: str) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.3)
    warnings: list[str] = []
    records = draw_charts(analysis(bad=draw), RESULT, SNAPSHOT, tmp_path, language, warnings.append)
    monkeypatch.setattr(drawing, "SECONDS", 30.0)
    records += draw_charts(analysis(good=bars(NAMES)), RESULT, SNAPSHOT, tmp_path, language, warnings.append)
    title = "bad 标题" if language == "zh" else "Title of bad"
    assert [one["name"] for one in records] == ["good"]
    start = MESSAGES[key][language == "zh"].partition("{chart}")[0]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{start}{title}")
    assert "王伟" not in warnings[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.png", "good.svg"]


def test_a_file_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_BYTES", 5_000)
    records, warnings = drawn(tmp_path, bars(NAMES))
    assert records == []
    assert "at most 5,000 are kept" in warnings[0]
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        draw_charts(analysis(**{"../up": bars(NAMES)}), RESULT, SNAPSHOT, tmp_path / "runs", "en", print)
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_style_is_left_behind(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    drawn(tmp_path, bars(NAMES))
    drawn(tmp_path, fails)
    assert dict(matplotlib.rcParams) == before


def test_every_sentence_that_charts_may_say_can_be_drawn() -> None:
    letters = drawable()
    text = "".join(part for pair in MESSAGES.values() for part in pair)
    assert {character for character in text if character not in letters} <= {"\n"}


def test_colours_are_told_apart_and_the_font_is_small() -> None:
    assert len(set(COLOURS)) == len(COLOURS) == 8
    assert STYLE["text.parse_math"] is False
    assert FONT.stat().st_size < 3_000_000
    notice = FONT.with_name("OFL.txt").read_text("utf-8")
    assert notice.startswith("Copyright 2014-2021 Adobe")
    assert "SIL OPEN FONT LICENSE Version 1.1" in notice
