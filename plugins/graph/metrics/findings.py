"""What the measures of one run found so far, and the tables that it comes to."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parts:
    """A division of customers into components of one kind. `ids`: int64[k]; `membership`: int64[k], numbers from 0; `sizes`."""

    kind: str
    ids: Any
    membership: Any
    sizes: Any


@dataclass
class Findings:
    """`tables`: those that one measure fills alone. Scores and components are put together when all are there."""

    summary: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    parts: list[Parts] = field(default_factory=list)

    def score(self, name: str, ids: Any, values: Any) -> None:
        """`ids`: int64[n], ascending; `values`: number[n], finite. The name is kept once, not for every customer."""
        import numpy as np
        import pyarrow as pa

        from plugins.graph.metrics.ranks import standing

        values = values.astype(np.float64, copy=False)
        ranks, percentiles = standing(values)
        metric = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(values), np.int8)), [name])
        self.scores[name] = pa.table({"metric": metric, "customer_id": ids, "value": values, "rank": ranks, "percentile": percentiles})

    def all_tables(self) -> dict[str, Any]:
        import pyarrow as pa

        scores = {"graph_scores": pa.concat_tables([self.scores[name] for name in sorted(self.scores)])} if self.scores else {}
        return {**scores, **self.tables, **(component_tables(self.parts) if self.parts else {})}


def component_tables(parts: list[Parts]) -> dict[str, Any]:
    """Rows are numbered on from one kind to the next."""
    import pyarrow as pa

    first, groups, members = 0, [], []
    for one in parts:
        groups.append(group_table(one, first))
        members.append(member_table(one, first))
        first += len(one.sizes)
    return {"graph_components": pa.concat_tables(groups), "graph_component_members": pa.concat_tables(members)}


def group_table(one: Parts, first: int) -> Any:
    import numpy as np
    import pyarrow as pa

    numbers = np.arange(len(one.sizes))
    return pa.table({"id": first + numbers, "kind": pa.repeat(one.kind, len(numbers)), "number": numbers.astype(np.int32),
                     "size": one.sizes.astype(np.int32)})


def member_table(one: Parts, first: int) -> Any:
    import pyarrow as pa

    return pa.table({"kind": pa.repeat(one.kind, len(one.ids)), "customer_id": one.ids, "component_id": first + one.membership})
