"""Snapshots of made-up surveys, as a worker takes them from a database."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from plugins.satisfaction.analysis import SATISFACTION
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard

NOW = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
NEEDS = ("surveyResponses", "surveyQuestions", "surveyAnswers", "customers", "customerGroups")


def asked(key: str, low: int = 1, high: int = 5, **more: Any) -> dict[str, Any]:
    """A row of surveyQuestions but for its numbers."""
    row = {"key": key, "kind": "SCALE", "text_en": f"{key}?", "text_zh": f"{key}？", "scale_min": low, "scale_max": high,
           "reverse_scored": False, "scale": "", "labels_en": "", "labels_zh": ""} | more
    return {name: json.dumps(value) if name.startswith("labels") and value else value for name, value in row.items()}


def snapshot(questions: Sequence[Mapping[str, Any]], given: Sequence[Sequence[int | None]], *, customers: Sequence[int] | None = None,
             waves: Sequence[str] | None = None, groups: Mapping[int, str] | None = None, days: Sequence[int] | None = None,
             several: Mapping[int, str] | None = None) -> TakenSnapshot:
    """`given`: answers by response; `customers`: who gave each, left out: 1, 2, ...; `groups`: the region of customers; `several`: a
    second one."""
    whose = list(customers) if customers is not None else list(range(1, len(given) + 1))
    regions = [*(groups or {}).items(), *(several or {}).items()]
    rows: dict[str, list[dict[str, Any]]] = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": NOW} for id_ in sorted({*whose} - {0})],
        "consents": [],
        "customerGroups": [{"customer_id": id_, "attribute": "REGION", "value": region} for id_, region in sorted(regions)],
        "surveyQuestions": [{"id": at, "survey_id": 1, "position": at, **one} for at, one in enumerate(questions, 1)],
        "surveyResponses": [{"id": at, "survey_id": 1, "customer_id": customer, "wave": (waves or [""] * len(given))[at - 1],
                             "submitted_at": NOW + datetime.timedelta(days=(days or range(len(given)))[at - 1])}
                            for at, customer in enumerate(whose, 1)],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    answers = [(at, place, value) for at, row in enumerate(given, 1) for place, value in enumerate(row, 1) if value is not None]
    columns = np.array(answers, np.int64).reshape(-1, 3).T
    tables["surveyAnswers"] = pa.table([pa.array(columns[0]), pa.array(columns[1]), pa.array(columns[2].astype(np.int16))],
                                       schema=TABLES["surveyAnswers"].schema)
    return TakenSnapshot(NOW, tables, NEEDS, None, lambda ids: {id_: f"客户 {id_}" for id_ in ids})


def evaluated(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return SATISFACTION.compute(taken, read_input(SATISFACTION.start, {"surveyId": "sv_1", **given}), heard or Heard())


BY_REGION = {"factors": [{"attribute": "REGION"}]}
