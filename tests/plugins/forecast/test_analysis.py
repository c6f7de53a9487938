"""The whole analysis on made-up sales: rows, figures, warnings, pictures, and what a run needs and costs."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from plugins.forecast.analysis import FORECAST
from plugins.forecast.charts import CHARTS
from plugins.forecast.start import ForecastRunStartInput
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.forecast.snapshots import daily, forecast, row, rows, snapshot, wavy
from tests.plugins.graph.snapshots import Heard


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def taken() -> TakenSnapshot:
    """Two customers: one with a week and a trend, one who is the same every day."""
    return snapshot([*daily(wavy(42, seed=2).tolist(), customer=1), *daily([9.0] * 42, customer=2)])


@pytest.fixture(scope="module")
def found(taken: TakenSnapshot) -> Result:
    return forecast(taken, by="CUSTOMER", folds=2)


def test_a_row_says_what_a_series_is_about_and_what_comes(found: Result) -> None:
    first, second = rows(found)
    assert (first["customer_id"], first["product_id"], first["segment_id"], first["category"]) == (1, None, None, None)
    assert (first["position"], first["target"], first["grain"], first["next_period"]) == (1, "AMOUNT", "DAY", first["first_period"] + 42)
    assert first["history"] == wavy(42, seed=2).tolist()
    assert {name: len(values) for name, values in first["points"].items()} == dict.fromkeys(
        ("value", "lower80", "upper80", "lower95", "upper95"), 7)
    assert np.abs(np.array(first["points"]["value"]) - wavy(49, seed=2)[42:]).mean() < 8
    assert (second["customer_id"], second["fallback"], second["naive_wins"], second["scores"]) == (2, "CONSTANT", None, [])
    json.dumps(found.summary, allow_nan=False)


def test_the_same_seed_gives_the_same_and_the_seed_is_all_that_chance_has(taken: TakenSnapshot) -> None:
    one, other, third = (forecast(taken, seed=seed, model="ETS", folds=0) for seed in (1, 1, 2))
    assert one.tables["forecast_series"].equals(other.tables["forecast_series"])
    assert row(one)["points"]["value"] == row(third)["points"]["value"]
    assert row(one)["points"]["lower80"] != row(third)["points"]["lower80"]


def test_figures_add_up(found: Result) -> None:
    told = found.summary
    assert (told["seriesCount"], told["shortCount"], told["leftOutCount"], told["testedCount"], told["fallbackCount"]) == (2, 0, 0, 1, 1)
    assert sum(one["chosenCount"] for one in told["models"]) == 2
    ours = next(one for one in told["models"] if one["model"] == rows(found)[0]["model"])
    assert found.metrics[0].value == pytest.approx(ours["mase"])
    assert found.metrics[0].baseline is not None
    assert found.metrics[0].value < found.metrics[0].baseline


def test_warnings_say_what_whoever_reads_should_know() -> None:
    heard = Heard()
    walk = 500 + np.cumsum(np.random.default_rng(4).choice([-9.0, 9.0], 30))
    taken = snapshot([*daily(walk.tolist(), customer=1), *daily([0] * 26 + [5.0] * 4, customer=2), *daily([3.0] * 28, customer=3)])
    result = forecast(taken, heard, by="CUSTOMER", model="NAIVE", mostSeries=1, horizon=40)
    assert result.summary["naiveWinsCount"] == 1
    assert [text.partition(":")[0] for text in heard.warnings] == [
        "Not forecast, because fewer than 8 whole days have passed since the first purchase",
        "Not forecast, because mostSeries is 1", "Naive wins (the only series)",
        "Looked further ahead than there is a past (the only series)"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(CHARTS))
def test_pictures(found: Result, taken: TakenSnapshot, name: str, language: str) -> None:
    figure: Any = CHARTS[name].draw(found, taken, language)
    words = " ".join(text.get_text() for text in figure.findobj(match=lambda one: hasattr(one, "get_text")))
    assert any("一" <= sign <= "鿿" for sign in words) or language == "en"
    if name == "fan":
        assert "客户 1" in words
        assert len([axes for axes in figure.axes if axes.get_visible()]) == 2


def test_there_is_no_picture_of_a_test_that_was_not_made(taken: TakenSnapshot) -> None:
    result = forecast(taken, model="NAIVE", folds=0)
    assert CHARTS["backtest"].draw(result, taken, "en") is None
    assert CHARTS["errors"].draw(result, taken, "en") is None


@pytest.mark.parametrize(("given", "needs", "slot"), [
    ({}, ("transactions",), "totalAmount"), ({"by": "CUSTOMER", "target": "ORDERS"}, ("transactions", "customers"), "customerOrders"),
    ({"by": "PRODUCT"}, ("transactionLines", "products"), "productAmount"),
    ({"by": "SEGMENT", "target": "PRICE"}, ("transactionLines", "segmentMembers"), "segmentPrice")])
def test_what_it_reads_and_answers_for(given: dict[str, Any], needs: tuple[str, ...], slot: str) -> None:
    start = read_input(ForecastRunStartInput, given)
    assert FORECAST.tables(start) == needs
    assert FORECAST.slots(start) == [slot]


def test_more_series_and_more_folds_take_longer() -> None:
    counts = {"transactions": 50_000, "customers": 2_000}

    def seconds(**given: Any) -> float:
        return FORECAST.estimate(counts, read_input(ForecastRunStartInput, {"by": "CUSTOMER", **given})).seconds

    assert seconds(mostSeries=10) < seconds(mostSeries=1_000) < seconds(mostSeries=1_000, folds=9)
    assert seconds(mostSeries=5_000) == seconds(mostSeries=2_000)
    assert seconds(model="NAIVE") < seconds() < seconds(model="ARIMA")
