"""What was measured, by server, query, connections and round; and ratios of it between two servers in the same round."""

import statistics
from dataclasses import dataclass, field
from typing import Any

from bench.serving.load import Window
from bench.serving.queries import BASE_OF
from bench.serving.servers import BASE

Key = tuple[str, str, int]  # server, query, connections


@dataclass(frozen=True)
class Spread:
    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@dataclass
class Results:
    windows: dict[Key, list[Window]] = field(default_factory=dict)  # one a round
    memory: dict[str, int] = field(default_factory=dict)  # bytes of the server process, after the load
    trees: dict[str, int] = field(default_factory=dict)  # and with its children

    def add(self, server: str, query: str, window: Window) -> None:
        self.windows.setdefault((server, query, window.connections), []).append(window)

    def spread(self, server: str, query: str, connections: int, name: str) -> Spread | None:
        windows = self.windows.get((server, query, connections))
        return Spread.of([float(getattr(window, name)) for window in windows]) if windows else None

    def relative(self, server: str, query: str, connections: int, name: str) -> Spread | None:
        """PostGraphile = 1, round by round. None when one of the two was not measured."""
        return self.against(server, BASE, query, connections, name)

    def against(self, server: str, other: str, query: str, connections: int, name: str) -> Spread | None:
        own = self.windows.get((server, query, connections))
        theirs = self.windows.get((other, BASE_OF.get(query, query), connections))
        if not own or not theirs:
            return None
        return Spread.of([getattr(one, name) / getattr(two, name) for one, two in zip(own, theirs, strict=True)])

    def kept(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {"memory": self.memory, "memory_with_children": self.trees, "windows": [
            {"server": server, "query": query, "round": number, **window.kept()}
            for (server, query, _), windows in self.windows.items() for number, window in enumerate(windows, 1)]}
