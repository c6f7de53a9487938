"""What `bench.value` is compared with: a script that reads purchases with ADBC, works out values on arrays and writes them with COPY.

It calls the plugin's plain functions, leaves out consents, selections, charts, digests and figures, checks nothing and records nothing.
Prints the seconds of its parts as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import numpy as np
import psycopg

from plugins.value.lifetime.histories import histories
from plugins.value.lifetime.holdout import compare, usual_days
from plugins.value.lifetime.modelling import fit, outlook
from plugins.value.ranks import standing
from plugins.value.rfm.scoring import Bought, bought, scored
from plugins.value.rfm.segments import ORDER
from plugins.value.sales import CENTS, Sales, sales

READ = """SELECT coalesce(customer_id, 0) AS customer_id, kind, occurred_at, total_currency AS currency,
                 total_amount::double precision / 10000.0 AS total FROM transactions ORDER BY id"""
SCORE = ["int8", "text", "int8", "float8", "int4", "float8"]
LIFETIME = ["int8", "int8", "int8", "text", "int4", "float8"]
RFM = ["int8", "int8", "int4", "int4", "int8", "text", "int2", "int2", "int2", "text"]


def read(url: str) -> Sales:
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers ORDER BY id")
        ids = cursor.fetch_arrow_table()["id"].to_numpy()
        cursor.execute(READ)
        return sales(ids, cursor.fetch_arrow_table())


def lifetimes(sold: Sales) -> dict[str, Any]:
    found = histories(sold, sold.as_of)
    model = fit(found, from_first=False)
    compare(sold, usual_days(sold), from_first=False)
    ahead = outlook(model, found, 365, 0.1)
    value = np.rint(ahead.value * CENTS).astype(np.int64)
    return {"ids": sold.ids[found.customer], "churnRisk": 1 - ahead.alive, "expectedPurchases": ahead.purchases, "value": value}


def copy(connection: Any, table: str, types: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as writing:
        writing.set_types(types)
        for row in rows:
            writing.write_row(row)


def write_lifetimes(connection: Any, run: int, sold: Sales, found: dict[str, Any]) -> None:
    ids = found["ids"].tolist()
    for metric in ("churnRisk", "expectedPurchases"):
        ranks, percentiles = standing(found[metric])
        scores = zip(ids, found[metric].tolist(), ranks.tolist(), percentiles.tolist(), strict=True)
        copy(connection, "value_scores (run_id, metric, customer_id, value, rank, percentile)", SCORE,
             ((run, metric, *row) for row in scores))
    ranks, percentiles = standing(found["value"])
    values = zip(ids, found["value"].tolist(), [sold.currency] * len(ids), ranks.tolist(), percentiles.tolist(), strict=True)
    copy(connection, "value_lifetimes (run_id, customer_id, value, currency, rank, percentile)", LIFETIME, ((run, *row) for row in values))


def write_rfm(connection: Any, run: int, sold: Sales, found: Bought) -> None:
    scores = scored(found)
    columns = [sold.ids[found.customer], found.days, found.frequency, found.amount.astype(np.int64)]
    places = [scores.recency, scores.frequency, scores.amount]
    rows = zip(*[column.tolist() for column in columns], [sold.currency] * len(found.customer), *[column.tolist() for column in places],
               [ORDER[place].name for place in scores.segment.tolist()], strict=True)
    copy(connection, "value_rfm (run_id, customer_id, recency_days, frequency, monetary, currency, recency_score, frequency_score, "
         "monetary_score, segment)", RFM, ((run, *row) for row in rows))


# By analysis: what works it out, and what writes it.
PARTS: dict[str, tuple[Callable[[Sales], Any], Callable[[Any, int, Sales, Any], None]]] = {
    "rfm": (lambda sold: bought(sold, None), write_rfm), "lifetimeValue": (lifetimes, write_lifetimes)}


def main(url: str, analysis: str, run: int) -> None:
    work_out, write = PARTS[analysis]
    marks = [time.perf_counter()]
    sold = read(url)
    marks.append(time.perf_counter())
    found = work_out(sold)
    marks.append(time.perf_counter())
    with psycopg.connect(url) as connection:
        write(connection, run, sold, found)
    marks.append(time.perf_counter())
    parts = zip(("read", "work out", "write"), pairwise(marks), strict=True)
    print(json.dumps({name: round(end - begin, 3) for name, (begin, end) in parts}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
