"""Snapshots that are kept for as long as nothing in them has changed, with the graphs that were last made of them."""

import datetime
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schema.analyses.contract import Graph
from schema.rows import utc_now
from server.worker.canonical import joined
from server.worker.channel import to_json
from server.worker.snapshots.reading import read_transaction
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.taking import read_versions, take_current
from server.worker.task import ROOM, Data, Where

MOST_SNAPSHOTS = 4
MOST_BYTES = 512 * 2**20  # of graphs, the latest one aside


class RememberingSnapshot(TakenSnapshot):
    """Gives the same graph again, so that the second question about it is quick."""

    def __init__(self, *given: Any):
        super().__init__(*given)
        self._graphs: OrderedDict[Any, Graph] = OrderedDict()

    def graph(self, *, kinds: Sequence[str] | None = None, signs: Sequence[str] | None = None, directed: bool = True,
              weighted: bool = True, at: datetime.datetime | None = None) -> Graph:
        key = among(kinds), among(signs), directed, weighted, at
        if key not in self._graphs:
            self._graphs[key] = super().graph(kinds=kinds, signs=signs, directed=directed, weighted=weighted, at=at)
        self._graphs.move_to_end(key)
        while len(self._graphs) > 1 and sum(map(size_of, self._graphs.values())) > MOST_BYTES:
            self._graphs.popitem(last=False)
        return self._graphs[key]


def among(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def size_of(graph: Graph) -> int:
    return sum(array.nbytes for array in (graph.source, graph.target, graph.weight, graph.sign))


@dataclass(frozen=True)
class Kept:
    """`mark` is the same for the same data. `until`: when the next tie begins or ends, which makes another graph of the same data."""

    snapshot: RememberingSnapshot
    versions: Mapping[str, int]
    mark: str
    until: datetime.datetime | None


class Snapshots:
    """Of one database. `files` is the folder of files, `room` what snapshots may take there in bytes."""

    def __init__(self, database: str, files: Path, room: int = ROOM):
        self._database, self._files, self._room = database, files, room
        self._kept: OrderedDict[Any, Kept] = OrderedDict()

    def of(self, needs: Sequence[str], where: Where | None, as_of: datetime.datetime | None,
           features: Sequence[Mapping[str, Any]] = ()) -> Kept:
        """Of the selected customers, or of all. A selection, and features, are read each time: nothing tells when others fit it, or when
        another run is published."""
        if where is not None or features:
            return self._take(needs, where, as_of, features)
        key = tuple(sorted(set(needs))), as_of
        self._forget_outdated()
        if key not in self._kept:
            self._kept[key] = self._take(needs, None, as_of)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_SNAPSHOTS:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _forget_outdated(self) -> None:
        """Memory is free before anything new is read into it."""
        if not self._kept:
            return
        with read_transaction(self._database) as transaction:
            now, versions = utc_now(), {kind: version.number for kind, version in read_versions(transaction).items()}
        for key, kept in list(self._kept.items()):
            changed = any(versions.get(kind, 0) != number for kind, number in kept.versions.items())
            if changed or (kept.until is not None and kept.until <= now):
                del self._kept[key]

    def _take(self, needs: Sequence[str], where: Where | None, as_of: datetime.datetime | None,
              features: Sequence[Mapping[str, Any]] = ()) -> Kept:
        data = Data(database=self._database, files=self._files, where=where, as_of=as_of, features=tuple(features), room=self._room)
        snapshot, record, tables = take_current(data, needs, RememberingSnapshot)
        since, until = era(tables.get("relationships"), snapshot.as_of)
        mark = joined([record["digest"], to_json(record["versions"]).decode(), since.isoformat() if since else ""])
        return Kept(snapshot, record["versions"], mark, until if as_of is None else None)


def era(ties: pa.Table | None, moment: datetime.datetime) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """When a tie last began or ended, until and with this moment, and when one next will: in between the same ties hold."""
    changes = list(changing(ties, pa.scalar(moment, type=pa.timestamp("us", "UTC")))) if ties is not None else []
    return (max((past for past, _ in changes if past), default=None), min((coming for _, coming in changes if coming), default=None))


def changing(ties: pa.Table, moment: pa.Scalar) -> Iterator[tuple[datetime.datetime | None, datetime.datetime | None]]:
    for name in ("valid_from", "valid_to"):
        for chunk in ties[name].chunks:
            if chunk.null_count < len(chunk):
                over = pc.less_equal(chunk, moment)
                yield pc.max(chunk.filter(over)).as_py(), pc.min(chunk.filter(pc.invert(over))).as_py()
