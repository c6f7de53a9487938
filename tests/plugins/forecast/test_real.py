"""Series with printed estimates, the M3 competition, and a year of a real shop: GUANXI_TEST_DATA names a folder with the data sets."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from plugins.forecast.methods import arima
from plugins.forecast.methods.forecast import Forecast, Setting
from plugins.forecast.methods.registry import METHODS, forecasts
from plugins.forecast.testing.measures import coverage, mase, scale, smape
from plugins.forecast.working import USUAL, Plan, continued
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.forecast.real import Floats, m3, shop, values
from tests.plugins.forecast.snapshots import forecast, row, rows
from tests.plugins.forecast.test_methods import AIRLINE
from tests.plugins.graph.snapshots import Heard

DATA = Path(os.environ.get("GUANXI_TEST_DATA") or ".")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not os.environ.get("GUANXI_TEST_DATA"),
                                                   reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
MONTHS = Setting(18, 12)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As processes have it that are given series."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def competition() -> dict[str, tuple[Floats, Floats]]:
    return m3(DATA)


@pytest.fixture(scope="module")
def retail() -> TakenSnapshot:
    return shop(DATA)


def test_the_airline_passengers_are_those_of_the_book() -> None:
    assert values(DATA, "AirPassengers").tolist() == AIRLINE.tolist()


def test_deaths_from_lung_diseases_as_the_book_prints_them() -> None:
    """Venables and Ripley, Modern Applied Statistics with S (4th edition, 2002), section 14.3, the model (2,0,0)(0,1,0)12."""
    found = arima.fit(values(DATA, "ldeaths"), arima.Form((2, 0, 0), (0, 1, 0), 12))
    assert found is not None
    assert found.scaled[:2].round(3).tolist() == [0.118, -0.3]
    assert float(f"{found.variance:.5g}") == 118960
    assert (round(found.log_likelihood, 2), round(found.aic, 2)) == (-435.83, 877.66)


def test_models_beside_naive_on_m3(competition: dict[str, tuple[Floats, Floats]]) -> None:
    """Each on what was given, against the 18 months that came."""
    print(f"\n{'':16}MASE   sMAPE")
    found = {}
    for name in (*METHODS, USUAL):
        if name in ("TSB", "CROSTON"):
            continue
        each = [errors(known, came, forecasts(known, (name,), MONTHS)[name]) for known, came in competition.values()]
        found[name] = float(np.mean([one for one, _ in each]))
        print(f"{name:16}{found[name]:.3f}  {np.mean([other for _, other in each]):5.2f}", flush=True)
    assert found[USUAL] <= 0.80
    assert found[USUAL] < min(found["THETA"], found["ETS"])
    assert max(found["THETA"], found["ETS"], found["ARIMA"], found["RANDOM_FOREST"], found["SVR"]) < found["NAIVE"]
    assert found["NAIVE"] == pytest.approx(1.198, abs=0.001)


def errors(known: Floats, came: Floats, found: Any) -> tuple[float, float]:
    assert isinstance(found, Forecast)
    return mase(came, found.mean, scale(known, 12)) or 0.0, smape(came, found.mean)


def test_the_default_and_its_intervals_on_m3(competition: dict[str, tuple[Floats, Floats]]) -> None:
    found = [(known, came, continued(known, Plan("AUTO", MONTHS, 3))) for known, came in competition.values()]
    error = float(np.mean([mase(came, one.mean, scale(known, 12)) for known, came, one in found]))
    held = {level: float(np.mean([coverage(came, one.low[level], one.high[level]) for _, came, one in found])) for level in (80, 95)}
    told = {level: float(np.mean([getattr(one.scores[one.model], f"coverage{level}") for *_, one in found])) for level in (80, 95)}
    print(f"\nMASE {error:.4f}; held {held}; the backtest had said {told}; naive wins "
          f"{sum(bool(one.naive_wins) for *_, one in found)} of 60")
    assert error <= 0.80
    for level, share in held.items():
        assert share == pytest.approx(level / 100, abs=0.05)
        assert told[level] == pytest.approx(level / 100, abs=0.05)


@pytest.mark.parametrize(("grain", "horizon", "periods"), [("DAY", 30, 374), ("WEEK", 13, 52)])
def test_totals_of_a_shop(retail: TakenSnapshot, grain: str, horizon: int, periods: int) -> None:
    heard = Heard()
    result = forecast(retail, heard, grain=grain, horizon=horizon)
    found = row(result)
    print(f"\n{grain}: {found['model']} {found['form']}, naive wins {found['naive_wins']}")
    for one in found["scores"]:
        print(f"  {one['model']:15} MASE {one['mase']:.3f} sMAPE {one['smape']:6.2f} RMSE {one['rmse']:9,.0f} "
              f"80 % {one['coverage80']:.2f} 95 % {one['coverage95']:.2f}")
    print("  " + " | ".join(heard.warnings))
    assert len(found["history"]) == periods
    if grain == "DAY":
        assert sum(found["history"]) == pytest.approx(9_747_747.93, abs=0.01)
        assert sum(value == 0 for value in found["history"][3::7]) > 40  # it is closed on Saturdays
    by_model = {one["model"]: one for one in found["scores"]}
    assert by_model[found["model"]]["mase"] < by_model["NAIVE"]["mase"]


def test_customers_of_a_shop(retail: TakenSnapshot) -> None:
    result = forecast(retail, grain="WEEK", horizon=8, by="CUSTOMER", mostSeries=400)
    found = rows(result)
    assert len(found) == 400
    assert {one["model"] for one in found} >= {USUAL, "TSB"}
    print("\n", [(one["model"], one["chosenCount"], one["mase"]) for one in result.summary["models"]], result.metrics)
    assert result.metrics[0].value is not None
    assert result.metrics[0].value < (result.metrics[0].baseline or 0)
