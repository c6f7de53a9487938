"""What `bench.segmentation` is compared with: a script that reads customers and purchases with ADBC, works out ten features with NumPy,
calls scikit-learn as analysts do, and writes with COPY.

It knows these tables only, leaves out consents and selections, checks nothing, names, explains and records nothing. Prints the seconds of
its parts as JSON.
"""

import json
import sys
from typing import Any

import adbc_driver_postgresql.dbapi as driver
import numpy as np
import psycopg
from sklearn.cluster import KMeans

from bench._direct_scores import Clock, copy

PEOPLE = """SELECT id, extract(epoch from created_at)::float8 AS since, extract(year from birth_date)::int8 AS born,
income_amount / 10000.0::float8 AS income, employee_count FROM customers ORDER BY id"""
SALES = """SELECT customer_id, kind = 'PURCHASE' AS bought, extract(epoch from occurred_at)::float8 AS at,
(total_amount::float8) / 10000.0 AS total FROM transactions"""
END = 1_704_067_200.0  # 2024-01-01
MEMBERS = "COPY segmentation_members (run_id, customer_id, cluster_id, number, distance) FROM STDIN (FORMAT BINARY)"
K, SAMPLE, RESTARTS = 8, 100_000, 10


def read(url: str) -> tuple[Any, Any]:
    with driver.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        people = cursor.fetch_arrow_table()
        cursor.execute(SALES)
        return people, cursor.fetch_arrow_table()


def features(people: Any, sales: Any) -> tuple[Any, Any]:
    ids = people["id"].to_numpy()
    place = np.searchsorted(ids, sales["customer_id"].to_numpy())
    bought, at, total = (sales[name].to_numpy(zero_copy_only=False) for name in ("bought", "at", "total"))
    n = len(ids)
    count = np.bincount(place[bought], minlength=n)
    paid = np.bincount(place[bought], total[bought], minlength=n)
    last, first = np.zeros(n), np.full(n, END)
    np.maximum.at(last, place[bought], at[bought])
    np.minimum.at(first, place[bought], at[bought])
    columns = [count, np.bincount(place, total, minlength=n), paid / np.maximum(count, 1), (END - last) / 86400, (END - first) / 86400,
               np.bincount(place[~bought], minlength=n), (END - people["since"].to_numpy()) / 86400, 2024 - people["born"].to_numpy(),
               people["income"].to_numpy(), people["employee_count"].to_numpy()]
    kept = count > 0
    return ids[kept], np.column_stack(columns)[kept].astype(float)


def main(url: str, run: int) -> None:
    clock = Clock()
    people, sales = read(url)
    clock.lap("read")
    ids, values = features(people, sales)
    clock.lap("features")
    points = (values - values.mean(0)) / values.std(0)
    sample = points[np.random.default_rng(1).choice(len(points), min(SAMPLE, len(points)), replace=False)]
    model = KMeans(K, n_init=RESTARTS, random_state=1).fit(sample)
    clock.lap("fit")
    labels = model.predict(points).astype(np.int64)
    distance = np.linalg.norm(points - model.cluster_centers_[labels], axis=1)
    clock.lap("predict")
    with psycopg.connect(url) as connection:
        rows = zip(ids.tolist(), ((run << 32) + labels).tolist(), labels.tolist(), distance.tolist(), strict=True)
        copy(connection, MEMBERS, ["int8", "int8", "int8", "int4", "float8"], ((run, *row) for row in rows))
    clock.lap("write")
    print(json.dumps(clock.parts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
