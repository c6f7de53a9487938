"""What `bench.satisfaction` is compared with: the snapshot, then NumPy and SciPy on its arrays, question by question and group by group,
as a script would; scores and members of groups are written with COPY. Prints the seconds of its parts as JSON.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from scipy import stats

from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.taking import take_current
from server.worker.task import Data

NEEDS = ("surveyResponses", "surveyQuestions", "surveyAnswers", "customers")
SCORE, MEMBER = ["int8", "int8", "float8", "int4", "float8"], ["int8", "int8", "int2", "int8", "float8"]
SCALES = (range(1, 10), range(10, 18), range(18))
FACTORS = (18, 19)


def matrix(taken: TakenSnapshot) -> tuple[Any, Any]:
    """Customers, and float64[n, 20] with NaN for what was left out; reverse-scored questions turned round."""
    responses, answers = taken.table("surveyResponses"), taken.table("surveyAnswers")
    values = np.full((responses.num_rows, 20), np.nan)
    rows = np.searchsorted(responses["id"].to_numpy(), answers["response_id"].to_numpy())
    values[rows, answers["question_id"].to_numpy() - 1] = answers["value"].to_numpy()
    for at, turned in enumerate(taken.table("surveyQuestions")["reverse_scored"].to_pylist()):
        if turned:
            values[:, at] = 6 - values[:, at]
    return responses["customer_id"].to_numpy(), values


def questions(values: Any) -> None:
    for at in range(18):
        given = values[~np.isnan(values[:, at]), at]
        np.bincount(given.astype(np.int64))
        stats.t.interval(0.95, len(given) - 1, given.mean(), given.std(ddof=1) / np.sqrt(len(given)))
        np.percentile(given, [25, 50, 75])


def alpha(values: Any) -> None:
    for places in SCALES:
        chosen = values[:, list(places)]
        covariance = np.cov(chosen[~np.isnan(chosen).any(axis=1)].T)
        for left_out in (None, *range(len(covariance))):
            kept = [at for at in range(len(covariance)) if at != left_out]
            part = covariance[np.ix_(kept, kept)]
            len(kept) / (len(kept) - 1) * (1 - np.trace(part) / part.sum())


def groups(values: Any) -> None:
    for at in FACTORS:
        there = ~np.isnan(values[:, 0]) & ~np.isnan(values[:, at])
        outcome, group = values[there, 0], values[there, at].astype(np.int64)
        parts = [outcome[group == step] for step in np.unique(group)]
        stats.f_oneway(*parts)
        stats.alexandergovern(*parts)
        stats.kruskal(*parts)
        stats.levene(*parts)
        stats.normaltest(outcome - np.array([part.mean() for part in parts])[group - group.min()])
        stats.tukey_hsd(*parts)
        stats.tukey_hsd(*parts, equal_var=False)


def drivers(values: Any) -> None:
    chosen = values[:, :18]
    chosen = chosen[~np.isnan(chosen).any(axis=1)]
    np.linalg.lstsq(np.column_stack([np.ones(len(chosen)), chosen[:, 1:]]), chosen[:, 0], rcond=None)


def copy(connection: Any, table: str, types: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as writing:
        writing.set_types(types)
        for row in rows:
            writing.write_row(row)


def write(url: str, run: int, customers: Any, values: Any) -> None:
    low, high = np.array([0.0] + [1.0] * 17), np.array([10.0] + [5.0] * 17)
    score = np.nanmean((values[:, :18] - low) / (high - low) * 100, axis=1)
    order = stats.rankdata(score, method="max")
    with psycopg.connect(url) as connection:
        ranks = (len(score) - order + 1).astype(np.int64).tolist()
        scores = zip(customers.tolist(), score.tolist(), ranks, (100 * order / len(score)).tolist(), strict=True)
        copy(connection, "satisfaction_scores (run_id, customer_id, value, rank, percentile)", SCORE, ((run, *row) for row in scores))
        for number, at in enumerate(FACTORS):
            there = ~np.isnan(values[:, 0]) & ~np.isnan(values[:, at])
            members = zip(customers[there].tolist(), values[there, at].astype(np.int64).tolist(), values[there, 0].tolist(), strict=True)
            copy(connection, "satisfaction_members (run_id, customer_id, factor, group_id, value)", MEMBER,
                 ((run, customer, number, group, value) for customer, group, value in members))


def main(url: str, run: int) -> None:
    marks = [time.perf_counter()]
    with tempfile.TemporaryDirectory() as folder:
        taken, _, _ = take_current(Data(database=url, files=Path(folder), where=None, as_of=None), NEEDS, TakenSnapshot)
        customers, values = matrix(taken)
    marks.append(time.perf_counter())
    for part in (questions, alpha, groups, drivers):
        part(values)
        marks.append(time.perf_counter())
    write(url, run, customers, values)
    marks.append(time.perf_counter())
    names = ("read", "questions", "alpha", "groups", "drivers", "write")
    print(json.dumps({name: round(end - begin, 3) for name, (begin, end) in zip(names, pairwise(marks), strict=True)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
