"""Features of customers in a snapshot: worked out by the plugin that knows each, or read from what a published run found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from plugins.manager import feature_of, load
from schema.analyses.contract import InvalidParameters, Snapshot
from schema.features.contract import Feature, FeatureColumn, FeatureKind, FromRun, Period
from server.worker.canonical import digest_of
from server.worker.database import Connection

TYPES = {FeatureKind.NUMBER: pa.float64(), FeatureKind.CATEGORY: pa.string()}


@dataclass(frozen=True)
class Scored:
    """What a run found: customers, ascending, and the value of each."""

    run: int
    table: pa.Table

    @property
    def digest(self) -> str:
        return digest_of(self.table)


def features_of(sources: Iterable[Mapping[str, Any]]) -> dict[str, Feature]:
    """The features that a task names, by name. Raises `SetAside`."""
    return {one["name"]: feature_of(load(one["plugin"], one["source"]), one["settings"], one["name"]) for one in sources}


def read_scores(transaction: Connection, features: Iterable[Feature], runs: Mapping[str, int] | None = None) -> dict[str, Scored]:
    """Of the features that are read from runs: what these runs found, or else those that are published now. One that nobody answers
    for is left out."""
    found = {}
    for one in features:
        if one.from_run is None:
            continue
        run = runs.get(one.name) if runs is not None else published(transaction, one.from_run)
        if run is not None:
            found[one.name] = Scored(run, scores(transaction, one, one.from_run, run))
    return found


def published(transaction: Connection, given: FromRun) -> int | None:
    where = f"kind = {quoted(given.analysis)} AND slot = {quoted(given.slot)}"
    rows = transaction.rows(f"SELECT run_id FROM published_runs WHERE {where}")  # noqa: S608  names of a plugin's code, quoted
    return int(rows[0][0]) if rows else None


def scores(transaction: Connection, feature: Feature, given: FromRun, run: int) -> pa.Table:
    conditions = [f"run_id = {run:d}", f"{given.column} IS NOT NULL",
                  *[f"{name} = {value if isinstance(value, int) else quoted(value)}" for name, value in given.match.items()]]
    query = f"SELECT customer_id, {given.column} FROM {given.table.name} WHERE {' AND '.join(conditions)} ORDER BY customer_id"  # noqa: S608
    batches = [[batch.column(0).cast(pa.int64()), batch.column(1).cast(TYPES[feature.kind])] for batch in transaction.batches(query)]
    schema = pa.schema([("customer_id", pa.int64()), ("value", TYPES[feature.kind])])
    return pa.Table.from_batches([pa.record_batch(columns, schema=schema) for columns in batches], schema)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def columns_of(feature: Feature, snapshot: Snapshot, scored: Scored | None, period: Period) -> list[FeatureColumn]:
    """Raises `InvalidParameters` when the run that it would be read from is gone, and TypeError for what no feature may be."""
    size = snapshot.table("customers").num_rows
    if feature.from_run is not None:
        if scored is None:
            raise InvalidParameters(f"No run of {feature.from_run.analysis} is published any more that the feature {feature.name} could be "
                                    "read from.")
        values = aligned(snapshot.table("customers")["id"].to_numpy(), scored, feature.kind)
        return [column(feature, "", checked(feature, values, size), scored.run)]
    assert feature.compute is not None
    found = feature.compute(snapshot, period)
    if feature.kind is FeatureKind.FAMILY:
        return [column(feature, about, checked(feature, values, size)) for about, values in found.items()]
    return [column(feature, "", checked(feature, found, size))]


def column(feature: Feature, about: str, values: Any, run: int | None = None) -> FeatureColumn:
    if not about:
        return FeatureColumn(feature.name, feature.title, feature.title_zh, feature.kind, values, feature.skewed, run)
    return FeatureColumn(f"{feature.name}:{about}", f"{feature.title}: {about}", f"{feature.title_zh}：{about}", FeatureKind.NUMBER, values,
                         feature.skewed)


def aligned(customers: Any, scored: Scored, kind: FeatureKind) -> Any:
    """For each customer the value that the run found; missing for whom it did not know."""
    known, values = scored.table["customer_id"].to_numpy(), scored.table["value"].to_numpy(zero_copy_only=False)
    place = np.searchsorted(known, customers)
    there = np.zeros(len(customers), bool)
    there[place < len(known)] = known[place[place < len(known)]] == customers[place < len(known)]
    found: Any = np.full(len(customers), np.nan) if kind is FeatureKind.NUMBER else np.full(len(customers), None, object)
    found[there] = values[place[there]]
    return found


def checked(feature: Feature, values: Any, size: int) -> Any:
    wanted = np.object_ if feature.kind is FeatureKind.CATEGORY else np.float64
    if not isinstance(values, np.ndarray) or values.shape != (size,) or values.dtype != wanted:
        raise TypeError(f"the feature {feature.name} has to give an array of {size} {np.dtype(wanted)}")
    return values
