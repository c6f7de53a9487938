"""Probabilities of customers at a moment by a model that is there: for the customers of a run, and for whoever comes later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from guanxi import Desk, FeatureColumn, FeatureKind, Inquiry, InsufficientData, InvalidParameters, Snapshot, read_input
from plugins.propensity.start import PropensityRunStartInput

TABLES = ("customers", "transactions", "transactionLines", "products", "reviews", "browseEvents")
FORETELL = "foretell"


def scored(snapshot: Snapshot, start: PropensityRunStartInput, found: Any, encoding: Any, learned: Any, moment: int) -> tuple[Any, Any]:
    """int64[k] and float64[k]: places of the customers whom the moment knows, of those that the run is about, and their probabilities."""
    from plugins.propensity.reading import columns_before
    from plugins.propensity.windows import known_before

    place = known_before(found, start.among, moment)
    if not len(place):
        return place, place.astype(float)
    columns = columns_before(snapshot, start, found, moment)
    there = [replace(one, values=one.values[place]) for one in fitting(columns, encoding, len(found.ids))]
    return place, learned.probabilities(encoding.apply(there))


def fitting(columns: Sequence[FeatureColumn], encoding: Any, size: int) -> list[FeatureColumn]:
    """The columns that the model was made with; one of a family that is gone is missing for everybody."""
    import numpy as np

    by_name = {column.name: column for column in columns}
    found = []
    for name in encoding.features:
        term = next(one for one in encoding.terms if one.feature == name)
        found.append(by_name.get(name) or FeatureColumn(name, term.title, term.title_zh, FeatureKind.NUMBER, np.full(size, np.nan)))
    return found


def foretell(desk: Desk, given: Mapping[str, Any]) -> list[float | None]:
    """`given`: `parameters` and `model` of a run, and `customers`, their numbers. For each, in their order, the probability that they buy,
    as everything is now; null for whom the run is not about."""
    from plugins.propensity.encoding import Encoding
    from plugins.propensity.events import behaviour
    from plugins.propensity.learning.models import Learned

    start = read_input(PropensityRunStartInput, given["parameters"])
    try:
        found = behaviour(desk.snapshot, start)
        encoding, learned = Encoding.of(given["model"]["encoding"]), Learned.of(given["model"]["learned"])
        place, p = scored(desk.snapshot, start, found, encoding, learned, found.end)
    except InsufficientData as error:
        raise InvalidParameters(f"Nobody has a probability now. {error}") from None
    by_number = dict(zip(found.ids[place].tolist(), p.tolist(), strict=True))
    return [by_number.get(customer) for customer in given["customers"]]


INQUIRIES = (Inquiry(name=FORETELL, answer=foretell, needs=TABLES),)
