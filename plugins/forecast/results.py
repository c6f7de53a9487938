"""Series that were continued as rows of a table, and what charts need beside them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from plugins.forecast.reading import Past
from plugins.forecast.spreading import SHOWN
from plugins.forecast.start import ForecastBy, ForecastRunStartInput
from plugins.forecast.working import Continued

SUBJECTS = {ForecastBy.CUSTOMER: "customer_id", ForecastBy.PRODUCT: "product_id", ForecastBy.SEGMENT: "segment_id"}


def table(past: Past, found: Sequence[Continued], start: ForecastRunStartInput) -> Any:
    keys = [past.subjects.keys[one.subject] if past.subjects.keys else None for one in past.series]
    nobody = pa.nulls(len(found), pa.int64())
    about = {column: pa.array(keys, pa.int64()) if by is start.by else nobody for by, column in SUBJECTS.items()}
    return pa.table({
        "id": np.arange(len(found)), "position": np.arange(1, len(found) + 1, dtype=np.int32), **about,
        "category": pa.array(keys if start.by is ForecastBy.CATEGORY else [None] * len(found), pa.string()),
        "target": pa.array([start.target.name] * len(found)), "grain": pa.array([start.grain.name] * len(found)),
        "first_period": pa.array([one.first for one in past.series], pa.int32()),
        "next_period": pa.array([past.last + 1] * len(found), pa.int32()), "history": [as_json(one.values) for one in past.series],
        "model": [one.model for one in found], "form": pa.array([one.form for one in found], pa.string()),
        "naive_wins": pa.array([one.naive_wins for one in found], pa.bool_()),
        "fallback": pa.array([one.fallback for one in found], pa.string()),
        "points": [json.dumps(points(one)) for one in found], "scores": [json.dumps(scores(one)) for one in found]})


def points(one: Continued) -> dict[str, list[float]]:
    return {"value": rounded(one.mean), **{f"{side}{level}": rounded(bounds[level]) for level in (80, 95)
                                           for side, bounds in (("lower", one.low), ("upper", one.high))}}


def scores(one: Continued) -> list[dict[str, Any]]:
    return [{"model": name, "mase": told.mase, "smape": told.smape, "rmse": told.rmse, "coverage80": told.coverage80,
             "coverage95": told.coverage95} for name, told in one.scores.items()]


def rounded(values: Any) -> list[float]:
    """Ten digits: more than any forecast is worth."""
    return [float(f"{value:.10g}") for value in values.tolist()]


def as_json(values: Any) -> str:
    return json.dumps(rounded(values))


def drawing(past: Past, found: Sequence[Continued], start: ForecastRunStartInput) -> Mapping[str, Any]:
    """The first series, whole, and the errors of all."""
    names = past.subjects.names
    return {"series": past.series[:SHOWN], "found": found[:SHOWN], "scores": [one.scores for one in found],
            "models": [one.model for one in found], "grain": start.grain.name, "last": past.last, "currency": past.currency,
            "by": start.by.name, "target": start.target.name, "keys": past.subjects.keys,
            "names": [names[one.subject] if names else None for one in past.series[:SHOWN]]}
