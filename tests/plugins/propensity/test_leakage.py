"""Nothing that came later is among what a model is told, and where there is nothing to learn it learns nothing."""

import datetime
from typing import Any

import numpy as np
import pytest

from guanxi import Feature, FeatureKind, FromRun, InvalidParameters, Period, Snapshot
from plugins.propensity.events import behaviour
from plugins.propensity.learning.folds import parts
from plugins.propensity.models import ScoreRow
from plugins.propensity.reading import examples
from plugins.propensity.windows import windows
from plugins.segmentation.features.catalogue import FEATURES
from server.worker.snapshots.features import Scored
from tests.plugins.propensity.snapshots import NOW, Heard, day, foretold, lively, metric, probabilities, snapshot, start


def greedy(snapshot: Snapshot, _: Period) -> Any:
    """How many purchases there are of a customer in all, whatever the period: what a careless feature does."""
    ids = snapshot.table("customers")["id"].to_numpy()
    whose = snapshot.table("transactions")["customer_id"].to_numpy()
    return np.bincount(np.searchsorted(ids, whose), minlength=len(ids)).astype(np.float64)


GREEDY = Feature(name="test.greedy", title="Greedy", title_zh="贪婪", description="Counts all.", needs=("transactions",), compute=greedy)
NAMES = ["test.greedy", "behaviour.purchaseCount", "behaviour.purchaseTotal", "behaviour.daysSincePurchase", "behaviour.purchaseShares"]


def before(sales: list[dict[str, Any]], moment: datetime.datetime) -> list[dict[str, Any]]:
    return [one for one in sales if one["occurred_at"] < moment]


@pytest.mark.parametrize("target", [{}, {"productId": "p_1"}])
def test_features_of_a_window_are_those_of_a_world_that_ends_where_it_opens(target: dict[str, str]) -> None:
    """The latest window is left out on the other side: there it is the future."""
    sales, features = lively(150), (*FEATURES, GREEDY)
    asked = start(features=NAMES, target=target)
    found = behaviour(whole := snapshot(150, sales, features=features), asked)
    made = windows(found, asked)
    seen = examples(whole, asked, found, made)
    for number, one in enumerate(made):
        opens = datetime.datetime.fromtimestamp(one.opens / 1e6, datetime.UTC)
        past = snapshot(150, before(sales, opens), features=features)
        alone = examples(past, asked, behaviour(past, asked), [one])
        mine = seen.chosen(seen.window == number)
        values = {column.name: column.values for column in alone.columns}
        for column in mine.columns:
            assert column.values == pytest.approx(values.get(column.name, np.full(len(one.known), np.nan)), nan_ok=True), column.name


@pytest.mark.parametrize("asked", [{}, {"target": {"category": "茶"}, "features": ["behaviour.purchaseShares", "test.greedy"]}])
def test_what_comes_after_the_moment_changes_nothing(asked: dict[str, Any]) -> None:
    """The same run on the same past: once as it ends at the moment, once with what came after it."""
    sales, features, moment = lively(150), (*FEATURES, GREEDY), day(150)
    known = {"asOf": moment.isoformat(), **asked}
    ended = foretold(snapshot(150, before(sales, moment), features=features), **known)
    went_on = foretold(snapshot(150, sales, features=features), **known)
    assert probabilities(went_on) == probabilities(ended)
    assert (went_on.summary, went_on.metrics) == (ended.summary, ended.metrics)
    assert went_on.tables["propensity_models"] == ended.tables["propensity_models"]


@pytest.mark.parametrize("model", ["LOGISTIC_REGRESSION", "SVM", "RANDOM_FOREST"])
def test_who_buys_by_chance_cannot_be_foretold(model: str) -> None:
    """The customers' names on the purchases are dealt out anew in each month: nothing that one did tells what one will do."""
    sales, chance = lively(400, seed=2), np.random.default_rng(5)
    for first in range(0, 180, 15):
        dealt = chance.permutation(400) + 1
        for one in sales:
            if day(first) <= one["occurred_at"] < day(first + 15):
                one["customer_id"] = int(dealt[one["customer_id"] - 1])
    result = foretold(snapshot(400, sales), model=model)
    assert metric(result, "AUC") == pytest.approx(0.5, abs=0.08)  # 400 customers: a standard error of 0.03
    assert metric(result, "cross-validated AUC") == pytest.approx(0.5, abs=0.05)
    assert abs(metric(result, "lift of the top fifth") - 1) < 0.35


def test_folds_part_customers() -> None:
    asked = start()
    taken = snapshot(150, lively(150))
    found = behaviour(taken, asked)
    rows = examples(taken, asked, found, windows(found, asked))
    made = parts(rows, 5, 1)
    assert len(made) == 5
    assert np.sort(np.concatenate([tried for _, tried in made])).tolist() == list(range(len(rows.bought)))
    assert all(not set(rows.customer[known]) & set(rows.customer[tried]) for known, tried in made)


def test_scores_of_runs_are_refused_for_they_know_the_future() -> None:
    import pyarrow as pa

    risk = Feature(name="value.churnRisk", title="Risk", title_zh="风险", description="Read from a run.",
                   from_run=FromRun(ScoreRow, "lifetimeValue", "churnRisk"))
    taken = snapshot(100, lively(100), features=(*FEATURES, risk))
    taken._scored = {risk.name: Scored(7, pa.table({"customer_id": [1], "value": [0.5]}))}
    with pytest.raises(InvalidParameters, match=r"value\.churnRisk is read from a run, which knew what came after") as refused:
        foretold(taken, features=["behaviour.purchaseCount", "value.churnRisk"])
    assert refused.value.path == ("features", "1")


def test_the_outcome_in_disguise_is_warned_of() -> None:
    """A column that says who bought in the window to come: made from what a careless system writes over afterwards."""
    sales = lively(200)
    at = {customer: sorted(one["occurred_at"] for one in sales if one["customer_id"] == customer) for customer in range(1, 201)}

    def told(_: Snapshot, period: Period) -> Any:
        end = period.end + datetime.timedelta(days=15)
        return np.array([float(any(period.end <= one < end for one in at[customer])) for customer in range(1, 201)])

    knowing = Feature(name="crm.nextOrder", title="Next order", title_zh="下一单", description="It knows.", compute=told)
    heard = Heard()
    result = foretold(snapshot(200, sales, features=(*FEATURES, knowing)), heard, features=["behaviour.purchaseCount", "crm.nextOrder"])
    said = " ".join(heard.warnings)
    assert "crm.nextOrder alone tells who buys (area under the ROC curve 1.000)" in said
    assert "no likeliest coefficients (separation)" in said
    assert result.summary["penalised"]
    assert all(one["error"] is None and one["pValue"] is None for one in result.summary["coefficients"])


def test_features_that_are_as_they_are_today_are_warned_of() -> None:
    people = {customer: {"service_level": "vip" if customer % 3 else "", "birth_year": 1980} for customer in range(1, 151)}
    heard = Heard()
    foretold(snapshot(150, lively(150), people=people), heard, features=["behaviour.purchaseCount", "customer.serviceLevel"])
    assert any("The same at every moment that was looked at: customer.serviceLevel." in one for one in heard.warnings)
    assert not any("behaviour.purchaseCount" in one for one in heard.warnings)


def test_the_moment_itself_is_the_future() -> None:
    words = Feature(name="test.word", title="Word", title_zh="词", description="A word.", kind=FeatureKind.CATEGORY,
                    compute=lambda taken, _: np.array(["a"] * taken.table("customers").num_rows, object))
    taken = snapshot(3, [{**one, "occurred_at": NOW} for one in lively(3)[:3]], features=(words, GREEDY))
    assert taken.features("test.greedy", None, NOW)[0].values.sum() == 0
    assert taken.features("test.greedy", None, NOW + datetime.timedelta(microseconds=1))[0].values.sum() == 3
