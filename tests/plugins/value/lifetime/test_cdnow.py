"""The models on CDNOW's 2,357 customers of 1997, the data of the articles that brought them, against the values printed there.

The data comes with the package `lifetimes`, which is read here and not imported.
"""

import csv
from importlib.metadata import files
from typing import Any

import numpy as np
import pytest

from plugins.value.lifetime import purchasing, spending
from plugins.value.lifetime.purchasing import Purchasing, alive
from plugins.value.lifetime.spending import Spending, expected_spending


@pytest.fixture(scope="module")
def cdnow() -> dict[str, Any]:
    """Columns by name: x, t_x and T in weeks, and zbar, what a repeated purchase came to in dollars."""
    data = next(file for file in files("lifetimes") or () if file.name == "cdnow_customers_summary_with_transactions.csv")
    rows = list(csv.DictReader(data.read_text("utf-8").splitlines()))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")}


def test_bg_nbd(cdnow: dict[str, Any]) -> None:
    """Fader, Hardie and Lee (2005), table 2."""
    found = purchasing.fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert len(cdnow["x"]) == 2357
    assert found.values.tolist() == [pytest.approx(value, abs=0.0005) for value in (0.243, 4.414, 0.793, 2.426)]
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert found.determined


def test_mbg_nbd_fits_as_well(cdnow: dict[str, Any]) -> None:
    """Batislam, Denizel and Filiztekin (2007) find both alike on this data, MBG/NBD a little better."""
    found = purchasing.fit(cdnow["x"], cdnow["t_x"], cdnow["T"], from_first=True)
    assert -9582.4 < found.log_likelihood < -9582.0


def test_the_likelihood_falls_on_all_sides(cdnow: dict[str, Any]) -> None:
    seen = purchasing.grouped(cdnow["x"], cdnow["t_x"], cdnow["T"])
    best = purchasing.fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    for place in range(4):
        for factor in (0.95, 1.05):
            near = best.values.copy()
            near[place] *= factor
            assert purchasing.log_likelihood(near, seen, from_first=False)[0] < best.log_likelihood


def test_gamma_gamma(cdnow: dict[str, Any]) -> None:
    """Fader and Hardie (2013), p. 5: p = 6.25, q = 3.74, v = 15.44 of the 946 who came back, and a mean of about 35 dollars."""
    back = cdnow["x"] > 0
    found = spending.fit(cdnow["x"][back], cdnow["zbar"][back])
    assert back.sum() == 946
    assert found.values.tolist() == [pytest.approx(6.25, abs=0.005), pytest.approx(3.74, abs=0.006), pytest.approx(15.44, abs=0.012)]
    model = Spending(*found.values.tolist())
    assert model.mean == pytest.approx(35.2, abs=0.1)
    own = expected_spending(model, cdnow["x"], cdnow["zbar"])
    assert own[~back].tolist() == [model.mean] * 1411


def test_who_is_still_there(cdnow: dict[str, Any]) -> None:
    model = Purchasing(*purchasing.fit(cdnow["x"], cdnow["t_x"], cdnow["T"]).values.tolist())
    found = alive(model, cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert (found[cdnow["x"] == 0] == 1).all()
    assert 0 < found[cdnow["x"] > 0].min() < 0.1
