"""The full public files. They are not in the repository: GUANXI_TEST_DATA names a folder with online_retail/ and wholesale_customers/."""

import csv
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from tests.plugins.segmentation.snapshots import clusters, numbers, of_numbers, segmented
from tests.server.processes import GUANXI, environment

DATA = os.environ.get("GUANXI_TEST_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
FEATURES = ["behaviour.daysSincePurchase", "behaviour.purchaseCount", "behaviour.purchaseTotal"]
SPENT = ("Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen")


def data(name: str) -> Path:
    return Path(str(DATA)) / name


def test_wholesale_customers_are_parted_as_by_scikit_learn() -> None:
    with data("wholesale_customers/wholesale_customers.csv").open() as file:
        rows = list(csv.DictReader(file))
    spent = {name: np.array([float(row[name]) for row in rows]) for name in SPENT}
    taken = of_numbers(**{name.lower().replace("_", ""): values for name, values in spent.items()},
                       channel=["retail" if row["Channel"] == "2" else "horeca" for row in rows])
    names = [f"test.{name.lower().replace('_', '')}" for name in SPENT]
    points = StandardScaler().fit_transform(np.log1p(np.column_stack(list(spent.values()))))
    for k in (2, 3, 5):
        found = segmented(taken, features=names, scaling="LOG", algorithm={"kMeans": {"k": k}})
        direct = KMeans(k, n_init=500, random_state=9).fit(points)  # of 20 starts, the best clusters in five may be missed
        assert found.summary["inertia"] == pytest.approx(direct.inertia_, rel=2e-3)
        of = numbers(found)
        assert adjusted_rand_score(direct.labels_, [of[id_] for id_ in sorted(of)]) > 0.98
    tree = segmented(taken, features=names, algorithm={"tree": {"target": "test.channel", "maxDepth": 2}})
    assert tree.summary["accuracy"] > 0.85
    assert "Detergentspaper" in clusters(tree)[0]["rule_en"]  # retailers buy detergents and paper


def command(folder: Path, *arguments: str) -> str:
    url = f"sqlite:///{folder}/shop.db"
    done = subprocess.run([GUANXI, *arguments, "--database-url", url], cwd=folder, env=environment(), capture_output=True, text=True,
                          timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def analysed(folder: Path, **given: Any) -> dict[str, Any]:
    wish = [part for name, value in given.items() for part in ("--param", f"{name}={json.dumps(value)}")]
    found: dict[str, Any] = json.loads(command(folder, "analyse", "segmentation", *wish, "--publish"))
    return found


def test_online_retail_is_parted_and_explained(tmp_path: Path) -> None:
    """4,339 of 4,372 customers bought something; the rest only returned, and is left out."""
    command(tmp_path, "migrate")
    command(tmp_path, "import", "--preset", "online-retail", str(data("online_retail/online_retail.csv.gz")))
    window = {"to": "2011-12-10T00:00:00Z"}
    found = analysed(tmp_path, features=FEATURES, window=window, scaling="LOG", algorithm={"kMeans": {"kRange": [2, 8]}}, seed=1)
    assert (found["memberCount"], found["leftOutCount"]) == (4_339, 33)
    assert found["silhouette"] > 0.3
    assert found["stability"] > 0.9
    explaining = {"tree": {"target": "segmentation.cluster", "method": "C45"}}
    tree = analysed(tmp_path, features=FEATURES, window=window, algorithm=explaining, seed=1)
    assert tree["accuracy"] > 0.9
    assert tree["memberCount"] == 4_339
