"""`python -m bench.serving`: makes the data, starts the servers, compares their answers, warms them, loads them in turn, and prints a
table.

Total CPU a request is that of the server's process and all its children, and of all processes of PostgreSQL while only this server is
asked. Each server has a core for itself; database and load generator share the others. Exit code 1 when a number is over its bound.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.serving import bounds, database, servers
from bench.serving.asking import write_bodies
from bench.serving.bounds import BUSY
from bench.serving.comparing import compare
from bench.serving.data import Size
from bench.serving.load import generator, loaded, run
from bench.serving.node import install_peers
from bench.serving.processes import Cores, resident, resident_tree
from bench.serving.profiling import profile
from bench.serving.queries import BASE_OF, TITLES, asked_of
from bench.serving.report import how, in_markdown, in_text
from bench.serving.results import Results
from bench.serving.servers import BASE, NAMES, OURS, OURS_SQLITE, Place, Server

Bodies = dict[str, dict[str, Path]]  # query -> server -> file
CONNECTIONS = (1, BUSY)
SIZE = Size()
AGAIN = 1.0  # seconds of load that nobody counts, before each window
STEP, LEAST, FASTER = 2.0, 6, 0.97  # of warming: seconds of a window, windows; a share of the CPU time of the fastest window


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often everything is measured [7]")
    parser.add_argument("--seconds", type=float, default=4, help="length of a window, whole seconds [4]")
    parser.add_argument("--warm", type=int, default=20, help="windows of 2 s, at most, to warm each server on each query [20]")
    parser.add_argument("--only", type=listed(TITLES), default=list(TITLES), metavar="Q1,Q2", help="these queries")
    parser.add_argument("--servers", type=listed(NAMES), default=list(NAMES), metavar="A,B", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="one round with windows of 2 s, for a first impression")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the databases here, or use those that are here")
    parser.add_argument("--output", type=Path, default=Path("build/bench-serving.json"), help="all figures [build/bench-serving.json]")
    parser.add_argument("--profile", choices=list(TITLES), metavar="QUERY", help="instead: where our CPU time goes for this query")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.warm = 1, 2, 6
    return chosen


def listed(known: Collection[str]) -> Callable[[str], list[str]]:
    """For argparse: names with commas between them, each of which is known."""
    def names(text: str) -> list[str]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
        return wanted

    return names


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """Absolute. A temporary one goes with all that is in it."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as name:
        yield Path(name).resolve()


def prepared(started: Mapping[str, Server], queries: list[str], place: Place) -> Bodies:
    """Writes what will be sent, and compares the answers of all who are asked the same."""
    found: Bodies = {}
    for query in with_bases(queries):
        found[query] = {name: write_bodies(place.folder, server, query, SIZE.customers) for name, server in started.items()
                        if asked_of(name, query) and (query in queries or name == BASE)}
        if found[query]:
            rows = compare(query, started, found[query])
            print(f"{query}: {rows:,} rows compared, the same with {', '.join(found[query])}", flush=True)
    return found


def with_bases(queries: list[str]) -> list[str]:
    """And those of PostGraphile that they are compared with."""
    return sorted({*queries, *(BASE_OF[query] for query in queries if query in BASE_OF)})


def measure(started: Mapping[str, Server], bodies: Bodies, place: Place, rounds: int, seconds: float, warm: int) -> Results:
    """In each round every query, and for each query every server in turn."""
    results = Results()
    cores, postmaster = place.cores, place.databases.postmaster
    turns = [(query, started[name], path) for query, paths in bodies.items() for name, path in paths.items()]
    for _, server, path in turns:
        heat(server, path, place, warm)
    for number in range(1, rounds + 1):
        for query, server, path in turns:
            run(server, path, BUSY, AGAIN, cores)
            for connections in CONNECTIONS:
                results.add(server.name, query, loaded(server, path, connections, seconds, cores, postmaster))
        place.databases.tidy()
        print(f"round {number} of {rounds}", flush=True)
    for name, server in started.items():
        results.memory[name], results.trees[name] = resident(server.pid), resident_tree(server.pid)
    return results


def heat(server: Server, path: Path, place: Place, most: int) -> None:
    """Until it has got no faster three times in a row, or for as many windows: engines that compile what is hot do so in several steps."""
    best, missed = math.inf, 0
    for number in range(1, most + 1):
        took = loaded(server, path, BUSY, STEP, place.cores, place.databases.postmaster).cpu
        missed = missed + 1 if took > best * FASTER else 0
        best = min(best, took)
        if missed >= 3 and number >= LEAST:
            return


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    with folder_of(chosen.keep) as folder, database.running(folder, SIZE, servers.migrated(folder)) as databases:
        place = Place(folder, databases, Cores.found())
        place.cores.pin_database(databases.postmaster)
        if chosen.profile:
            print(profile(chosen.profile, place, SIZE.customers))
            return 0
        if not {OURS, OURS_SQLITE, "strawberry"}.issuperset(chosen.servers) or generator() == "autocannon":
            install_peers()
        with servers.running(chosen.servers, place) as started:
            results = measure(started, prepared(started, chosen.only, place), place, chosen.rounds, chosen.seconds, chosen.warm)
        told = how(chosen.rounds, chosen.seconds, place.cores, generator())
    return report(results, chosen.servers, chosen.only, told, chosen.output)


def report(results: Results, names: list[str], queries: list[str], told: str, output: Path) -> int:
    judged = list(bounds.verdicts(results))
    print(in_text(results, names, queries), "", told, "", *judged, sep="\n")
    output.parent.mkdir(parents=True, exist_ok=True)
    kept = {"how": told, "bounds": [str(one) for one in judged], **results.kept()}
    output.write_text(json.dumps(kept, indent=1), "utf-8")
    output.with_suffix(".md").write_text(f"{in_markdown(results, names, queries)}\n\n{told}\n", "utf-8")
    print(f"\nAll figures: {output}; the table in Markdown: {output.with_suffix('.md')}")
    return int(not all(one.kept for one in judged))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
