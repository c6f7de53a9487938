"""An evaluation of a large survey, from a database to committed scores, beside a direct script.

    python -m bench.satisfaction [RESPONSES [ROUNDS]]       1000000 and 3 when none are named, to 20 questions each

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Before every round nothing is read and nothing is stored. Bound: 1.3 times the script, which takes the same
snapshot and calls NumPy and SciPy on its arrays; it knows neither two factors together nor ordered answers, and draws nothing.
"""

import sys
import tempfile
from pathlib import Path

from bench._poll import make_poll
from bench._processes import side_by_side, timed, wish
from tests.databases import migrated_postgres, postgres_server

RESPONSES, ROUNDS = 1_000_000, 3
MOST_RATIO = 1.3
TABLES = ("satisfaction_scores", "satisfaction_groups", "satisfaction_members")
WISH = wish("satisfaction", 'surveyId="sv_1"', 'overallId="sq_1"', 'factors=[{"questionId": "sq_19"}, {"questionId": "sq_20"}]')


def main(arguments: list[str]) -> int:
    responses, rounds = [int(one) for one in arguments] + [RESPONSES, ROUNDS][len(arguments):]
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_poll(url, responses)
        found = side_by_side(f"{responses:,} responses to 20 questions", WISH, ["-m", "bench._direct_satisfaction", url], url, TABLES,
                             Path(name), rounds, MOST_RATIO)
        postgres.drop(url)
    return int(found.ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
