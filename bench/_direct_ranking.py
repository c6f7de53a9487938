"""What `bench.ranking` is compared with: a script that reads the network with ADBC, ranks it with SciPy and writes the ranks with COPY.

It knows these tables only, leaves out consents, dates, signs and selections, checks nothing and records nothing. Prints the seconds of
its parts as JSON.
"""

import json
import sys
import time
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import numpy as np
import psycopg
from scipy.sparse import coo_array

DAMPING, TOLERANCE = 0.85, 1e-10
READ_CUSTOMERS = "SELECT id FROM customers ORDER BY id"
READ_TIES = "SELECT from_id, to_id, weight FROM relationships ORDER BY id"
COPY = "COPY graph_scores (run_id, metric, customer_id, value, rank, percentile) FROM STDIN (FORMAT BINARY)"


def read(url: str) -> tuple[Any, Any, Any, Any]:
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(READ_CUSTOMERS)
        ids = cursor.fetch_arrow_table()["id"].to_numpy()
        cursor.execute(READ_TIES)
        ties = cursor.fetch_arrow_table()
    source, target = (np.searchsorted(ids, ties[name].to_numpy()) for name in ("from_id", "to_id"))
    return ids, source, target, ties["weight"].to_numpy()


def power_iteration(n: int, source: Any, target: Any, weight: Any) -> Any:
    """The textbook form on a sparse matrix: ranks flow along ties, those of dead ends evenly to all."""
    matrix = coo_array((weight, (source, target)), shape=(n, n)).tocsr()
    out = matrix.sum(axis=1)
    share = np.divide(1.0, out, out=np.zeros(n), where=out != 0)
    flow, dead = matrix.T.tocsr(), out == 0
    x = np.full(n, 1 / n)
    while True:
        following = DAMPING * (flow @ (x * share) + x[dead].sum() / n) + (1 - DAMPING) / n
        if np.abs(following - x).sum() < TOLERANCE:
            return following
        x = following


def write(url: str, run: int, ids: Any, values: Any) -> None:
    order = np.argsort(-values)
    rank = np.empty(len(ids), np.int64)
    rank[order] = np.arange(1, len(ids) + 1)
    percentile = 100 * (len(ids) - rank + 1) / len(ids)
    with psycopg.connect(url) as connection, connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(["int8", "text", "int8", "float8", "int4", "float8"])
        for row in zip(ids.tolist(), values.tolist(), rank.tolist(), percentile.tolist(), strict=True):
            copy.write_row((run, "pageRank", *row))


def main(url: str, run: int) -> None:
    marks = [time.perf_counter()]
    ids, source, target, weight = read(url)
    marks.append(time.perf_counter())
    values = power_iteration(len(ids), source, target, weight)
    marks.append(time.perf_counter())
    write(url, run, ids, values)
    marks.append(time.perf_counter())
    print(json.dumps({name: round(end - begin, 3) for name, begin, end in zip(("read", "rank", "write"), marks, marks[1:], strict=False)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
