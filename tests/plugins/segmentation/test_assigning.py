"""Where customers belong now by the model of a run, and what is said when nobody can tell."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from guanxi import InvalidParameters
from plugins.segmentation.assigning import assign
from tests.plugins.segmentation.snapshots import numbers, of_numbers, segmented

A, B = [0.0, 1, 0, 10, 11, 10], [0.0, 0, 1, 10, 10, 11]
PARAMETERS = {"features": ["test.a", "test.b"], "algorithm": {"kMeans": {"k": 2}}, "seed": 1}


def asked(taken: Any, model: Any, *customers: int, **more: Any) -> list[dict[str, Any]]:
    desk: Any = SimpleNamespace(snapshot=taken, language="en")
    return assign(desk, {"parameters": PARAMETERS | more, "model": model, "customers": list(customers)})


def test_new_customers_go_to_the_nearest_centre() -> None:
    found = segmented(of_numbers(a=A, b=B), scaling="NONE")
    model, of = found.summary["model"], numbers(found)
    later = of_numbers(a=[*A, 9.0, np.nan], b=[*B, 9.0, 1.0])
    answers = asked(later, model, 7, 8, 99, 1, scaling="NONE")
    assert answers[0]["cluster"] == of[4]
    assert answers[0]["distance"] == pytest.approx(np.hypot(31 / 3 - 9, 31 / 3 - 9))
    assert answers[1:3] == [{"cluster": None, "distance": None}] * 2
    assert answers[3]["cluster"] == of[1]


def test_what_stood_in_for_missing_values_stands_in_again() -> None:
    found = segmented(of_numbers(a=[np.nan, *A[1:]], b=B), missing="MEDIAN")
    later = of_numbers(a=[np.nan] * 6, b=B)
    assert all(one["cluster"] is not None for one in asked(later, found.summary["model"], 1, 2, missing="MEDIAN"))


def test_a_tree_sends_customers_to_its_leaves() -> None:
    how = {"algorithm": {"tree": {"target": "test.kind"}}, "features": ["test.a", "test.where"]}
    where = ["x", "x", "y", "z", "z", "z"]
    found = segmented(of_numbers(a=A, where=where, kind=["low"] * 3 + ["high"] * 3), **how)
    later = of_numbers(a=[0.0, 11.0], where=["never seen", "z"], kind=["low", "high"])
    answers = asked(later, found.summary["model"], 1, 2, **how)
    of = numbers(found)
    assert [one["cluster"] for one in answers] == [of[1], of[4]]
    assert [one["distance"] for one in answers] == [None, None]


def test_a_column_that_is_gone_is_missed() -> None:
    model = segmented(of_numbers(a=A, b=B)).summary["model"] | {"columns": ["test.a", "test.b:tea"]}
    with pytest.raises(InvalidParameters, match=r"no column test\.b:tea any more"):
        asked(of_numbers(a=A, b=B), model, 1)
