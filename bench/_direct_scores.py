"""What `bench.network_scores` is compared with: a script that reads the network with ADBC, calls SciPy and igraph, and writes with COPY.

It knows these tables only, leaves out consents, dates, signs and selections, checks nothing and records nothing. Prints the seconds of
its parts as JSON.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import igraph
import numpy as np
import psycopg
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bench._direct_ranking import power_iteration, read

SCORES = "COPY graph_scores (run_id, metric, customer_id, value, rank, percentile) FROM STDIN (FORMAT BINARY)"
COMPONENTS = "COPY graph_components (run_id, id, kind, number, size) FROM STDIN (FORMAT BINARY)"
PARTS = "COPY graph_component_members (run_id, kind, customer_id, component_id) FROM STDIN (FORMAT BINARY)"
COMMUNITIES = "COPY graph_communities (run_id, id, number, size) FROM STDIN (FORMAT BINARY)"
MEMBERS = "COPY graph_members (run_id, customer_id, community_id) FROM STDIN (FORMAT BINARY)"
TOLERANCE = 1e-10


class Clock:
    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._mark = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.parts[name] = round(now - self._mark, 2)
        self._mark = now


def hits(matrix: Any) -> tuple[Any, Any]:
    """The textbook's power iteration."""
    back = matrix.T.tocsr()
    hubs = np.full(matrix.shape[0], 1 / matrix.shape[0])
    while True:
        authorities = back @ hubs
        new = matrix @ authorities
        new /= new.sum()
        if np.abs(new - hubs).sum() < TOLERANCE:
            return new, authorities / authorities.sum()
        hubs = new


def degrees(n: int, source: Any, target: Any) -> dict[str, Any]:
    inward, outward = np.bincount(target, minlength=n), np.bincount(source, minlength=n)
    return {"totalDegree": inward + outward, "inDegree": inward, "outDegree": outward}


def undirected(n: int, source: Any, target: Any, weight: Any) -> Any:
    """One edge for each pair, its weights added up."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    matrix = coo_array((weight, (low, high)), shape=(n, n)).tocsr().tocoo()
    graph = igraph.Graph(n=n, edges=zip(matrix.row.tolist(), matrix.col.tolist(), strict=True))
    graph.es["weight"] = matrix.data.tolist()
    return graph


def ranked(values: Any) -> tuple[Any, Any]:
    order = np.argsort(-values)
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(1, len(values) + 1)
    return rank, 100 * (len(values) - rank + 1) / len(values)


def copy(connection: Any, statement: str, types: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        into.set_types(types)
        for row in rows:
            into.write_row(row)


def write_scores(connection: Any, run: int, ids: Any, scores: dict[str, Any]) -> None:
    for name, values in scores.items():
        rank, percentile = ranked(values)
        rows = zip(ids.tolist(), values.astype(float).tolist(), rank.tolist(), percentile.tolist(), strict=True)
        copy(connection, SCORES, ["int8", "text", "int8", "float8", "int4", "float8"], ((run, name, *row) for row in rows))


def write_groups(connection: Any, run: int, ids: Any, parts: dict[str, Any], communities: Any) -> None:
    first = run << 32
    for kind, labels in parts.items():
        sizes = np.bincount(labels).tolist()
        copy(connection, COMPONENTS, ["int8", "int8", "text", "int4", "int4"],
             ((run, first + number, kind, number, size) for number, size in enumerate(sizes)))
        rows = zip(ids.tolist(), (first + labels).tolist(), strict=True)
        copy(connection, PARTS, ["int8", "text", "int8", "int8"], ((run, kind, *row) for row in rows))
        first += len(sizes)
    copy(connection, COMMUNITIES, ["int8", "int8", "int4", "int4"],
         ((run, (run << 32) + number, number, size) for number, size in enumerate(np.bincount(communities).tolist())))
    copy(connection, MEMBERS, ["int8", "int8", "int8"],
         ((run, *row) for row in zip(ids.tolist(), ((run << 32) + communities).tolist(), strict=True)))


def main(url: str, run: int) -> None:
    clock = Clock()
    ids, source, target, weight = read(url)
    n = len(ids)
    clock.lap("read")
    scores = {"pageRank": power_iteration(n, source, target, weight)}
    matrix = coo_array((weight, (source, target)), shape=(n, n)).tocsr()
    scores["hub"], scores["authority"] = hits(matrix)
    scores |= degrees(n, source, target)
    parts = {kind: connected_components(matrix, directed=True, connection=kind)[1].astype(np.int64) for kind in ("weak", "strong")}
    del matrix
    clock.lap("scipy")
    graph = undirected(n, source, target, weight)
    clock.lap("build")
    scores["coreNumber"] = np.asarray(graph.coreness())
    clock.lap("core")
    igraph.set_random_number_generator(random.Random(1))  # chance that can be repeated is what is wanted
    found = graph.community_leiden(objective_function="modularity", weights="weight", n_iterations=10)
    clock.lap("leiden")
    with psycopg.connect(url) as connection:
        write_scores(connection, run, ids, scores)
        write_groups(connection, run, ids, parts, np.asarray(found.membership, np.int64))
    clock.lap("write")
    print(json.dumps(clock.parts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
