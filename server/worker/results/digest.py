"""The digest of a result: equal for equal results, whichever database the data came from and whichever run found it."""

import hashlib
from collections.abc import Sequence

from schema.analyses.contract import Result
from server.worker.canonical import digest_of
from server.worker.channel import to_json
from server.worker.results.fitting import FittedTable


def result_digest(result: Result, tables: Sequence[FittedTable]) -> str:
    """SHA-256 over the tables, in the order of their names, and over the figures. Run ids are not part of it."""
    whole = hashlib.sha256()
    for one in sorted(tables, key=lambda one: one.table.name):
        whole.update(f"{one.table.name}\0{digest_of(one.rows)}\0".encode())
    whole.update(to_json({"summary": result.summary, "metrics": result.metrics}))
    return whole.hexdigest()
