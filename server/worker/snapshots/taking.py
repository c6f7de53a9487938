"""Taking the snapshot of a run or an inquiry: what is missing is read in one transaction, the rest is there already."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from schema.features.checking import tables_of
from schema.features.contract import Feature
from schema.rows import utc_now
from server.worker.canonical import digest_of, joined
from server.worker.database import Connection
from server.worker.snapshots.features import Scored, features_of, read_scores
from server.worker.snapshots.files import SnapshotFiles, StoredTable, mapped, replaced, write_table
from server.worker.snapshots.reading import read_transaction, selected
from server.worker.snapshots.snapshot import TakenSnapshot, refusing
from server.worker.snapshots.tables import TABLES, Table, fitted
from server.worker.task import Data, Task

ALWAYS = ("customers", "consents")  # without them nobody can say who is in a snapshot
WITH = {"relationships": ("relationshipKinds",)}
SELECTION = "selection.arrow"
S = TypeVar("S", bound=TakenSnapshot)


@dataclass(frozen=True)
class Selection:
    """The records that an analysis is about, by their ids: int64[k], ascending. `of` is the name of their type."""

    of: str
    ids: Any


class SnapshotGone(Exception):
    """The files of an earlier run's data are no longer there."""


class UnknownTable(Exception):
    """An analysis asks for a table that a snapshot cannot hold."""


@dataclass(frozen=True)
class Version:
    """The latest change of a kind of record. `moment` tells apart databases that have counted equally far."""

    number: int
    moment: str


UNCHANGED = Version(0, "")  # rows that came past the change function: nothing tells when they change


@dataclass(frozen=True)
class _Read:
    """What was read, or found."""

    at: datetime.datetime
    as_of: datetime.datetime
    stored: Mapping[str, StoredTable]
    versions: Mapping[str, int]
    selection: Selection | None
    scored: Mapping[str, Scored]


def take_snapshot(task: Task, needs: Sequence[str]) -> tuple[TakenSnapshot, dict[str, Any]]:
    """The snapshot, and what is recorded of it with the run. Raises `SnapshotGone` and `UnknownTable`."""
    known = features_of(task.features)
    needs = with_features(needs, known)
    tables, files = tables_for(needs), SnapshotFiles(task.files, task.room)
    read = _found(task, files, task.same_as, known) if task.same_as else _read(task, files, tables, known)
    if read.selection is not None:
        _keep_selection(task, read.selection.ids)
    files.tidy(one.file for one in read.stored.values())
    snapshot = _taken(TakenSnapshot, task, needs, read, known)
    record = _record(snapshot, read)
    if task.same_as and record["digest"] != task.same_as["snapshot"]["digest"]:  # files of rows that have no version are written anew
        raise SnapshotGone
    return snapshot, record


def take_current(data: Data, needs: Sequence[str], kind: type[S]) -> tuple[S, dict[str, Any], Mapping[str, pa.Table]]:
    """What there is now as a snapshot of this kind, what could be recorded of it, and its tables, whole. Raises `UnknownTable`."""
    files, known = SnapshotFiles(data.files, data.room), features_of(data.features)
    needs = with_features(needs, known)
    read = _read(data, files, tables_for(needs), known)
    files.tidy(one.file for one in read.stored.values())
    snapshot = _taken(kind, data, needs, read, known)
    return snapshot, _record(snapshot, read), {name: one.table for name, one in read.stored.items()}


def with_features(needs: Sequence[str], known: Mapping[str, Feature]) -> tuple[str, ...]:
    """These tables, and those that features are computed from."""
    return tuple(dict.fromkeys([*needs, *tables_of(known.values())]))


def tables_for(needs: Sequence[str]) -> list[Table]:
    """These tables, and those without which they say nothing. Raises `UnknownTable`."""
    unknown = [name for name in needs if name not in TABLES]
    if unknown:
        raise UnknownTable(f"A snapshot has no table {', '.join(unknown)}: it can hold {', '.join(TABLES)}.")
    return [TABLES[name] for name in dict.fromkeys([*needs, *ALWAYS, *(more for name in needs for more in WITH.get(name, ()))])]


def _taken(kind: type[S], data: Data, needs: Sequence[str], read: _Read, known: Mapping[str, Feature]) -> S:
    tables = {name: one.table for name, one in read.stored.items()}
    chosen = {read.selection.of: read.selection.ids} if read.selection else {}
    return kind(read.as_of, tables, needs, chosen.get("Customer"), lambda ids: names_of(data.database, ids), chosen.get("Transaction"),
                known, read.scored)


# -- reading afresh --
def _read(data: Data, files: SnapshotFiles, tables: Sequence[Table], known: Mapping[str, Feature]) -> _Read:
    with read_transaction(data.database) as transaction:
        at = utc_now()
        versions = read_versions(transaction)
        stored = {table.name: _table(transaction, files, table, versions.get(table.kind, UNCHANGED)) for table in tables}
        selection = Selection(data.where.of, selected(transaction, data.where)) if data.where else None
        scored = read_scores(transaction, known.values())
    kinds = {table.kind: versions.get(table.kind, UNCHANGED).number for table in tables}
    return _Read(at, data.as_of or at, stored, kinds, selection, scored)


def read_versions(transaction: Connection) -> dict[str, Version]:
    latest = "SELECT max(id) FROM data_versions GROUP BY kind"
    text = "char" if transaction.dialect == "mariadb" else "text"
    rows = transaction.rows(f"SELECT kind, id, CAST(at AS {text}) FROM data_versions WHERE id IN ({latest})")  # noqa: S608  constants
    return {kind: Version(number, moment) for kind, number, moment in rows}


def _table(transaction: Connection, files: SnapshotFiles, table: Table, version: Version) -> StoredTable:
    file = file_name(table, version, transaction.dialect)
    found = files.find(file) if version.number else None
    return found or files.store(file, table.schema, transaction.batches(table.query(transaction.dialect)))


def file_name(table: Table, version: Version, dialect: str) -> str:
    definition = table.query(dialect) if dialect == "mariadb" else table.definition
    mark = sha256("\0".join([version.moment, dialect, definition]).encode()).hexdigest()[:16]
    return f"{table.name}-{version.number}-{mark}.arrow"


# -- finding what an earlier run read --
def _found(task: Task, files: SnapshotFiles, same_as: Mapping[str, Any], known: Mapping[str, Feature]) -> _Read:
    record = same_as["snapshot"] or {}
    stored = {name: files.find(file) for name, file in record.get("files", {}).items()}
    there = {name: table for name, table in stored.items() if table is not None}
    if not stored or len(there) < len(stored) or _refused_since(task, there["consents"].table):
        raise SnapshotGone
    selection = Selection(record.get("selectedOf") or "Customer", _kept_selection(task, same_as["run"])) if record["selected"] else None
    at, as_of = (datetime.datetime.fromisoformat(record[name]) for name in ("readAt", "asOf"))
    with read_transaction(task.database) as transaction:
        scored = read_scores(transaction, known.values(), record.get("runs", {}))
    return _Read(at, as_of, there, record["versions"], selection, scored)


def _refused_since(task: Task, consents: pa.Table) -> bool:
    """Whether somebody took consent back: what was read of them must not be worked with again."""
    with read_transaction(task.database) as transaction:
        table = TABLES["consents"]
        batches = transaction.batches(table.query(transaction.dialect))
        now = pa.Table.from_batches((fitted(one, table.schema) for one in batches), table.schema)
    return bool(np.setdiff1d(refusing(now), refusing(consents)).size)


def _keep_selection(task: Task, selection: Any) -> None:
    """For a rerun on the same data: by then the same condition may choose others."""
    batch = pa.record_batch({"id": selection})
    task.folder.mkdir(parents=True, exist_ok=True)
    with replaced(task.folder / SELECTION) as unfinished:
        write_table(unfinished, batch.schema, [batch])


def _kept_selection(task: Task, run: int) -> Any:
    try:
        return mapped(task.files / "runs" / str(run) / SELECTION)["id"].to_numpy()
    except FileNotFoundError:
        raise SnapshotGone from None


# -- what is said of it --
def _record(snapshot: TakenSnapshot, read: _Read) -> dict[str, Any]:
    """`files` and `selected` are what a rerun on the same data needs."""
    used = [f"{name}={read.stored[name].digest}" for name in sorted(read.stored) if name != "consents"]
    used += [f"{name}={read.scored[name].digest}" for name in sorted(read.scored)]
    chosen = [digest_of(pa.table({"id": np.asarray(ids)})) for ids in (snapshot.ids, snapshot.transactions) if ids is not None]
    return {
        "asOf": read.as_of.isoformat(), "readAt": read.at.isoformat(), "digest": joined([*used, *chosen]),
        "rowCounts": snapshot.row_counts,
        "excludedForConsent": snapshot.excluded, "versions": dict(read.versions),
        "files": {name: one.file for name, one in read.stored.items()}, "selected": read.selection is not None,
        "selectedOf": read.selection.of if read.selection else None,
        "runs": {name: one.run for name, one in read.scored.items()},  # that features were read from
    }


def names_of(database: str, ids: Sequence[int]) -> dict[int, str]:
    """What customers are called now. Never kept."""
    if not ids:
        return {}
    numbers = ", ".join(str(int(id_)) for id_ in ids)
    with read_transaction(database) as transaction:
        return dict(transaction.rows(f"SELECT id, name FROM customers WHERE id IN ({numbers})"))  # noqa: S608  numbers
