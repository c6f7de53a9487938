"""What a feature of customers is: the record that a plugin returns for each, and what an analysis that reads it is given.

Everything here is light enough for the process that answers. No feature tells who somebody is: ids, names and free text are none.
"""

import datetime
import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import Table

from schema.querying.attaching import table_of_row

if TYPE_CHECKING:
    from schema.analyses.contract import Snapshot

NAME = re.compile(r"[a-z][a-z0-9]{0,30}\.[a-z][A-Za-z0-9]{0,62}")


@strawberry.enum(description="What the values of a feature are.")
class FeatureKind(enum.Enum):
    NUMBER = strawberry.enum_value("NUMBER", description="A number for each customer, which may be missing.")
    CATEGORY = strawberry.enum_value("CATEGORY", description="One of a few words for each customer, which may be missing.")
    FAMILY = strawberry.enum_value("FAMILY", description="Several numbers for each customer, such as one for each category of products.")


@dataclass(frozen=True)
class Period:
    """What a feature is about: what happened from `since` on and before `until`, None for an open end. `end`: the moment that days are
    counted back from."""

    since: datetime.datetime | None
    until: datetime.datetime | None
    end: datetime.datetime


@dataclass(frozen=True)
class FromRun:
    """A column of a plugin's table that holds a row for each customer: it is read from the run that is published for `slot` of `analysis`.

    `row` is a class of the plugin's tables with the columns run_id and customer_id; `match` are constants that tell the rows of this
    feature from others of the table, such as {"metric": "pageRank"}.
    """

    row: Any
    analysis: str
    slot: str
    column: str = "value"
    match: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return table_of_row(self.row)


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature of customers: computed from a snapshot, or read from what a run found.

    `compute(snapshot, period)` gives an array with an element for each row of `snapshot.table("customers")`: float64 with NaN for what is
    missing (NUMBER), or text with None for what is missing (CATEGORY); for a FAMILY, such arrays of numbers by what each is about. It
    imports its libraries itself. `needs`: the tables of the snapshot that it reads beside customers. `skewed`: whether a few customers
    have very much of it, so that it is better read on a logarithmic scale.
    """

    name: str  # "behaviour.purchaseCount": what it is about, a dot, what it is
    title: str
    title_zh: str
    description: str
    kind: FeatureKind = FeatureKind.NUMBER
    needs: tuple[str, ...] = ()
    compute: Callable[["Snapshot", Period], Any] | None = None
    from_run: FromRun | None = None
    skewed: bool = False
    requires: tuple[str, ...] = ()  # permissions without which nobody may have it read
    plugin: str = ""  # whose it is: filled in by the host

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"a feature is called SUBJECT.what, such as behaviour.purchaseCount, not “{self.name}”")
        if (self.compute is None) == (self.from_run is None):
            raise ValueError(f"the feature {self.name} is either computed or read from a run")
        if self.from_run and self.kind is FeatureKind.FAMILY:
            raise ValueError(f"the feature {self.name} is read from a run, which holds one value for each customer")


@dataclass(frozen=True)
class FeatureColumn:
    """One column of a feature: `name` is the feature's, for a family with ":" and what the column is about behind it. `values`: an
    element for each customer of the snapshot, as `Feature.compute` says. `run`: the number of the run it was read from."""

    name: str
    title: str
    title_zh: str
    kind: FeatureKind
    values: Any
    skewed: bool = False
    run: int | None = None
