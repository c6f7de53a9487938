"""Writing relationships. One is known by its two ends, its kind and the moment from which it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from schema.errors import ErrorCode, Problem, problem
from schema.numbering import new_ids
from schema.quality.importing import people
from schema.quality.importing.bulk import look_up, raw, table_of, update_rows
from schema.quality.importing.mapping import Batch
from schema.quality.importing.people import Person
from schema.quality.importing.upsert import first_of_each
from schema.quality.importing.work import Seen, Sieve, Work, moment_text
from schema.relationships.models import RelationshipEndRow, RelationshipKindRow, RelationshipRow, ends_of
from schema.rows import SCALE

RELATIONSHIPS, ENDS = table_of(RelationshipRow), table_of(RelationshipEndRow)
KEY = ("from_id", "to_id", "kind_id", "valid_from")
CHANGEABLE = ("sign", "weight", "valid_to", "confidence")
FIELDS = ("from", "to", "kind", "weight", "sign", "rating", "validFrom", "validTo", "confidence")


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship as the file says it. None: the file does not say."""

    from_id: int
    to_id: int
    kind_id: int
    valid_from: str | None
    directed: bool
    sign: str | None
    weight: float | None
    valid_to: str | None
    confidence: float | None
    default_sign: str

    @property
    def key(self) -> tuple[int, int, int, str | None]:
        return self.from_id, self.to_id, self.kind_id, self.valid_from

    @property
    def said(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in CHANGEABLE)


def write(work: Work, batches: Iterable[Batch]) -> None:
    kinds = {kind.key: kind for kind in work.change.session.scalars(select(RelationshipKindRow))}
    seen = Seen()
    for batch in batches:
        ties, sound = read(work, batch, kinds)
        first = first_of_each(work, seen, sound, [tie.key for tie in ties], [tie.said for tie in ties], "to")
        upsert(work, [ties[row] for row in first])


def read(work: Work, batch: Batch, kinds: dict[str, RelationshipKindRow]) -> tuple[list[Tie], Batch]:
    sieve = Sieve(work.mapping, batch)
    for row, cells in enumerate(batch.rows(*FIELDS)):
        wrong = fault_of(cells, kinds)
        if wrong:
            sieve.refuse(row, *wrong)
    batch = sieve.sound()
    newcomers = {external: people.Newcomer(external, name, kind) for ends in ("from", "to")
                 for external, name, kind in batch.rows(ends, "customerName", "customerKind")}
    customers = people.known_or_new(work, newcomers)
    sieve = Sieve(work.mapping, batch)
    for row, (start, end, kind) in enumerate(batch.rows("from", "to", "kind")):
        for name, external in (("from", start), ("to", end)):
            if external not in customers:
                sieve.refuse(row, name, people.unknown_customer(external), external)
            elif not allows(kinds[kind], name, customers[external]):
                wrong_end = problem(ErrorCode.INVALID, "import_end_kind", relationship=kind, end=name, kind=customers[external].kind)
                sieve.refuse(row, name, wrong_end, external)
    batch = sieve.sound()
    return [tie_of(cells, kinds, customers) for cells in batch.rows(*FIELDS)], batch


def fault_of(cells: tuple[Any, ...], kinds: dict[str, RelationshipKindRow]) -> tuple[str, Problem, Any] | None:
    """What is wrong with a row whoever its ends are: (field, problem, value)."""
    start, end, kind, _, _, _, valid_from, valid_to, _ = cells
    if kind not in kinds:
        return "kind", problem(ErrorCode.NOT_FOUND, "import_kind", value=kind, kinds=", ".join(sorted(kinds))), kind
    if start == end:
        return "to", problem(ErrorCode.INVALID, "import_self"), end
    if valid_from and valid_to and valid_to < valid_from:
        return "validTo", problem(ErrorCode.INVALID, "import_backwards"), valid_to
    return None


def allows(kind: RelationshipKindRow, end: str, person: Person) -> bool:
    organization = person.kind == "ORGANIZATION"
    if end == "from":
        return kind.from_organization if organization else kind.from_person
    return kind.to_organization if organization else kind.to_person


def tie_of(cells: tuple[Any, ...], kinds: dict[str, RelationshipKindRow], customers: dict[str, Person]) -> Tie:
    start, end, key, weight, sign, rating, valid_from, valid_to, confidence = cells
    kind, ends = kinds[key], (customers[start].id, customers[end].id)
    if rating is not None:
        sign = sign or ("POSITIVE" if rating > 0 else "NEGATIVE" if rating < 0 else "NEUTRAL")
        weight = abs(rating) / SCALE if weight is None else weight
    from_id, to_id = ends if kind.directed else sorted(ends)
    return Tie(from_id, to_id, kind.id, valid_from, kind.directed, sign, weight, valid_to, confidence, kind.default_sign.name)


def upsert(work: Work, ties: list[Tie]) -> None:
    stored = find(work, ties)
    insert(work, [tie for tie in ties if tie.key not in stored])
    changed = []
    for tie in ties:
        if tie.key in stored:
            id_, old = stored[tie.key]
            wanted = tuple(before if now is None else now for now, before in zip(tie.said, old, strict=True))
            if wanted != old:
                changed.append({"row_id": id_} | dict(zip(CHANGEABLE, wanted, strict=True)))
    update_rows(work.connection, RELATIONSHIPS, CHANGEABLE, changed, revision=RELATIONSHIPS.c.revision + 1)
    work.rows["created"] += len(ties) - len(stored)
    work.rows["updated"] += len(changed)
    work.rows["unchanged"] += len(stored) - len(changed)
    work.wrote("relationship", len(ties) - len(stored) + len(changed))


def find(work: Work, ties: list[Tie]) -> dict[Any, tuple[int, tuple[Any, ...]]]:
    """(id, what may change) of the relationships that are there already, by key."""
    wanted = {tie.key for tie in ties}
    query = select(*(raw(RELATIONSHIPS.c[name]) for name in KEY), RELATIONSHIPS.c.id,
                   *(RELATIONSHIPS.c[name] if name in ("weight", "confidence") else raw(RELATIONSHIPS.c[name]) for name in CHANGEABLE))
    found = {}
    for from_id, to_id, kind_id, valid_from, id_, sign, weight, valid_to, confidence in look_up(
            work.connection, query, RELATIONSHIPS.c.from_id, sorted({tie.from_id for tie in ties})):
        key = int(from_id), int(to_id), int(kind_id), moment_text(valid_from)
        if key in wanted:
            found[key] = id_, (sign, weight, moment_text(valid_to), confidence)
    return found


def insert(work: Work, ties: list[Tie]) -> None:
    ids = new_ids(work.bulk.connection, RELATIONSHIPS, len(ties))
    columns = ("id", "from_id", "to_id", "kind_id", "directed", "sign", "weight", "valid_from", "valid_to", "confidence",
               "revision", "origin", "recorded_at", "job_id")
    made = (1, "IMPORT", work.now, work.job_id)
    work.bulk.insert(RELATIONSHIPS, columns,
                     ((id_, tie.from_id, tie.to_id, tie.kind_id, tie.directed, tie.sign or tie.default_sign,
                       1.0 if tie.weight is None else tie.weight, tie.valid_from, tie.valid_to, tie.confidence, *made)
                      for id_, tie in zip(ids, ties, strict=True)))
    work.bulk.insert(ENDS, ("customer_id", "relationship_id", "other_id", "direction"),
                     sorted((customer, id_, other, direction.name) for id_, tie in zip(ids, ties, strict=True)
                            for customer, _, other, direction in ends_of(id_, tie.from_id, tie.to_id, tie.directed)))
