"""What features of a past period are computed from: nothing that happened later is in it."""

import datetime
from typing import Any

import numpy as np
import pytest

from schema.features.contract import Feature
from server.worker.snapshots.past import MOMENTS, PastSnapshot
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import MOMENT, TABLES
from tests.plugins.segmentation.snapshots import bought, days_ago, snapshot


def shop(*features: Feature) -> TakenSnapshot:
    looks = [{"customer_id": 1, "product_id": 0, "started_at": days_ago(days), "seconds": 1} for days in (9, 3)]
    reviews = [{"customer_id": 1, "product_id": 0, "score": 5, "created_at": days_ago(days)} for days in (8, 2)]
    lines = [{"transaction_id": at, "product_id": 1, "quantity": 1.0, "amount": 1.0, "customer_id": 2, "kind": "PURCHASE",
              "occurred_at": days_ago(days), "currency": "GBP"} for at, days in enumerate((20, 5, 1), 1)]
    sales = [bought(2, days, 1) for days in (20, 5, 1)]
    responses = [{"id": at, "survey_id": 1, "customer_id": 1, "wave": "", "submitted_at": days_ago(days)}
                 for at, days in enumerate((7, 4), 1)]
    answers = [{"response_id": at, "question_id": question, "value": 3} for at in (1, 2) for question in (1, 2, 3)]
    return snapshot(3, transactions=sales, transactionLines=lines, browseEvents=looks, reviews=reviews, surveyResponses=responses,
                    surveyAnswers=answers, features=features)


def test_every_table_whose_rows_have_moments_is_cut_off() -> None:
    past = PastSnapshot(shop(), days_ago(5))
    assert {name: past.table(name).num_rows for name in MOMENTS} == {
        "transactions": 1, "transactionLines": 1, "browseEvents": 1, "reviews": 1, "surveyResponses": 1}
    assert past.table("surveyAnswers")["response_id"].to_pylist() == [1, 1, 1]
    assert past.table("customers").num_rows == 3
    assert past.as_of == days_ago(5)


def test_no_table_of_events_is_forgotten() -> None:
    """Tables with a moment: those of events are cut off, relationships are asked for as of a moment, and customers are who they are."""
    dated = {name for name, table in TABLES.items() if any(column.type == MOMENT for column in table.columns)}
    assert dated - set(MOMENTS) == {"customers", "relationships", "behaviour"}


def test_a_table_without_later_rows_is_the_same_one() -> None:
    taken = shop()
    assert PastSnapshot(taken, days_ago(0)).table("transactions") is taken.table("transactions")


def test_a_feature_that_looks_at_everything_finds_nothing_later() -> None:
    def every(taken: Any, _: Any) -> Any:
        return np.full(taken.table("customers").num_rows, float(taken.table("transactions").num_rows))

    taken = shop(Feature(name="test.all", title="All", title_zh="全部", description="All.", needs=("transactions",), compute=every))
    just_after = days_ago(1) + datetime.timedelta(seconds=1)
    for until, count in ((None, 3), (days_ago(4), 2), (days_ago(30), 0), (days_ago(4), 2), (just_after, 3)):
        assert taken.features("test.all", None, until)[0].values.tolist() == [count] * 3


def test_ties_are_those_that_held() -> None:
    class Asked:
        def graph(self, **given: Any) -> Any:
            return given

    past = PastSnapshot(Asked(), days_ago(5))  # type: ignore[arg-type]
    assert past.graph(signs=["POSITIVE"]) == {"at": days_ago(5), "signs": ["POSITIVE"]}
    assert [past.graph(at=days_ago(days))["at"] for days in (9, 1)] == [days_ago(9), days_ago(5)]


def test_what_needs_a_table_that_is_not_there_is_told_as_before() -> None:
    with pytest.raises(LookupError, match="has no table relationships"):
        PastSnapshot(shop(), days_ago(5)).table("relationships")
