"""What was promised: numbers relative to PostGraphile in the same round, and what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.serving.results import Results
from bench.serving.servers import BASE, OURS, OURS_SQLITE

BUSY = 32  # connections
AHEAD_OF = "mercurius"
LARGEST_MEMORY = 1.0  # of PostGraphile's


@dataclass(frozen=True)
class Bound:
    """`figure` is an attribute of a window at 32 connections; `other` has the figure 1."""

    query: str
    figure: str
    bound: float
    server: str = OURS
    other: str = BASE

    @property
    def at_least(self) -> bool:
        return self.figure == "rate"

    def __str__(self) -> str:
        names = {"cpu": "CPU a request", "rate": "requests a second", "p99": "p99"}
        return f"{self.query} {self.server}: {names[self.figure]}, {self.other} = 1"


BOUNDS = (
    *(Bound(query, "cpu", most) for query, most in (("Q1", 0.42), ("Q2", 0.60), ("Q3", 0.40), ("Q4", 1.0))),
    *(Bound(query, "cpu", most, server=OURS_SQLITE) for query, most in (("Q1", 0.35), ("Q2", 0.75), ("Q3", 0.35))),
    *(Bound(query, "cpu", 1.0, other=AHEAD_OF) for query in ("Q1", "Q2", "Q3")),
    *(Bound(query, "rate", least) for query, least in (("Q1", 2.0), ("Q2", 1.5), ("Q3", 2.0))),
    *(Bound(query, "p99", 1.0) for query in ("Q1", "Q2", "Q3", "Q4")),
)


@dataclass(frozen=True)
class Verdict:
    what: str
    found: float
    bound: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.found >= self.bound if self.at_least else self.found <= self.bound

    def __str__(self) -> str:
        way = "at least" if self.at_least else "at most"
        return f"{'kept' if self.kept else 'MISSED':<7}{self.what:<58}{self.found:6.2f}   {way} {self.bound:g}"


def verdicts(results: Results) -> Iterator[Verdict]:
    """Of what was measured, by the median over rounds."""
    for one in BOUNDS:
        if found := results.against(one.server, one.other, one.query, BUSY, one.figure):
            yield Verdict(str(one), found.middle, one.bound, one.at_least)
    for server in (OURS, OURS_SQLITE):
        if server in results.memory and BASE in results.memory:
            yield Verdict(f"{server}: resident memory of the server process", results.memory[server] / results.memory[BASE], LARGEST_MEMORY)
