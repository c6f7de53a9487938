"""A plugin as an author writes it: a score of its own for every customer. It imports nothing of ours but `guanxi`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import strawberry
from pydantic import BaseModel, Field
from sqlalchemy.orm import DeclarativeBase, Mapped

from guanxi import (
    Analysis,
    AnalysisRun,
    Customer,
    Estimate,
    Filter,
    InvalidParameters,
    Order,
    PluginRow,
    Problem,
    Progress,
    Result,
    RunStart,
    Snapshot,
    Storage,
    customer_key,
    from_summary,
    hook,
    run_key,
    score,
)

REQUIRES_API = ">=1.0,<2"


class Settings(BaseModel, extra="forbid"):
    most: int = Field(default=1_000_000, gt=0, description="Customers that are looked at.")


class Tables(PluginRow, DeclarativeBase):
    pass


class LuckRow(Tables):
    __tablename__ = "small_luck"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]


@strawberry.input(description="How luck is drawn.")
class LuckRunStart(RunStart):
    seed: int = strawberry.field(default=7, description="Where chance comes from.")

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise InvalidParameters("The seed is 0 or more.")


@strawberry.type(description="A run that drew luck.")
class LuckRun(AnalysisRun):
    mean: float | None = from_summary("mean", "The mean of all luck.")


def compute(snapshot: Snapshot, start: LuckRunStart, progress: Progress) -> Result:
    import numpy as np
    import pyarrow as pa

    customers = snapshot.table("customers")["id"]
    values = np.random.default_rng(start.seed).random(len(customers))
    progress("drawing", len(values), len(values))
    rank = np.empty(len(values), np.int64)
    rank[np.argsort(-values)] = np.arange(1, len(values) + 1)
    percentile = 100 * (len(values) - rank + 1) / len(values)
    luck = pa.table({"customer_id": customers, "value": values, "rank": rank, "percentile": percentile})
    return Result(tables={"small_luck": luck}, summary={"mean": float(values.mean())})


def estimate(counts: Mapping[str, int], start: LuckRunStart) -> Estimate:
    rows = counts["customers"]
    return Estimate(rows=rows, memory=64.0 * rows, seconds=1e-6 * rows)


def slots(start: LuckRunStart) -> Sequence[str]:
    return ["luck"]


LUCK = score(LuckRow, analysis="luck", slot="luck", description="How lucky the customer is.")


@hook
def settings() -> type[BaseModel]:
    return Settings


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses() -> list[Analysis[Any]]:
    return [Analysis(name="luck", title="Luck", title_zh="运气", description="Draws a number for every customer.", version=1,
                     start=LuckRunStart, run=LuckRun, needs=("customers",), compute=compute, slots=slots, estimate=estimate)]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    return {Customer: {"luck": LUCK.field}}


@hook
def filters() -> list[Filter]:
    return [LUCK.filter("luck", "By luck.")]


@hook
def orders() -> list[Order]:
    return [LUCK.order("luck", "By luck.")]


@hook
def check(settings: Settings) -> list[Problem]:
    return [] if settings.most > 1 else [Problem("One customer has no luck to compare: set plugins.settings.small.most higher.")]
