"""Brings the derived relationships of a kind into line with the pairs that were found. Others are never touched."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from typing import cast as typed

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from schema.relationships.models import EdgeDirection, ProvenanceOrigin, RelationshipEndRow, RelationshipKindRow, RelationshipRow
from schema.relationships.shared_purchases import PAIRS
from schema.statistics import MANY, analyse

RELATIONSHIPS, ENDS = (typed("Table", row.__table__) for row in (RelationshipRow, RelationshipEndRow))
R, P = RELATIONSHIPS.c, PAIRS.c
SAME_PAIR = and_(R.from_id == P.from_id, R.to_id == P.to_id)
EVERYBODY = (0, 2**63 - 1)
OTHERWISE = or_(R.weight != P.weight, R.evidence_count.is_distinct_from(P.evidence_count))


@dataclass(frozen=True)
class Difference:
    """How many relationships are to be made, changed and ended, and how many stay as they are."""

    created: int
    updated: int
    ended: int
    unchanged: int

    @property
    def written(self) -> int:
        return self.created + self.updated + self.ended


def held(kind: RelationshipKindRow) -> ColumnElement[bool]:
    """Derived before, and not ended since."""
    return and_(R.kind_id == kind.id, R.origin == ProvenanceOrigin.DERIVED, R.valid_to.is_(None))


def compare(connection: Connection, kind: RelationshipKindRow) -> Difference:
    def count(*condition: ColumnElement[bool], of: Any) -> int:
        return connection.scalar(select(func.count()).select_from(of).where(*condition)) or 0

    both = RELATIONSHIPS.join(PAIRS, SAME_PAIR)
    known, found = count(held(kind), of=RELATIONSHIPS), count(of=PAIRS)
    paired, updated = count(held(kind), of=both), count(held(kind), OTHERWISE, of=both)
    return Difference(found - paired, updated, known - paired, paired - updated)


def apply(connection: Connection, kind: RelationshipKindRow, job_id: int, now: datetime.datetime,
          blocks: Iterable[tuple[int, int]] = (EVERYBODY,)) -> None:
    """`blocks`: the pairs in parts, by their customers from the one to the other: PostgreSQL keeps in memory which rows a statement made,
    to look for the customers that they name."""
    end_missing(connection, kind, now)
    update_changed(connection, kind)
    made = sum(insert_new(connection, kind, job_id, now, block) for block in blocks)
    if made >= MANY:
        analyse(connection, (RELATIONSHIPS, ENDS))


def end_missing(connection: Connection, kind: RelationshipKindRow, now: datetime.datetime) -> None:
    moment = literal(now, R.valid_to.type)
    last = case((R.valid_from > moment, R.valid_from), else_=moment)
    gone = and_(held(kind), ~exists().where(SAME_PAIR))
    connection.execute(update(RELATIONSHIPS).where(gone).values(valid_to=last, revision=R.revision + 1))


def update_changed(connection: Connection, kind: RelationshipKindRow) -> None:
    changed = and_(SAME_PAIR, held(kind), OTHERWISE)
    new = {R.weight: P.weight, R.evidence_count: P.evidence_count, R.revision: R.revision + 1}
    connection.execute(update(RELATIONSHIPS).where(changed).values(new))


def insert_new(connection: Connection, kind: RelationshipKindRow, job_id: int, now: datetime.datetime, block: tuple[int, int]) -> int:
    """How many were made. A pair that was tied before begins where that ended, so that no two hold at the same moment."""
    first, ended = moment_of(connection, P.first_at), earlier_ends(kind, block)
    before = connection.scalar(select(func.max(R.id))) or 0
    values: dict[ColumnElement[Any], ColumnElement[Any]] = {
        R.from_id: P.from_id, R.to_id: P.to_id, R.kind_id: literal(kind.id), R.directed: literal(False),
        R.sign: literal(kind.default_sign, R.sign.type), R.weight: P.weight, R.evidence_count: P.evidence_count,
        R.valid_from: case((ended.c.at > first, ended.c.at), else_=first), R.revision: literal(1),
        R.origin: literal(ProvenanceOrigin.DERIVED, R.origin.type), R.job_id: literal(job_id),
        R.recorded_at: literal(now, R.recorded_at.type),
    }
    new = select(*values.values()).select_from(PAIRS.outerjoin(ended, and_(ended.c.from_id == P.from_id, ended.c.to_id == P.to_id)))
    new = new.where(P.from_id.between(*block), ~exists().where(SAME_PAIR, held(kind), R.from_id.between(*block)))
    made = connection.execute(insert(RELATIONSHIPS).from_select(list(values), new.order_by(P.from_id, P.to_id))).rowcount
    insert_ends(connection, job_id, before)
    return made


def earlier_ends(kind: RelationshipKindRow, block: tuple[int, int]) -> Subquery:
    """When the pairs that were once tied were last untied."""
    ended = and_(R.from_id.between(*block), R.kind_id == kind.id, R.origin == ProvenanceOrigin.DERIVED, R.valid_to.is_not(None))
    last = func.max(R.valid_to, type_=R.valid_to.type).label("at")
    return select(R.from_id, R.to_id, last).where(ended).group_by(R.from_id, R.to_id).subquery()


def insert_ends(connection: Connection, job_id: int, before: int) -> None:
    """The new relationships are those of this job with a number above `before`: what it only changed keeps the job that made it.
    They are found by their numbers (the sum hides the job's own index, of which PostgreSQL thinks that it leads to few)."""
    direction = literal(EdgeDirection.ALL, ENDS.c.direction.type).label("direction")
    ends = union_all(*(select(near.label("customer"), R.id, far, direction).where(R.id > before, R.job_id + 0 == job_id)
                       for near, far in ((R.from_id, R.to_id), (R.to_id, R.from_id))))
    columns = ["customer_id", "relationship_id", "other_id", "direction"]
    connection.execute(insert(ENDS).from_select(columns, ends.order_by("customer", R.id)))


def moment_of(connection: Connection, seconds: ColumnElement[int]) -> ColumnElement[Any]:
    type_ = R.valid_from.type
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%dT%H:%M:%S+00:00", seconds, "unixepoch", type_=type_)
    if connection.dialect.name == "mariadb":
        at = func.timestampadd(literal_column("SECOND"), seconds, "1970-01-01")
        return func.date_format(at, "%Y-%m-%dT%H:%i:%S+00:00", type_=type_)
    return func.to_timestamp(seconds, type_=type_)
