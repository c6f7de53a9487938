"""A snapshot as it was before a moment, as far as its tables say when things happened: what features of a past period are computed from.

A feature that looks at everything there is finds nothing of what came later, so no analysis foretells what it was shown.
"""

import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schema.analyses.contract import Graph, Snapshot

# When each row of a table happened. What is not here tells what is known now.
MOMENTS = {"transactions": "occurred_at", "transactionLines": "occurred_at", "browseEvents": "started_at", "reviews": "created_at",
           "surveyResponses": "submitted_at"}


class PastSnapshot:
    """What `schema.analyses.contract.Snapshot` promises, without what happened at `until` or later."""

    def __init__(self, whole: Snapshot, until: datetime.datetime):
        self._whole, self.as_of = whole, until
        self._tables: dict[str, pa.Table] = {}

    def table(self, name: str) -> pa.Table:
        if name not in (*MOMENTS, "surveyAnswers"):
            return self._whole.table(name)
        if name not in self._tables:
            table = self._whole.table(name)
            before = self._before(name, table)
            self._tables[name] = table if pc.all(before).as_py() in (True, None) else table.filter(before)
        return self._tables[name]

    def _before(self, name: str, table: pa.Table) -> Any:
        """Answers were given when the response was that they belong to."""
        if name == "surveyAnswers":
            return pc.is_in(table["response_id"], value_set=self.table("surveyResponses")["id"].combine_chunks())
        return pc.less(table[MOMENTS[name]], pa.scalar(self.as_of, pa.timestamp("us", "UTC")))

    def graph(self, *, at: datetime.datetime | None = None, **chosen: Any) -> Graph:
        return self._whole.graph(at=min(at or self.as_of, self.as_of), **chosen)

    def positions(self, ids: Any) -> Any:
        return self._whole.positions(ids)

    def names(self, ids: Any) -> list[str]:
        return self._whole.names(ids)
