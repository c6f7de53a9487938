"""A plugin for tests: it counts the ties of each customer, and misbehaves on request."""

import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import (
    Analysis,
    AnalysisRun,
    Estimate,
    InsufficientData,
    InvalidParameters,
    Metric,
    PluginRow,
    Progress,
    Result,
    RunStart,
    Snapshot,
    Storage,
    customer_key,
    hook,
    run_key,
)

REQUIRES_API = ">=1.0,<2"


class Tables(PluginRow, DeclarativeBase):
    pass


class CountRow(Tables):
    __tablename__ = "counting_counts"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    group_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


class GroupRow(Tables):
    __tablename__ = "counting_groups"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    label: Mapped[str | None]
    size: Mapped[int]


@strawberry.input(description="How to count.")
class TieCountRunStart(RunStart):
    mode: str = strawberry.field(default="well", description="How to behave.")
    seconds: float = strawberry.field(default=0.0, description="How long to wait.")


@strawberry.type(description="A count of ties.")
class TieCountRun(AnalysisRun):
    pass


def compute(snapshot: Snapshot, start: TieCountRunStart, progress: Progress) -> Any:
    import numpy as np

    print("a plugin may print what it likes")
    progress("counting", 0, 2)
    misbehave(start.mode, start.seconds)
    graph = snapshot.graph()
    values = np.bincount(graph.source, minlength=len(graph.ids)).astype(float)
    progress("counting", 2, 2)
    if start.mode == "nothing":
        return None
    return Result(_tables(graph.ids, values, start.mode), {"ties": int(values.sum())}, [Metric("mean", float(values.mean()), 0.0)])


def _tables(ids: Any, values: Any, mode: str) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    groups = pa.table({"id": [0, 1], "label": ["none", None], "size": [int((values == 0).sum()), int((values > 0).sum())]})
    if mode == "not a number":
        values = values * float("nan")
    if mode == "foreign":
        return {"customers": groups}
    return {"counting_counts": pa.table({"customer_id": ids, "value": values, "group_id": (values > 0).astype(np.int64)}),
            "counting_groups": groups}


def misbehave(mode: str, seconds: float) -> None:
    time.sleep(seconds)
    match mode:
        case "raise":
            raise ZeroDivisionError("the name of a customer")
        case "exit":
            os._exit(3)
        case "crash":
            os.abort()
        case "devour":
            _ = bytearray(2**34)
        case "leave":
            sys.exit()
        case "small":
            raise InsufficientData("There are too few ties.")
        case "invalid":
            raise InvalidParameters("It is not a mode.", "mode")
        case "no_such_library" | "server.worker.nowhere":
            import_module(mode)
        case "tell":
            print("loaded:", *sorted(sys.modules))


def tables(start: TieCountRunStart) -> tuple[str, ...]:
    """A shopkeeper wants to know more."""
    return ("customers", "relationships", "behaviour") if start.mode == "shop" else ("customers", "relationships")


COUNTING: Analysis[TieCountRunStart] = Analysis(
    name="tieCount", title="Ties", title_zh="关系数", description="How many ties each customer has.", version=1, start=TieCountRunStart,
    run=TieCountRun, needs=tables, compute=compute, slots=lambda _: ["ties"],
    estimate=lambda counts, _: Estimate(counts["customers"], 1e6, 1.0), minimum_rows=2, libraries=("numpy",),
)


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent)


@hook
def analyses() -> list[Analysis[TieCountRunStart]]:
    return [COUNTING]
