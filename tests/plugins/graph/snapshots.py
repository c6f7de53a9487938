"""Snapshots of made-up customers and relationships, as a worker takes them from a database."""

import datetime
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from plugins.graph import analyses
from plugins.graph.limits import Limits
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.networks import karate_club

NOW = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
KINDS = ("friend", "rival")
Tie = dict[str, Any]


def tie(from_: int, to: int, **more: Any) -> Tie:
    row = {"from_id": from_, "to_id": to, "kind_id": 1, "directed": True, "sign": 1, "weight": 1.0, "valid_from": None, "valid_to": None}
    return row | more


def snapshot(customers: int, ties: list[Tie], *, as_of: datetime.datetime = NOW, bought: list[Tie] | None = None,
             traits: list[tuple[int, str, str]] | None = None) -> TakenSnapshot:
    """Customers 1 to n. Kinds: 1 is friend, 2 is rival. `bought`: rows of behaviour; `traits`: customer, trait and value."""
    rows = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": NOW} for id_ in range(1, customers + 1)],
        "relationships": [{"id": id_, **one} for id_, one in enumerate(ties, 1)],
        "relationshipKinds": [{"id": id_, "key": key} for id_, key in enumerate(KINDS, 1)],
        "consents": [],
        "behaviour": bought or [],
        "traits": [{"customer_id": id_, "trait": trait, "value": value} for id_, trait, value in traits or []],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    names = {id_: f"客户 {id_}" for id_ in range(1, customers + 1)}
    needs = ("customers", "relationships", "relationshipKinds", "behaviour", "traits")
    return TakenSnapshot(as_of, tables, needs, None, lambda ids: {id_: names[id_] for id_ in ids})


def club(lonely: int = 0) -> TakenSnapshot:
    """Zachary's karate club, whose ties have no direction, and so many customers whom nothing ties to anybody."""
    friends = karate_club()
    ties = [tie(a + 1, b + 1, directed=False) for a, b in zip(friends.source.tolist(), friends.target.tolist(), strict=True)]
    return snapshot(34 + lonely, ties)


def families(traits: list[tuple[int, str, str]]) -> TakenSnapshot:
    """Customers 1 to 10 are all tied to each other, and so are 11 to 20."""
    return snapshot(20, [tie(a, b) for first in (1, 11) for a in range(first, first + 10) for b in range(a + 1, first + 10)], traits=traits)


@dataclass
class Heard:
    """What an analysis said on the way."""

    stages: list[tuple[str, int, int | None]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        self.stages.append((stage, done, total))

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def analysis_of(limits: Limits) -> Any:
    return next(one for one in analyses(limits) if one.name == "graphMetrics")


ANALYSIS = analysis_of(Limits())


def start(**given: Any) -> Any:
    """Parameters as a run keeps them."""
    return read_input(ANALYSIS.start, {"graph": {}, "metrics": ["PAGE_RANK", "COMMUNITY"], "seed": 1} | given)


def measured(taken: TakenSnapshot, heard: Heard | None = None, *, limits: Limits | None = None, **given: Any) -> Result:
    found: Result = analysis_of(limits or Limits()).compute(taken, start(**given), heard or Heard())
    return found


def ranks(result: Result, metric: str = "pageRank") -> dict[int, float]:
    """The values of a score by customer."""
    return {row["customer_id"]: row["value"] for row in result.tables["graph_scores"].to_pylist() if row["metric"] == metric}


def communities(result: Result) -> list[set[int]]:
    """Members by number of the community."""
    found: list[set[int]] = [set() for _ in range(result.tables["graph_communities"].num_rows)]
    for row in result.tables["graph_members"].to_pylist():
        found[row["community_id"]].add(row["customer_id"])
    return found
