"""Tables of snapshots as Arrow files: written once, mapped into memory by every run on the same data.

A file is called TABLE-VERSION-HASH.arrow after the data version it was read at; the digest of its content lies beside it.
"""

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from server.worker.canonical import TableDigest
from server.worker.snapshots.tables import fitted

MOST_SNAPSHOTS = 8  # of each table
ABANDONED = 24 * 3600.0  # seconds after which a file that nobody finished is taken for left over


@dataclass(frozen=True)
class StoredTable:
    table: pa.Table  # mapped, not read
    digest: str
    file: str


class SnapshotFiles:
    """`files`: the folder of files. `room`: bytes that all files of snapshots may take, those in use aside."""

    def __init__(self, files: Path, room: int):
        self._folder, self._room = files / "snapshots", room
        self._folder.mkdir(parents=True, exist_ok=True)

    def find(self, file: str) -> StoredTable | None:
        """None when it was never there or has been tidied away."""
        path = self._folder / file
        try:
            os.utime(path)  # used just now
            return StoredTable(mapped(path), _digest_file(path).read_text("ascii"), file)
        except FileNotFoundError:
            return None

    def store(self, file: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> StoredTable:
        """Raises OSError, with nothing left behind, when there is no room for it."""
        path, digest = self._folder / file, TableDigest(schema)
        with replaced(path) as unfinished, replaced(_digest_file(path)) as beside:
            write_table(unfinished, schema, _hashed(ahead(batches), schema, digest))
            on_disk(unfinished)
            beside.write_text(digest.hexdigest(), "ascii")
        return StoredTable(mapped(path), digest.hexdigest(), file)

    def tidy(self, used: Iterable[str]) -> None:
        """Keeps what is used, and beside it the latest files up to a number for each table and a size for all."""
        in_use, room, counts = frozenset(used), self._room, dict[str, int]()
        for path, _, size in self._latest_first():
            table = path.name.partition("-")[0]
            counts[table] = counts.get(table, 0) + 1
            room -= size
            if path.name not in in_use and (counts[table] > MOST_SNAPSHOTS or room < 0):
                room += size
                path.unlink(missing_ok=True)
                _digest_file(path).unlink(missing_ok=True)
        for path in self._folder.glob("*.unfinished"):
            if (age := _age(path)) is not None and age > ABANDONED:
                path.unlink(missing_ok=True)

    def _latest_first(self) -> list[tuple[Path, float, int]]:
        found = []
        for path in self._folder.glob("*.arrow"):
            try:
                status = path.stat()
            except FileNotFoundError:  # another worker tidies too
                continue
            found.append((path, status.st_mtime, status.st_size))
        return sorted(found, key=lambda one: one[1], reverse=True)


def _age(path: Path) -> float | None:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return None


def _digest_file(path: Path) -> Path:
    return path.with_suffix(".sha256")


def ahead(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches, the next one read by a thread while this one is worked on: the driver does not hold Python up."""
    batches = iter(batches)
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def _hashed(batches: Iterable[pa.RecordBatch], schema: pa.Schema, digest: TableDigest) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        fitting = fitted(batch, schema)
        digest.add(fitting)
        yield fitting


def write_table(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A name to write to; what was written is there under the right name, whole and on the disk, or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        on_disk(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def on_disk(path: Path) -> None:
    """Some file systems say only then that they have no room."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


def mapped(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
