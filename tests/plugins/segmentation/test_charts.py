"""Pictures of segmentations: each is drawn where there is something to show, in both languages, as a worker draws it."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from plugins.segmentation.charts import CHARTS
from server.worker.drawing import drawn_within
from server.worker.inquiries.desk import letters
from tests.plugins.segmentation.snapshots import of_numbers, segmented

POINTS, KNOWN = make_blobs(200, 2, centers=3, cluster_std=0.8, random_state=1)
TAKEN = of_numbers(a=POINTS[:, 0], b=POINTS[:, 1], kind=["x" if one else "y" for one in KNOWN])


@pytest.mark.parametrize(("given", "drawn"), [
    ({"algorithm": {"kMeans": {"kRange": [2, 4], "selection": "CROSS_VALIDATION"}}}, ["clusters", "kScores", "silhouettes"]),
    ({"algorithm": {"kMeans": {"k": 12}}, "hull": ["test.b", "test.a"]}, ["clusters", "silhouettes"]),
    ({"algorithm": {"dbscan": {"epsilon": 0.4}}}, ["clusters", "silhouettes"]),
    ({"algorithm": {"tree": {"target": "test.kind"}}}, ["rules"]),
])
def test_what_there_is_to_show_is_shown(given: Any, drawn: list[str]) -> None:
    found = segmented(TAKEN, **given)
    for language in ("en", "zh"):
        figures = {name: chart.draw(found, TAKEN, language) for name, chart in CHARTS.items()}
        assert [name for name, figure in figures.items() if figure is not None] == drawn


def test_words_are_in_the_callers_language_and_every_letter_can_be_drawn() -> None:
    found = segmented(TAKEN, algorithm={"kMeans": {"k": 3}})
    for language, title, axis in (("en", "3 clusters of 200 customers", "Principal component 1"),
                                  ("zh", "200 位客户分为 3 个客群", "主成分 1")):
        figure = CHARTS["clusters"].draw(found, TAKEN, language)
        axes, = figure.axes
        assert title in axes.get_title(loc="left")
        assert axes.get_xlabel().startswith(axis)
        assert {*"".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))} <= letters() | {" ", "\n"}
        pictures = drawn_within(30, partial(CHARTS["clusters"].draw, found, TAKEN, language), letters(), title)
        assert set(pictures) == {"svg", "png"}
        assert pictures["png"].startswith(b"\x89PNG")


def test_one_cluster_for_all_has_no_silhouettes() -> None:
    line = np.linspace(0, 1, 40)
    found = segmented(of_numbers(a=line, b=line), algorithm={"dbscan": {"epsilon": 1.0}})
    assert CHARTS["silhouettes"].draw(found, TAKEN, "en") is None
    assert CHARTS["clusters"].draw(found, TAKEN, "en") is not None
