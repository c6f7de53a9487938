"""An evaluation of a large survey, from a database to committed scores, beside a direct script.

    python -m bench.satisfaction [RESPONSES]        1000000 when none is named, to 20 questions each

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Before every round nothing is read and nothing is stored. Bound: 1.3 times the script, which takes the same
snapshot and calls NumPy and SciPy on its arrays; it knows neither two factors together nor ordered answers, and draws nothing.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench._poll import make_poll
from bench._processes import middle, timed, timed_ours
from bench.value import forget
from tests.databases import migrated_postgres, postgres_server

RESPONSES = 1_000_000
ROUNDS = 3
MOST_RATIO = 1.3
TABLES = ("satisfaction_scores", "satisfaction_groups", "satisfaction_members")
PARAMETERS = {"surveyId": '"sv_1"', "overallId": '"sq_1"', "factors": '[{"questionId": "sq_19"}, {"questionId": "sq_20"}]'}


def measure(url: str, folder: Path) -> float:
    """The median ratio to the script."""
    ours, direct = [], []
    command = ["-m", "guanxi", "analyse", "satisfaction", "--database-url", url]
    command += [part for name, value in PARAMETERS.items() for part in ("--param", f"{name}={value}")]
    for number in range(ROUNDS):
        ours.append(timed_ours(command, folder / f"files-{number}", folder))
        run = int(json.loads(ours[-1].output)["id"].removeprefix("j_"))
        forget(url, TABLES)
        direct.append(timed(["-m", "bench._direct_satisfaction", url, str(run), str(folder / f"direct-{number}")], folder))
        forget(url, TABLES)
        print(f"  round {number + 1}: ours {ours[-1].wall:.1f} s, the script {direct[-1].wall:.1f} s", flush=True)
    ratios = sorted(one.wall / other.wall for one, other in zip(ours, direct, strict=True))
    print(f"ours {middle(ours):.1f} s, the script {middle(direct):.1f} s, ratio {ratios[len(ratios) // 2]:.2f} "
          f"({ratios[0]:.2f} to {ratios[-1]:.2f}; bound {MOST_RATIO}); memory of the worker {max(one.gigabytes for one in ours):.2f} GB, "
          f"of the script {max(one.gigabytes for one in direct):.2f} GB")
    print(f"  the script's parts in seconds: {direct[-1].output.strip()}")
    return ratios[len(ratios) // 2]


def main(arguments: list[str]) -> int:
    responses = int(arguments[0]) if arguments else RESPONSES
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_poll(url, responses)
        print(f"{responses:,} responses to 20 questions", flush=True)
        ratio = measure(url, Path(name))
        postgres.drop(url)
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
