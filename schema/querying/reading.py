"""Ordinary selects on the reading side, for what is no level: look-ups by key and summaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from schema.context import Context
from schema.querying.databases import speech_of
from schema.querying.expired import fetch
from schema.querying.statement import Processor, Statement, finish, reader


@dataclass(frozen=True)
class Question:
    """A select, compiled once for one kind of database. Keep it: compiling costs more than asking."""

    statement: Statement
    processes: tuple[Processor, ...]

    async def ask(self, context: Context, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows, in Python's types. `values` are the bound parameters by name."""
        rows = await fetch(context, self.statement, values)
        return [tuple([process(value) if process else value for process, value in zip(self.processes, row, strict=True)]) for row in rows]


def question(query: Select[*tuple[Any, ...]], dialect: str) -> Question:
    speech = speech_of(dialect)
    return Question(finish(query, speech.dialect), tuple([reader(column.type, speech.dialect) for column in query.selected_columns]))
