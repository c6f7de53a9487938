"""What a run of clusters leaves: rows of tables, a summary, a model, and what its charts are drawn from."""

import json
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi import Metric, Progress, Result, Snapshot
from plugins.segmentation.clustering.finding import (
    Found,
    cluster_means,
    columns_as_json,
    explained,
    find,
    plane_of,
    sampled_silhouettes,
)
from plugins.segmentation.clustering.hulls import Plane, hull
from plugins.segmentation.clustering.kmeans import places
from plugins.segmentation.clustering.matrix import Matrix, matrix, scale
from plugins.segmentation.clustering.naming import Name, names, standardised_means
from plugins.segmentation.reading import columns_of
from plugins.segmentation.start import SegmentationRunStartInput
from plugins.segmentation.trees.rules import Rule, as_json

DRAWN = 4_000  # customers in a chart
FEW = 0.25  # silhouettes below say that there is hardly a structure (Kaufman and Rousseeuw, 1990)


def cluster(snapshot: Snapshot, start: SegmentationRunStartInput, progress: Progress, most_bytes: float) -> Result:
    progress("reading features")
    seed = start.seed or 0
    table = matrix(columns_of(snapshot, start), start.missing.name)
    scaling = scale(table, start.scaling.name)
    points = scaling.apply(table.values)
    plane = plane_of(table, points, start.hull or None)
    found = find(points, start.algorithm, seed, most_bytes, progress)
    progress("describing")
    told = sampled_silhouettes(points, found.labels, seed)
    silhouette = None if told is None else float(told[1].mean())
    warn(progress, table, found, silhouette)
    named = names(standardised_means(points, found.labels, found.count), table.columns)
    rules = explained(table, found.labels, found.count, seed)
    hulls = [hull(plane.points[found.labels == one]) for one in range(found.count)]
    ids = snapshot.table("customers")["id"].to_numpy()[table.kept]
    tables = {"segmentation_clusters": cluster_rows(table, found, named, rules, hulls), "segmentation_members": member_rows(ids, found)}
    model = None if found.centres is None else {
        "scale": scaling.as_json(), "centres": found.centres.tolist(), "filled": list(table.filled),
        "columns": [column.name for column in table.columns]}
    summary = figures(start, table, found, plane, silhouette) | {"model": model}
    return Result(tables, summary, measures(found, silhouette), drawing(table, found, plane, hulls, told, named, seed, start))


def warn(progress: Progress, table: Matrix, found: Found, silhouette: float | None) -> None:
    if len(table.kept) < table.size:
        progress.warn(f"{table.size - len(table.kept):,} of {table.size:,} customers were left out, for a feature is missing.")
    for column, count, value in zip(table.columns, table.missing, table.filled, strict=True):
        if value is not None:
            progress.warn(f"{column.name} is missing for {count:,} customers; {value:g} stands in.")
    if silhouette is not None and silhouette < FEW:
        progress.warn(f"The mean silhouette is {silhouette:.2f}: clusters hardly stand apart. Groups may still be of use, but are no fact "
                      "of nature.")
    if found.stability is not None and found.stability < 0.6:
        progress.warn(f"Other seeds give other clusters (adjusted Rand index {found.stability:.2f}): do not rely on who is in which.")


def cluster_rows(table: Matrix, found: Found, named: list[Name], rules: list[Rule], hulls: list[Any]) -> pa.Table:
    means, sizes = cluster_means(table, found.labels, found.count), np.bincount(found.labels[found.labels >= 0], minlength=found.count)
    rows = []
    for at, name in enumerate(named):
        own = sorted((rule for rule in rules if rule.chosen == at), key=lambda rule: -rule.right)
        kept = [as_json(rule, table.columns) for rule in own]
        rows.append({
            "id": at, "number": at, "size": int(sizes[at]), "label_en": name.en, "label_zh": name.zh,
            "rule_en": kept[0]["en"] if kept else None, "rule_zh": kept[0]["zh"] if kept else None, "rules": text(kept),
            "centre": text([{"feature": column.name, "value": value} for column, value in zip(table.columns, means[at], strict=True)]),
            "hull": text(hulls[at].tolist())})
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


CLUSTERS = pa.schema([("id", pa.int64()), ("number", pa.int64()), ("size", pa.int64()), *[
    (name, pa.string()) for name in ("label_en", "label_zh", "rule_en", "rule_zh", "rules", "centre", "hull")]])


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def member_rows(ids: Any, found: Found) -> pa.Table:
    inside = found.labels >= 0
    labels = found.labels[inside]
    distance = pa.nulls(len(labels), pa.float64()) if found.distance is None else pa.array(found.distance[inside])
    return pa.table({"customer_id": ids[inside], "cluster_id": labels, "number": labels, "distance": distance})


def figures(start: SegmentationRunStartInput, table: Matrix, found: Found, plane: Plane, silhouette: float | None) -> dict[str, Any]:
    return {
        "algorithm": next(name for name in ("k_means", "dbscan", "hdbscan") if getattr(start.algorithm, name)),
        "clusterCount": found.count, "memberCount": int((found.labels >= 0).sum()), "noiseCount": int((found.labels < 0).sum()),
        "leftOutCount": table.size - len(table.kept), "inertia": found.inertia, "silhouette": silhouette,
        "stability": found.stability, "scaling": start.scaling.name, "missing": start.missing.name,
        "columns": columns_as_json(table.columns, table.missing, table.filled),
        "plane": {"x": (start.hull or ["PC1"])[0], "y": (start.hull or ["PC1", "PC2"])[1], "shares": plane.share and list(plane.share)},
        "kScores": [{"k": one.k, "inertia": one.inertia, "silhouette": one.silhouette, "strength": one.strength} for one in found.scores],
    }


def measures(found: Found, silhouette: float | None) -> list[Metric]:
    """Chance gives a silhouette and an adjusted Rand index of 0."""
    return [Metric(name, value, baseline=0.0) for name, value in (("silhouette", silhouette), ("stability", found.stability))
            if value is not None]


def drawing(table: Matrix, found: Found, plane: Plane, hulls: list[Any], told: Any, named: list[Name], seed: int,
            start: SegmentationRunStartInput) -> dict[str, Any]:
    chosen = places(len(found.labels), DRAWN, seed)
    titles = {column.name: (column.title, column.title_zh) for column in table.columns}
    axes = [titles[name] for name in start.hull] if start.hull else None
    return {"points": plane.points[chosen], "labels": found.labels[chosen], "hulls": hulls, "silhouettes": told, "names": named,
            "axes": axes, "shares": plane.share, "size": len(found.labels), "scores": found.scores, "chosen": found.count}

