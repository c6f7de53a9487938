"""Ordinary selects on the reading side, for what is no level: look-ups by key and summaries."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select

from schema.context import Context
from schema.querying.databases import speech_of
from schema.querying.statement import finish, reader


async def fetch_all(context: Context, query: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """All rows of a select, in Python's types. `values` are its bound parameters by name."""
    speech = speech_of(context.dialect)
    statement = finish(query, speech.dialect)
    rows = await context.reader.fetch(statement.sql, statement.bind(values or {}))
    processes = [reader(column.type, speech.dialect) for column in query.selected_columns]
    if not any(processes):
        return rows
    return [tuple([process(value) if process else value for process, value in zip(processes, row, strict=True)]) for row in rows]
