"""What a run of a tree leaves: each leaf is a cluster, with the rule that leads to it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi import FeatureColumn, InvalidParameters, Metric, Progress, Result, Snapshot
from plugins.segmentation.clustering.finding import columns_as_json
from plugins.segmentation.clustering.result import CLUSTERS, text
from plugins.segmentation.reading import columns_of
from plugins.segmentation.start import SegmentationRunStartInput, SplitCriterion
from plugins.segmentation.trees.learning import Classes, Known, attributes, classes_of, held_out_accuracy, learn
from plugins.segmentation.trees.nodes import Attributes
from plugins.segmentation.trees.nodes import as_json as tree_as_json
from plugins.segmentation.trees.rules import Rule, as_json, rules

AT = ("algorithm", "tree", "target")


def tree(snapshot: Snapshot, start: SegmentationRunStartInput, progress: Progress) -> Result:
    progress("reading features")
    wanted = start.algorithm.tree
    assert wanted
    target = target_of(snapshot, start)
    goal = classes_of(target)
    known = with_class(attributes(columns_of(snapshot, start), start.missing.name), goal)
    classes = goal.of[known.kept]
    if len(np.unique(classes)) < 2:
        raise InvalidParameters(f"All {len(classes):,} customers for whom there is a value of every feature are alike in {target.name}: "
                                "there is nothing to explain.", *AT)
    progress("growing")
    how: dict[str, Any] = {
        "method": wanted.method.name, "criterion": (wanted.criterion or SplitCriterion.GINI).value, "depth": wanted.max_depth,
        "seed": start.seed or 0}
    root = learn(known.attributes, classes, len(goal.names), **how)
    found, leaf = rules(root, known.attributes, classes)
    progress("testing")
    tested = held_out_accuracy(known.attributes, classes, len(goal.names), **how)
    warn(progress, known, len(goal.of), found, tested)
    order = sorted((at for at in range(len(found)) if found[at].support), key=lambda at: (-found[at].support, at))
    place = np.full(len(found), -1)
    place[order] = np.arange(len(order))
    ids = snapshot.table("customers")["id"].to_numpy()[known.kept]
    labels = place[leaf]
    members = pa.table({"customer_id": ids, "cluster_id": labels, "number": labels, "distance": pa.nulls(len(ids), pa.float64())})
    ordered = [found[at] for at in order]
    tables = {"segmentation_clusters": leaf_rows(known, goal, ordered, labels), "segmentation_members": members}
    model = {"tree": tree_as_json(root), "place": place.tolist(), "words": [words and list(words) for words in known.attributes.words],
             "filled": list(known.filled), "columns": [column.name for column in known.columns]}
    right = sum(rule.right for rule in ordered) / len(classes)
    summary = {
        "algorithm": "tree", "clusterCount": len(ordered), "memberCount": len(ids), "noiseCount": 0,
        "leftOutCount": len(goal.of) - len(ids), "target": target.name, "accuracy": tested and tested[0], "purity": right,
        "scaling": "NONE", "missing": start.missing.name, "columns": columns_as_json(known.columns, known.missing, known.filled),
        "kScores": [], "model": model}
    metrics = [Metric("accuracy", tested[0], baseline=tested[1])] if tested else []
    return Result(tables, summary, metrics, {"rules": ordered, "classes": goal.names, "columns": known.columns, "size": len(ids)})


def target_of(snapshot: Snapshot, start: SegmentationRunStartInput) -> FeatureColumn:
    assert start.algorithm.tree
    found = snapshot.features(start.algorithm.tree.target, *start.bounds)
    if len(found) != 1:
        raise InvalidParameters(f"{start.algorithm.tree.target} is a family of {len(found)} columns: a tree explains one thing.", *AT)
    return found[0]


def with_class(known: Known, goal: Classes) -> Known:
    """Those for whom the target is known."""
    there = goal.of[known.kept] >= 0
    if there.all():
        return known
    given = Attributes(known.attributes.values[there], known.attributes.words)
    return Known(given, known.kept[there], known.columns, known.missing, known.filled)


def warn(progress: Progress, known: Known, size: int, found: Sequence[Rule], tested: tuple[float, float] | None) -> None:
    if len(known.kept) < size:
        progress.warn(f"{size - len(known.kept):,} of {size:,} customers were left out, for a feature or the target is missing.")
    for column, count, value in zip(known.columns, known.missing, known.filled, strict=True):
        if value is not None:
            progress.warn(f"{column.name} is missing for {count:,} customers; {value:g} stands in.")
    if len(found) == 1:
        progress.warn("The tree is a single leaf: these features do not tell the target.")
    elif tested and tested[0] <= tested[1]:
        progress.warn(f"Of customers it has not seen, the tree is right about {tested[0]:.1%}; always to name the most frequent class is "
                      f"right about {tested[1]:.1%}. Do not rely on its rules.")


def leaf_rows(known: Known, goal: Classes, ordered: Sequence[Rule], labels: Any) -> pa.Table:
    values, rows = known.attributes.values, []
    for at, rule in enumerate(ordered):
        kept, mine = as_json(rule, known.columns), labels == at
        centre = [{"feature": column.name, "value": float(values[mine, place].mean())}
                  for place, (column, words) in enumerate(zip(known.columns, known.attributes.words, strict=True)) if words is None]
        en, zh = goal.names[rule.chosen]
        rows.append({"id": at, "number": at, "size": rule.support, "label_en": f"{en} ({rule.purity:.0%})",
                     "label_zh": f"{zh}（{rule.purity:.0%}）", "rule_en": kept["en"], "rule_zh": kept["zh"], "rules": text([kept]),
                     "centre": text(centre), "hull": "[]"})
    return pa.Table.from_pylist(rows, schema=CLUSTERS)
