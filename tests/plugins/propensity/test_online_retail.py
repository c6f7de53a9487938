"""A year of a real shop: who comes back within 30 days. GUANXI_TEST_DATA names a folder with online_retail/."""

import pytest

from plugins.segmentation.features.catalogue import FEATURES
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.propensity.snapshots import Heard, foretold, metric
from tests.plugins.value.test_online_retail import DATA, shop

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
__all__ = ["shop"]  # a fixture


@pytest.mark.parametrize(("model", "least"), [("LOGISTIC_REGRESSION", 0.72), ("SVM", 0.64), ("RANDOM_FOREST", 0.72)])
def test_who_comes_back(shop: TakenSnapshot, model: str, least: float) -> None:
    shop._features = {one.name: one for one in FEATURES}
    heard = Heard()
    result = foretold(shop, heard, asOf=None, windowDays=30, model=model)
    figures = result.summary
    print(model, figures["windows"], {name: round(metric(result, name), 3) for name in (
        "AUC", "lift of the top fifth", "log loss", "F1", "cross-validated AUC", "cross-validated lift of the top fifth")},
        round(figures["expectedBuyers"]), heard.warnings)
    assert figures["scoredCount"] == 4339
    assert metric(result, "AUC") > least
    assert metric(result, "cross-validated AUC") > least
    assert metric(result, "lift of the top fifth") > 1.8
