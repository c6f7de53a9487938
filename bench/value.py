"""RFM and lifetime values of a large shop, from a database to committed scores, beside a direct script.

    python -m bench.value [TRANSACTIONS]        1000000 when none is named; customers are a fifth of them

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Bound: 1.5 times the script, which draws no charts and records nothing.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench._processes import middle, timed, timed_ours
from bench._shop import make_shop
from tests.databases import migrated_postgres, postgres_server

SALES = 1_000_000
ROUNDS = 3
MOST_RATIO = 1.5
TABLES = {"rfm": ("value_rfm",), "lifetimeValue": ("value_scores", "value_lifetimes")}


def measure(analysis: str, url: str, folder: Path) -> float:
    """The median ratio to the script. Before every round nothing is read and nothing is stored."""
    ours, direct = [], []
    for number in range(ROUNDS):
        ours.append(timed_ours(["-m", "guanxi", "analyse", analysis, "--database-url", url], folder / f"files-{analysis}-{number}", folder))
        run = int(json.loads(ours[-1].output)["id"].removeprefix("j_"))
        forget(url, TABLES[analysis])
        direct.append(timed(["-m", "bench._direct_value", url, analysis, str(run)], folder))
        forget(url, TABLES[analysis])
    ratios = sorted(one.wall / other.wall for one, other in zip(ours, direct, strict=True))
    print(f"{analysis}: ours {middle(ours):.1f} s, the script {middle(direct):.1f} s, ratio {ratios[len(ratios) // 2]:.2f} "
          f"({ratios[0]:.2f} to {ratios[-1]:.2f}; bound {MOST_RATIO}); memory of the worker {max(one.gigabytes for one in ours):.2f} GB, "
          f"of the script {max(one.gigabytes for one in direct):.2f} GB")
    print(f"  the script's parts in seconds: {direct[-1].output.strip()}")
    return ratios[len(ratios) // 2]


def forget(url: str, tables: tuple[str, ...]) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(tables)}")
        connection.execute("CHECKPOINT")


def main(arguments: list[str]) -> int:
    sales = int(arguments[0]) if arguments else SALES
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_shop(url, sales // 5, sales)
        print(f"{sales:,} transactions of {sales // 5:,} customers")
        ratios = [measure(analysis, url, Path(name)) for analysis in TABLES]
        postgres.drop(url)
    return int(max(ratios) > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
