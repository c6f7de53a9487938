"""What every target's writer works with: the transaction, the plan, the mapping and the counts so far."""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schema.changes.change import Change
from schema.errors import Problem
from schema.quality.importing.bulk import Bulk, bulk_on
from schema.quality.importing.mapping import Batch, Mapping, without
from schema.quality.importing.plan import Plan
from schema.rows import utc_now

# Called now and then with a stage ("reading", "writing"), how much of it is done, and how much there is if that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass
class Work:
    """One import inside its transaction. `rows` counts rows of the file by outcome, `records` what was written by kind of record."""

    change: Change
    plan: Plan
    mapping: Mapping
    job_id: int
    progress: Progress
    rows: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    now: str = field(default_factory=lambda: utc_now().isoformat())

    def __post_init__(self) -> None:
        self.connection = self.change.session.connection()
        self.bulk: Bulk = bulk_on(self.connection)

    def wrote(self, kind: str, count: int) -> None:
        """Records of this kind, as audit and data versions call it, were created or changed."""
        if count:
            self.change.bulk(kind)
            self.records[kind] += count


@dataclass
class Sieve:
    """Takes rows out of a batch, one reason at a time."""

    mapping: Mapping
    batch: Batch
    refused: set[int] = field(default_factory=set)

    def refuse(self, row: int, name: str | None, wrong: Problem, value: Any = None) -> None:
        self.mapping.refuse(self.batch.lines[row], name, wrong, value)
        self.refused.add(row)

    def sound(self) -> Batch:
        return without(self.batch, self.refused) if self.refused else self.batch


class Seen:
    """The natural keys met so far in a file, each with a digest of what its row says.

    The first row of a key is taken; a later one that says the same counts as unchanged, one that says something else is refused.
    """

    def __init__(self) -> None:
        self._digests: dict[Any, int] = {}

    def meet(self, key: Any, content: Any) -> bool | None:
        """None for a new key, else whether the content is that of the first row."""
        digest, first = hash(content), self._digests.get(key)
        if first is None:
            self._digests[key] = digest
            return None
        return first == digest


def moment_text(value: Any) -> str | None:
    """A moment read back from either database in the form in which imports hold it."""
    return value.astimezone(datetime.UTC).isoformat() if isinstance(value, datetime.datetime) else value
