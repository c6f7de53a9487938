"""The features of customers as they were at a moment, and stacked for several moments: nothing that came later is among them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from guanxi import FeatureColumn, InsufficientData, InvalidParameters, Snapshot
from plugins.propensity.events import DAY, Behaviour, Flags, Numbers, at
from plugins.propensity.history import history
from plugins.propensity.start import MOST_FEATURES, PropensityRunStartInput, is_given
from plugins.propensity.windows import Window


@dataclass(frozen=True)
class Examples:
    """A row for each customer whom a window knew, the oldest window first. `columns`: features with a value for each row; `bought`:
    bool[m]; `customer`: int64[m], places; `window`: int64[m], the number of the window."""

    columns: Sequence[FeatureColumn]
    bought: Flags
    customer: Numbers
    window: Numbers

    def chosen(self, rows: Flags | Numbers) -> "Examples":
        columns = [replace(one, values=one.values[rows]) for one in self.columns]
        return Examples(columns, self.bought[rows], self.customer[rows], self.window[rows])


def examples(snapshot: Snapshot, start: PropensityRunStartInput, found: Behaviour, windows: Sequence[Window]) -> Examples:
    """The columns are those of the oldest window: a family may have others later, which nobody could have known of."""
    read = [columns_before(snapshot, start, found, one.opens) for one in windows]
    names = [column.name for column in read[0]]
    parts = [[aligned(name, read[0], columns).values[one.known] for name in names] for columns, one in zip(read, windows, strict=True)]
    columns = [replace(column, values=np.concatenate([part[place] for part in parts])) for place, column in enumerate(read[0])]
    return Examples(columns, np.concatenate([one.bought for one in windows]), np.concatenate([one.known for one in windows]),
                    np.repeat(np.arange(len(windows)), [len(one.known) for one in windows]))


def aligned(name: str, model: Sequence[FeatureColumn], columns: Sequence[FeatureColumn]) -> FeatureColumn:
    """The column of this name; where it is gone, one in which every value is missing."""
    for one in columns:
        if one.name == name:
            return one
    usual = next(one for one in model if one.name == name)
    missing = np.full(len(usual.values), None, object) if usual.values.dtype == object else np.full(len(usual.values), np.nan)
    return replace(usual, values=missing)


def columns_before(snapshot: Snapshot, start: PropensityRunStartInput, found: Behaviour, moment: int) -> list[FeatureColumn]:
    """For each customer of the snapshot. Errors say at which feature they came up."""
    since = moment - start.lookback_days * DAY if is_given(start.lookback_days) and start.lookback_days else None
    columns: list[FeatureColumn] = []
    for place, name in enumerate(start.chosen):
        columns += columns_of(snapshot, name, place, None if since is None else at(since), at(moment))
    if start.has_history:
        columns += history(found, np.iinfo(np.int64).min if since is None else since, moment)
    if len(columns) > MOST_FEATURES:
        raise InvalidParameters(f"These features have {len(columns)} columns together; at most {MOST_FEATURES} are taken.", "features")
    return columns


def columns_of(snapshot: Snapshot, name: str, place: int, since: datetime.datetime | None,
               until: datetime.datetime) -> list[FeatureColumn]:
    try:
        found = list(snapshot.features(name, since, until))
    except InvalidParameters as error:
        raise InvalidParameters(str(error), "features", str(place)) from None
    except InsufficientData as error:
        raise InsufficientData(f"{name}: {error}") from None
    if any(one.run is not None for one in found):
        raise InvalidParameters(f"{name} is read from a run, which knew what came after the moments that this one is to look ahead from: "
                                "what it says may be the outcome itself. Leave it out.", "features", str(place))
    return found
