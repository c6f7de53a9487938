"""Names by what is unusual, in both languages; and whether clusters come out again."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from plugins.segmentation.clustering.kmeans import kmeans
from plugins.segmentation.clustering.naming import names, standardised_means
from plugins.segmentation.clustering.stability import stability
from plugins.segmentation.features.catalogue import FEATURES
from schema.features.contract import FeatureColumn

KNOWN = {one.name: one for one in FEATURES}
COLUMNS = [FeatureColumn(one.name, one.title, one.title_zh, one.kind, None)
           for one in (KNOWN["behaviour.purchaseTotal"], KNOWN["behaviour.daysSincePurchase"])]


def test_the_farthest_features_make_the_name() -> None:
    found = names(np.array([[2.0, -0.6], [0.1, -0.2], [-0.7, 1.6], [0.0, 0.9]]), COLUMNS)
    assert [one.en for one in found] == ["Very high spending, low days since last purchase", "Average",
                                         "Very high days since last purchase, low spending", "High days since last purchase"]
    assert [one.zh for one in found] == ["消费总额很高，距上次购买天数低", "一般", "距上次购买天数很高，消费总额低", "距上次购买天数高"]


def test_two_of_one_name_are_told_apart() -> None:
    found = names(np.array([[2.0, 0.0], [1.9, 0.0]]), COLUMNS)
    assert [one.en for one in found] == ["Very high spending", "Very high spending (2)"]
    assert found[1].zh == "消费总额很高（2）"


def test_means_are_in_standard_deviations_of_all() -> None:
    points = np.array([[0.0, 1], [0, 3], [4, 1], [4, 3]])
    assert standardised_means(points, np.array([0, 0, 1, 1]), 2).tolist() == [[-1, 0], [1, 0]]


def test_clear_clusters_come_out_again_and_chance_does_not() -> None:
    clear, _ = make_blobs(500, 3, centers=3, cluster_std=0.3, random_state=1)
    noise = np.random.default_rng(1).uniform(size=(500, 3))
    assert stability(clear, kmeans(clear, 3, 1), 1) == pytest.approx(1.0)
    assert stability(noise, kmeans(noise, 6, 1), 1) < 0.8
