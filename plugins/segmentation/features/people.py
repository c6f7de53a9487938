"""Features of what is known of customers, whatever they did: nothing that tells who somebody is."""

from typing import Any

import numpy as np

from guanxi import Period, Snapshot
from plugins.segmentation.features.events import DAY, Floats, instants, microseconds


def kind(snapshot: Snapshot, _: Period) -> Any:
    return words(snapshot.table("customers")["kind"])


def days_known(snapshot: Snapshot, period: Period) -> Floats:
    """Who came after the end of the period is not known then."""
    since = (microseconds(period.end) - instants(snapshot.table("customers")["created_at"])) / DAY
    return np.where(since >= 0, since, np.nan)


def age(snapshot: Snapshot, period: Period) -> Floats:
    born = demographics(snapshot, "birth_year").to_numpy()
    return np.where(born > 0, period.end.year - born, np.nan)


def income(snapshot: Snapshot, _: Period) -> Floats:
    """In the currency that most incomes are stated in; missing for others."""
    amount, currency = demographics(snapshot, "income").to_numpy(), demographics(snapshot, "income_currency").to_pylist()
    stated = [code for code, known in zip(currency, (amount >= 0).tolist(), strict=True) if known and code]
    main = max(sorted(set(stated)), key=stated.count, default="")
    return np.where((amount >= 0) & (np.array(currency, object) == main), amount, np.nan)


def employees(snapshot: Snapshot, _: Period) -> Floats:
    count = demographics(snapshot, "employee_count").to_numpy()
    return np.where(count >= 0, count, np.nan)


def tags(snapshot: Snapshot, _: Period) -> Floats:
    found: Floats = demographics(snapshot, "tag_count").to_numpy().astype(np.float64)
    return found


def education(snapshot: Snapshot, _: Period) -> Any:
    return words(demographics(snapshot, "education_level"))


def industry(snapshot: Snapshot, _: Period) -> Any:
    return words(demographics(snapshot, "industry"))


def service_level(snapshot: Snapshot, _: Period) -> Any:
    return words(demographics(snapshot, "service_level"))


def demographics(snapshot: Snapshot, column: str) -> Any:
    """The table has a row for each customer, in the order of their ids."""
    return snapshot.table("demographics")[column]


def words(column: Any) -> Any:
    """object[n]: None for an empty text."""
    return np.array([value or None for value in column.to_pylist()], object)
