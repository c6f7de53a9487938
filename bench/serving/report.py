"""The table of results, as text and as Markdown."""

from bench.serving.bounds import BUSY
from bench.serving.processes import Cores
from bench.serving.queries import TITLES
from bench.serving.results import Results, Spread

HEAD = ("server", "CPU us", "server+db", "relative", "min-max", "1 conn.", "req/s 1", "rel.", "req/s 32", "relative", "min-max", "p99 ms",
        "rel.")
LEGEND = """CPU us: microseconds of CPU a request at 32 connections, then those of server and database apart; relative: PostGraphile = 1 in
the same round, median, least and most; "1 conn.": the same at one connection. Q4 is compared with PostGraphile's Q2."""


def ratio(spread: Spread | None) -> str:
    return f"{spread.middle:.2f}" if spread else "-"


def between(spread: Spread | None) -> str:
    return f"{spread.least:.2f}-{spread.most:.2f}" if spread else "-"


def row(results: Results, server: str, query: str) -> tuple[str, ...] | None:
    """None when this was not asked of this server."""
    def found(connections: int, name: str) -> float:
        spread = results.spread(server, query, connections, name)
        return spread.middle if spread else 0.0

    if (server, query, BUSY) not in results.windows:
        return None
    windows = results.windows[server, query, BUSY]
    own, base = (Spread.of([getattr(one, part) / one.requests * 1e6 for one in windows]).middle for part in ("server", "database"))
    cpu, rate, latency = (results.relative(server, query, BUSY, name) for name in ("cpu", "rate", "p99"))
    return (server, f"{found(BUSY, 'cpu') * 1e6:,.0f}", f"{own:,.0f}+{base:,.0f}", ratio(cpu), between(cpu),
            ratio(results.relative(server, query, 1, "cpu")), f"{found(1, 'rate'):,.0f}", ratio(results.relative(server, query, 1, "rate")),
            f"{found(BUSY, 'rate'):,.0f}", ratio(rate), between(rate), f"{found(BUSY, 'p99') * 1e3:,.1f}", ratio(latency))


def tables(results: Results, servers: list[str], queries: list[str]) -> dict[str, list[tuple[str, ...]]]:
    """Query -> rows."""
    return {query: [found for server in servers if (found := row(results, server, query))] for query in queries}


def aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])


def in_text(results: Results, servers: list[str], queries: list[str]) -> str:
    lines = []
    for query, rows in tables(results, servers, queries).items():
        widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
        lines += ["", f"{query}: {TITLES[query]}"]
        lines += [aligned(one, widths) for one in (HEAD, *rows)]
    return "\n".join([*lines, "", LEGEND, "", *memory(results)])


def in_markdown(results: Results, servers: list[str], queries: list[str]) -> str:
    lines = []
    for query, rows in tables(results, servers, queries).items():
        lines += [f"**{query}**: {TITLES[query]}", "", "| " + " | ".join(HEAD) + " |", "|---" + "|--:" * (len(HEAD) - 1) + "|"]
        lines += ["| " + " | ".join(one) + " |" for one in rows] + [""]
    return "\n".join([*lines, LEGEND.replace("\n", " "), "", *(f"- {line}" for line in memory(results))])


def memory(results: Results) -> list[str]:
    return [f"{server}: {own / 2**20:,.0f} MiB resident in the server process, {results.trees[server] / 2**20:,.0f} MiB with its children"
            for server, own in results.memory.items()]


def how(rounds: int, seconds: float, cores: Cores, generator: str) -> str:
    return (f"{rounds} rounds of {seconds:g} s a window at 1 and {BUSY} connections by {generator}; servers on core {cores.server}, "
            f"database and load generator on {', '.join(map(str, cores.rest))}.")
