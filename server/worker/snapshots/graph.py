"""Relationships as arrays: which ties hold, between whom, and the graph they make. Whole columns at a time."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DENSE = 8  # ids up to so many times their number are looked up in a table instead of searched for


class Numbering:
    """Customers are numbered 0..n-1 in the order of their ids; anybody else is -1. Numbers are int32."""

    def __init__(self, ids: Any):
        self.ids = ids
        self._table = None
        if len(ids) and ids[0] >= 0 and ids[-1] < DENSE * len(ids) + 1_000_000:
            self._table = np.full(int(ids[-1]) + 1, -1, dtype=np.int32)
            self._table[ids] = np.arange(len(ids), dtype=np.int32)

    def __call__(self, ids: Any) -> Any:
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int32)
        if self._table is None:
            places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            return np.where(self.ids[places] == ids, places, -1).astype(np.int32)
        within = (ids >= 0) & (ids < len(self._table))
        return self._table[ids] if within.all() else np.where(within, self._table[np.where(within, ids, 0)], np.int32(-1))

    def column(self, column: pa.ChunkedArray) -> Any:
        """Chunk by chunk: a column of a mapped file is never copied as a whole."""
        parts = [self(chunk.to_numpy()) for chunk in column.chunks]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)


def holding(table: pa.Table, as_of: datetime.datetime) -> Any:
    """Which ties had begun and had not ended: bool[m], or None for all. The rule is that of `asOf` in the API."""
    moment = pa.scalar(as_of, type=pa.timestamp("us", "UTC"))
    begun = None if _all_missing(table["valid_from"]) else pc.fill_null(pc.less_equal(table["valid_from"], moment), True)
    lasts = None if _all_missing(table["valid_to"]) else pc.fill_null(pc.greater(table["valid_to"], moment), True)
    return both(*(None if mask is None else mask.to_numpy() for mask in (begun, lasts)))


def both(one: Any, other: Any) -> Any:
    """Where both masks hold; None is a mask that holds everywhere."""
    return other if one is None else one if other is None else one & other


def _all_missing(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count == len(column))


@dataclass
class TieGraph:
    """What `schema.analyses.contract.Graph` promises; numbers of customers are int32."""

    ids: Any
    source: Any
    target: Any
    weight: Any
    sign: Any
    directed: bool
    rows: "Rows"

    def relationships(self, edges: Any) -> Any:
        return self.rows.ids_of(np.asarray(edges, dtype=np.int64))

    def matrix(self) -> Any:
        from scipy.sparse import csr_array

        source, target, weight = self.source, self.target, self.weight
        if not self.directed:  # an edge without a direction leads both ways
            source, target = np.concatenate([source, target]), np.concatenate([target, source])
            weight = np.concatenate([weight, weight])
        return csr_array((weight, (source, target)), shape=(len(self.ids), len(self.ids)))

    def igraph(self) -> Any:
        import igraph

        edges = zip(self.source.tolist(), self.target.tolist(), strict=True)  # three times as fast as an array
        return igraph.Graph(n=len(self.ids), edges=edges, directed=self.directed, edge_attrs={"weight": self.weight.tolist()})


@dataclass
class Rows:
    """Which relationships the edges of a graph are. `ids`: of all of the table; `chosen`: bool[m], which of them are edges, None for
    all; `one_way`: bool[edges], in a graph where those that are not stand a second time, None where none does."""

    ids: pa.ChunkedArray
    chosen: Any
    one_way: Any

    def ids_of(self, edges: Any) -> Any:
        if self.one_way is not None and (again := edges >= len(self.one_way)).any():
            edges = edges.copy()
            edges[again] = np.flatnonzero(~self.one_way)[edges[again] - len(self.one_way)]
        places = edges if self.chosen is None else np.flatnonzero(self.chosen)[edges]
        return self.ids.take(pa.array(places)).to_numpy()


def directed_graph(ids: Any, source: Any, target: Any, weight: Any, sign: Any, one_way: Any, rows: Rows) -> TieGraph:
    """A tie without a direction stands as two edges, the second ones behind all the first ones."""
    if not one_way.all():
        back = np.flatnonzero(~one_way)
        source, target = np.concatenate([source, target[back]]), np.concatenate([target, source[back]])
        weight, sign = np.concatenate([weight, weight[back]]), np.concatenate([sign, sign[back]])
    return TieGraph(ids, source, target, weight, sign, directed=True, rows=rows)
