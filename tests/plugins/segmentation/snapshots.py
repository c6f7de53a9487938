"""Snapshots of made-up customers and what they did, as a worker takes them from a database, and what an analysis finds in them."""

import datetime
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from plugins.segmentation import analyses
from plugins.segmentation.features.catalogue import FEATURES
from plugins.segmentation.limits import Limits
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from schema.features.contract import Feature, FeatureColumn, FeatureKind
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES

NOW = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)
Rows = list[dict[str, Any]]
UNKNOWN = {"birth_year": 0, "education_level": "", "income": -1.0, "income_currency": "", "industry": "", "employee_count": -1,
           "service_level": "", "tag_count": 0}


def days_ago(days: float) -> datetime.datetime:
    return NOW - datetime.timedelta(days=days)


def bought(customer: int, days: float, total: float, kind: str = "PURCHASE", currency: str = "GBP") -> dict[str, Any]:
    return {"customer_id": customer, "kind": kind, "occurred_at": days_ago(days), "currency": currency, "total": total}


def snapshot(customers: int, *, transactions: Rows | None = None, people: dict[int, dict[str, Any]] | None = None,
             features: tuple[Feature, ...] = FEATURES, **more: Rows) -> TakenSnapshot:
    """Customers 1 to n, of whom `people` tells more. `more`: rows of other tables."""
    rows: dict[str, Rows] = {
        "customers": [{"id": id_, "kind": "PERSON" if id_ % 2 else "ORGANIZATION", "created_at": days_ago(id_)}
                      for id_ in range(1, customers + 1)],
        "consents": [],
        "transactions": [{"id": at, **one} for at, one in enumerate(transactions or [], 1)],
        "demographics": [{"customer_id": id_, **UNKNOWN, **(people or {}).get(id_, {})} for id_ in range(1, customers + 1)],
        **more,
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(NOW, tables, tuple(tables), None, lambda ids: {id_: f"客户 {id_}" for id_ in ids},
                         known={one.name: one for one in features})


def of_numbers(**values: Any) -> TakenSnapshot:
    """Customers with these features: test.NAME, numbers (NaN is missing) or words (None is missing)."""
    return snapshot(len(next(iter(values.values()))), features=tuple(made(name, found) for name, found in values.items()))


def made(name: str, found: Any) -> Feature:
    words = any(isinstance(value, str) for value in list(found)[:5])
    values = np.array(found, object) if words else np.array(found, float)
    return Feature(name=f"test.{name}", title=name.capitalize(), title_zh=f"特征{name}", description="Made up.",
                   kind=FeatureKind.CATEGORY if words else FeatureKind.NUMBER, compute=lambda *_: values)


def column(name: str, values: Any) -> FeatureColumn:
    one = made(name, values)
    return FeatureColumn(one.name, one.title, one.title_zh, one.kind, one.compute(None, None))  # type: ignore[misc, arg-type]


@dataclass
class Heard:
    """What an analysis said on the way."""

    stages: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        self.stages.append(stage)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def analysis_of(limits: Limits | None = None) -> Any:
    one, = analyses(limits or Limits())
    return one


def start(**given: Any) -> Any:
    """Parameters as a run keeps them."""
    return read_input(analysis_of().start, {"features": ["test.a", "test.b"], "algorithm": {"kMeans": {"k": 2}}, "seed": 1} | given)


def segmented(taken: TakenSnapshot, heard: Heard | None = None, *, limits: Limits | None = None, **given: Any) -> Result:
    found: Result = analysis_of(limits).compute(taken, start(**given), heard or Heard())
    return found


def numbers(result: Result) -> dict[int, int]:
    """The number of the cluster of each customer."""
    return {row["customer_id"]: row["number"] for row in result.tables["segmentation_members"].to_pylist()}


def clusters(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result.tables["segmentation_clusters"].to_pylist()
    return found
