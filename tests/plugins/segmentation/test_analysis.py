"""Whole segmentations of made-up customers: what is found, what is said of it, and what is refused with the numbers."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_blobs
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from guanxi import InsufficientData, InvalidParameters
from plugins.segmentation.assigning import decided, values_of
from plugins.segmentation.limits import Limits
from tests.plugins.segmentation.snapshots import Heard, clusters, numbers, of_numbers, segmented

POINTS, KNOWN = make_blobs(300, 2, centers=[[0, 0], [9, 0], [0, 9]], cluster_std=0.6, random_state=1)
CLOUDS = of_numbers(a=POINTS[:, 0], b=POINTS[:, 1])
IRIS = load_iris()


def by_customer(result: Any) -> list[int]:
    found = numbers(result)
    return [found[id_] for id_ in sorted(found)]


@pytest.mark.parametrize("algorithm", [{"kMeans": {"k": 3}}, {"kMeans": {"kRange": [2, 7]}}, {"dbscan": {"epsilon": 0.5}}, {"hdbscan": {}}])
def test_what_is_apart_comes_apart_by_every_method(algorithm: dict[str, Any]) -> None:
    found = segmented(CLOUDS, algorithm=algorithm)
    inside = np.array(sorted(numbers(found))) - 1
    assert len(inside) >= 295
    assert adjusted_rand_score(KNOWN[inside], by_customer(found)) == 1.0
    rows = clusters(found)
    assert [row["number"] for row in rows] == [0, 1, 2]
    assert sum(row["size"] for row in rows) == len(inside) == found.summary["memberCount"]
    assert found.summary["noiseCount"] == 300 - len(inside)
    assert found.summary["silhouette"] > 0.8
    assert all(row["rule_en"] for row in rows)


def test_iris_is_what_scikit_learn_makes_of_it() -> None:
    taken = of_numbers(**{name: IRIS.data[:, at] for at, name in enumerate("abcd")})
    found = segmented(taken, features=[f"test.{name}" for name in "abcd"], algorithm={"kMeans": {"k": 3}})
    points = StandardScaler().fit_transform(IRIS.data)
    assert found.summary["inertia"] == pytest.approx(139.820496, abs=1e-4)
    assert found.summary["silhouette"] == pytest.approx(silhouette_score(points, by_customer(found)))
    assert found.summary["plane"]["shares"] == pytest.approx([0.7296, 0.2285], abs=1e-4)


def test_a_cluster_is_described_by_its_members() -> None:
    found = segmented(CLOUDS, algorithm={"kMeans": {"k": 3}}, hull=["test.a", "test.b"])
    of = np.array(by_customer(found))
    for row in clusters(found):
        mine = POINTS[of == row["number"]]
        assert [one["value"] for one in json.loads(row["centre"])] == pytest.approx(mine.mean(0).tolist())
        corners = np.array(json.loads(row["hull"]))
        assert np.allclose(corners.min(0), mine.min(0))
        assert np.allclose(corners.max(0), mine.max(0))
        best = json.loads(row["rules"])[0]
        assert (best["purity"], best["support"]) == (1.0, row["size"])
    assert found.summary["plane"] == {"x": "test.a", "y": "test.b", "shares": None}


def test_a_model_decides_about_others_as_the_run_did() -> None:
    for given in ({"kMeans": {"k": 3}}, {"tree": {"target": "test.kind", "maxDepth": 3}}):
        taken = of_numbers(a=POINTS[:, 0], b=POINTS[:, 1], kind=["one" if one == 1 else "other" for one in KNOWN])
        found = segmented(taken, algorithm=given)
        model = json.loads(json.dumps(found.summary["model"]))
        columns = [column for name in ("test.a", "test.b") for column in taken.features(name)]
        number, distance = decided(values_of(columns, model), model)
        assert number.tolist() == by_customer(found)
        assert np.isfinite(distance).all() == ("kMeans" in given)


def test_a_tree_explains_its_target() -> None:
    chance = np.random.default_rng(1)
    spent, days = chance.uniform(0, 100, 400), chance.uniform(0, 300, 400)
    kind = np.where((spent > 60) & (days < 100), "gold", "plain")
    taken = of_numbers(a=spent, b=days, kind=list(kind))
    for method in ("CART", "C45"):
        found = segmented(taken, algorithm={"tree": {"target": "test.kind", "method": method}})
        gold = next(row for row in clusters(found) if "gold" in row["label_en"])
        bounds = {(one["feature"], one["operator"]): one["value"] for one in json.loads(gold["rules"])[0]["conditions"]}
        assert bounds == {("test.a", "ABOVE"): pytest.approx(60, abs=2), ("test.b", "UP_TO"): pytest.approx(100, abs=3)}
        assert found.summary["accuracy"] > 0.95
        assert found.summary["purity"] > 0.97
        assert sum(row["size"] for row in clusters(found)) == 400
        assert found.metrics[0].baseline == pytest.approx((kind == "plain").mean(), abs=0.06)


def test_missing_values_are_told() -> None:
    heard = Heard()
    holed = POINTS[:, 0].copy()
    holed[:20] = np.nan
    taken = of_numbers(a=holed, b=POINTS[:, 1])
    found = segmented(taken, heard)
    assert (found.summary["memberCount"], found.summary["leftOutCount"]) == (280, 20)
    assert heard.warnings[0] == "20 of 300 customers were left out, for a feature is missing."
    filled = segmented(taken, heard, missing="MEDIAN")
    assert filled.summary["leftOutCount"] == 0
    assert filled.summary["columns"][0] == {"feature": "test.a", "en": "A", "zh": "特征a", "missing": 20, "run": None,
                                            "filledWith": pytest.approx(np.nanmedian(holed))}
    assert any("test.a is missing for 20 customers;" in one for one in heard.warnings)


def test_what_is_no_structure_is_called_so() -> None:
    heard = Heard()
    chance = np.random.default_rng(1)
    flat = of_numbers(**{name: chance.uniform(size=500) for name in "abcdefgh"})
    segmented(flat, heard, features=[f"test.{name}" for name in "abcdefgh"], algorithm={"kMeans": {"k": 6}})
    assert any("clusters hardly stand apart" in text for text in heard.warnings)
    segmented(of_numbers(a=chance.uniform(size=200), b=chance.uniform(size=200), kind=["x", "y", "x", "x", "x"] * 40), heard,
              algorithm={"tree": {"target": "test.kind"}})
    assert any("single leaf" in text or "Do not rely on its rules" in text for text in heard.warnings)


@pytest.mark.parametrize(("values", "given", "error", "said"), [
    ({"a": [1, 1, 2, 2], "b": [0, 0, 1, 1]}, {"algorithm": {"kMeans": {"k": 3}}}, InvalidParameters, "4 customers have 2 different rows"),
    ({"a": [1, 2], "b": [0, 1]}, {"algorithm": {"kMeans": {"kRange": [2, 5]}}}, InvalidParameters, "2 customers, too few for 5"),
    ({"a": [1, 1, 1], "b": [0, 1, 2]}, {}, InvalidParameters, "test.a is 1 for all 3 customers"),
    ({"a": [np.nan] * 3, "b": [0, 1, 2]}, {}, InsufficientData, "test.a is missing for all 3 customers"),
    ({"a": [1.0], "b": [2.0]}, {}, InsufficientData, "Of 1 customers, 1 have a value"),
    ({"a": [1, np.inf, 3], "b": [0, 1, 2]}, {}, InvalidParameters, "infinite, or larger"),
    ({"a": ["x", "y", "x"], "b": [0, 1, 2]}, {}, InvalidParameters, "test.a is a category"),
    ({"a": [0, 50, 99], "b": [0, 50, 99]}, {"algorithm": {"dbscan": {"epsilon": 0.1}}}, InsufficientData, "All 3 customers are noise"),
    ({"a": [0, 1, 2], "b": [0, 1, 2]}, {"hull": ["test.a", "test.x"]}, InvalidParameters, "test.x is not among the columns"),
    ({"a": [0, 1, 2], "b": [0, 1, 2], "c": [1, 1, 1]}, {"algorithm": {"tree": {"target": "test.c"}}}, InsufficientData,
     "1 different values"),
])
def test_what_nothing_can_be_made_of_is_refused_with_the_numbers(values: Any, given: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        segmented(of_numbers(**values), **given)


def test_dbscan_keeps_to_the_memory_it_is_allowed() -> None:
    with pytest.raises(InvalidParameters, match="MiB are allowed"):
        segmented(of_numbers(a=np.arange(900.0), b=np.arange(900.0)), limits=Limits(neighbourhood_memory=2**20),
                  algorithm={"dbscan": {"epsilon": 50.0}})


def test_the_seed_decides() -> None:
    first, second = (segmented(CLOUDS, seed=7) for _ in range(2))
    assert first.summary == second.summary
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)
