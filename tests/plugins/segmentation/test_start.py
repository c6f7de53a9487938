"""What a segmentation cannot be started with, said with its place."""

from typing import Any

import pytest

from guanxi import InvalidParameters
from plugins.segmentation.limits import Limits
from tests.plugins.segmentation.snapshots import analysis_of, start


@pytest.mark.parametrize(("given", "path"), [
    ({"features": []}, ("features",)),
    ({"features": ["test.a"] * 51}, ("features",)),
    ({"features": ["test.a", "test.a"]}, ("features", "1")),
    ({"algorithm": {"kMeans": {}}}, ("algorithm", "kMeans", "k")),
    ({"algorithm": {"kMeans": {"k": 3, "kRange": [2, 4]}}}, ("algorithm", "kMeans", "k")),
    ({"algorithm": {"kMeans": {"k": 1}}}, ("algorithm", "kMeans", "k")),
    ({"algorithm": {"kMeans": {"k": 0}}}, ("algorithm", "kMeans", "k")),
    ({"algorithm": {"kMeans": {"k": 51}}}, ("algorithm", "kMeans", "k")),
    ({"algorithm": {"kMeans": {"kRange": [4]}}}, ("algorithm", "kMeans", "kRange")),
    ({"algorithm": {"kMeans": {"kRange": [5, 3]}}}, ("algorithm", "kMeans", "kRange")),
    ({"algorithm": {"kMeans": {"kRange": [2, 40]}}}, ("algorithm", "kMeans", "kRange")),
    ({"algorithm": {"dbscan": {"epsilon": 0.0}}}, ("algorithm", "dbscan", "epsilon")),
    ({"algorithm": {"dbscan": {"epsilon": float("nan")}}}, ("algorithm", "dbscan", "epsilon")),
    ({"algorithm": {"dbscan": {"epsilon": 1.0, "minimumSamples": 1}}}, ("algorithm", "dbscan", "minimumSamples")),
    ({"algorithm": {"hdbscan": {"minimumSize": 1}}}, ("algorithm", "hdbscan", "minimumSize")),
    ({"algorithm": {"hdbscan": {"minimumSamples": 0}}}, ("algorithm", "hdbscan", "minimumSamples")),
    ({"algorithm": {"tree": {"target": "test.c", "maxDepth": 11}}}, ("algorithm", "tree", "maxDepth")),
    ({"algorithm": {"tree": {"target": "test.c", "criterion": "GAIN_RATIO"}}}, ("algorithm", "tree", "criterion")),
    ({"algorithm": {"tree": {"target": "test.c", "method": "C45", "criterion": "GINI"}}}, ("algorithm", "tree", "criterion")),
    ({"algorithm": {"tree": {"target": "test.b"}}}, ("algorithm", "tree", "target")),
    ({"hull": ["test.a"]}, ("hull",)),
    ({"hull": ["test.a", "test.a"]}, ("hull",)),
    ({"seed": -1}, ("seed",)),
    ({"window": {"from": "2024-05-01T00:00:00Z", "to": "2024-04-01T00:00:00Z"}}, ("window",)),
])
def test_what_is_out_of_bounds_is_refused_where_it_stands(given: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameters) as refused:
        start(**given)
    assert refused.value.path == path


def test_the_features_that_are_read_are_named_with_their_places() -> None:
    found = start(algorithm={"tree": {"target": "segmentation.cluster"}}).named()
    assert found == {("features", "0"): "test.a", ("features", "1"): "test.b", ("algorithm", "tree", "target"): "segmentation.cluster"}


@pytest.mark.parametrize(("algorithm", "memory"), [
    ({"kMeans": {"k": 8}}, 2e9), ({"dbscan": {"epsilon": 1.0}}, 3e9), ({"hdbscan": {}}, 2e9), ({"tree": {"target": "test.c"}}, 2e9),
])
def test_more_customers_never_need_less(algorithm: dict[str, Any], memory: float) -> None:
    given, analysis = start(algorithm=algorithm), analysis_of()
    few, many = (analysis.estimate({"customers": count}, given) for count in (1000, 1_000_000))
    assert few.memory < many.memory < memory
    assert few.seconds < many.seconds
    assert many.rows == 1_000_000


def test_dbscan_is_estimated_with_what_it_is_allowed() -> None:
    given = start(algorithm={"dbscan": {"epsilon": 1.0}})
    most, least = (analysis_of(Limits(neighbourhood_memory=size)).estimate({"customers": 1_000_000}, given) for size in (2**31, 2**20))
    assert most.memory - least.memory == 2**31 - 2**20
