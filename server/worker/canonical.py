"""Digests of tables that depend on their content only: not on the database they came from, nor on how they are cut into batches."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_ONCE = 65_536  # a result may come in one piece, and a column of all its rows is not to be copied


def digest_of(table: pa.Table) -> str:
    digest = TableDigest(table.schema)
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        digest.add(batch)
    return digest.hexdigest()


class TableDigest:
    """SHA-256 over names and types of the columns, in their order, and over their values in little-endian form."""

    def __init__(self, schema: pa.Schema):
        self._schema, self.rows = schema, 0
        self._columns = [_ColumnDigest() for _ in schema]

    def add(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        for digest, column in zip(self._columns, batch.columns, strict=True):
            digest.add(column)

    def hexdigest(self) -> str:
        whole = hashlib.sha256(str(self.rows).encode())
        for field, column in zip(self._schema, self._columns, strict=True):
            whole.update(f"\0{field.name}\0{_kind(field.type)}\0".encode() + column.digest())
        return whole.hexdigest()


class _ColumnDigest:
    """Which values there are, the values, and how long each is, hashed apart, so that cutting the column changes nothing."""

    def __init__(self) -> None:
        self._present, self._values, self._lengths = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def add(self, column: pa.Array) -> None:
        self._present.update(_bytes(pc.is_valid(column).cast(pa.uint8())))
        if _kind(column.type) == "text":
            texts = pc.fill_null(column.cast(pa.large_string()), "")
            self._lengths.update(_bytes(pc.binary_length(texts)))
            self._values.update(_text(texts))
        else:
            self._values.update(_bytes(_numbers(column)))

    def digest(self) -> bytes:
        return self._present.digest() + self._values.digest() + self._lengths.digest()


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return "text"
    if pa.types.is_boolean(type_):
        return "boolean"
    if pa.types.is_integer(type_):
        return "integer"
    if pa.types.is_floating(type_):
        return "float"
    if pa.types.is_timestamp(type_) and type_.tz == "UTC":
        return "moment"
    if pa.types.is_date32(type_):
        return "date"
    raise TypeError(f"a column of the type {type_} has no digest")


def _numbers(column: pa.Array) -> pa.Array:
    """Numbers of eight bytes; missing ones are zero."""
    match _kind(column.type):
        case "float":
            return pc.fill_null(column.cast(pa.float64()), 0.0)
        case "boolean":
            return pc.fill_null(column, False).cast(pa.uint8())
        case "moment":
            return pc.fill_null(column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 0)
        case "date":
            return pc.fill_null(column.cast(pa.int32()).cast(pa.int64()), 0)
    return pc.fill_null(column.cast(pa.int64()), 0)


def _bytes(column: pa.Array) -> Any:
    values = column.to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).data


def _text(column: pa.Array) -> Any:
    """The characters of a large_string array without gaps, as UTF-8."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[column.offset:column.offset + len(column) + 1]
    return memoryview(data)[bounds[0]:bounds[-1]] if data is not None and len(column) else b""


def joined(parts: Iterable[str]) -> str:
    """One digest of several texts, in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
