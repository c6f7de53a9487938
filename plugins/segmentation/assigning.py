"""The inquiry `assign`: to which cluster of a model customers belong as they are now, whoever was in its run."""

from collections.abc import Mapping
from typing import Any

from guanxi import Desk, FeatureColumn, FeatureKind, Inquiry, InsufficientData, InvalidParameters, read_input
from plugins.segmentation.reading import columns_of
from plugins.segmentation.start import SegmentationRunStartInput


def assign(desk: Desk, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`given`: `parameters` and `model` of a run, and `customers`, their numbers. For each, in their order, `cluster` (its number) and
    `distance`, null where a feature is missing or the customer is in no snapshot."""
    import numpy as np

    model, snapshot = given["model"], desk.snapshot
    start = read_input(SegmentationRunStartInput, given["parameters"])
    known = snapshot.table("customers")["id"].to_numpy()
    try:
        values = values_of(columns_of(snapshot, start), model)
    except InsufficientData as error:
        raise InvalidParameters(f"Nobody can be put into a cluster now. {error}") from None
    found = np.isfinite(values).all(1)
    number, distance = np.full(len(known), -1), np.full(len(known), np.nan)
    number[found], distance[found] = decided(values[found], model)
    place = {int(id_): at for at, id_ in enumerate(known.tolist())}
    answers = []
    for customer in given["customers"]:
        at = place.get(customer)
        there = at is not None and number[at] >= 0
        answers.append({"cluster": int(number[at]) if there else None,
                        "distance": float(distance[at]) if there and np.isfinite(distance[at]) else None})
    return answers


def values_of(columns: list[FeatureColumn], model: Mapping[str, Any]) -> Any:
    """float64[n, d] in the order of the model's columns, NaN where nothing stands in."""
    import numpy as np

    by_name = {column.name: column for column in columns}
    if missing := [name for name in model["columns"] if name not in by_name]:
        raise InvalidParameters(f"The features have no column {', '.join(missing[:3])} any more, which the model was made with: run it "
                                "again.")
    found = []
    for at, name in enumerate(model["columns"]):
        column = by_name[name]
        filled = model["filled"][at]
        values = coded(column.values, model["words"][at]) if column.kind is FeatureKind.CATEGORY else column.values.copy()
        if filled is not None:
            values[np.isnan(values)] = filled
        found.append(values)
    return np.column_stack(found)


def coded(values: Any, words: list[str]) -> Any:
    """A word that the model has not seen is none of its numbers, and goes where most go."""
    import numpy as np

    from plugins.segmentation.trees.learning import MISSING

    place = {word: at for at, word in enumerate(words)}
    return np.array([float(place.get(MISSING if value is None else value, len(words))) for value in values.tolist()])


def decided(values: Any, model: Mapping[str, Any]) -> Any:
    """The number of the cluster of each row, and the distance to its centre, NaN where there is none."""
    import numpy as np

    if "tree" in model:
        from plugins.segmentation.trees.nodes import leaf_numbers, of_json

        return np.array(model["place"])[leaf_numbers(of_json(model["tree"]), values)], np.full(len(values), np.nan)
    from plugins.segmentation.clustering.kmeans import nearest
    from plugins.segmentation.clustering.matrix import Scale

    return nearest(Scale.of(model["scale"]).apply(values), np.array(model["centres"]))


INQUIRIES = (Inquiry(name="assign", answer=assign, needs=("customers",)),)
