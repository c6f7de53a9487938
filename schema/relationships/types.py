"""Types of relationships."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.customers.models import CustomerKind
from schema.jobs.types import Job
from schema.querying.connection import Connection, Node, PageInfo
from schema.querying.declare import column, derived, embedded, key, one, translated
from schema.relationships.models import (
    EdgeDirection,
    ProvenanceOrigin,
    RelationshipEndRow,
    RelationshipKindRow,
    RelationshipRow,
    RelationshipSign,
)
from schema.staff.types import Staff

if TYPE_CHECKING:
    from schema.customers.types import Customer

HERE = "schema.relationships.types"
READ = ["relationships.read"]
LazyCustomer = Annotated["Customer", strawberry.lazy("schema.customers.types")]


def kinds(person: bool, organization: bool) -> list[CustomerKind]:
    return [kind for kind, allowed in ((CustomerKind.PERSON, person), (CustomerKind.ORGANIZATION, organization)) if allowed]


@strawberry.type(description="A kind of relationship, such as “supplies”. Kinds are data: installations add their own.")
class RelationshipKind(Node):
    id: strawberry.ID = key(RelationshipKindRow.id, code="rk", requires=READ)
    key: str = column(RelationshipKindRow.key, "What programs and files call the kind.")
    label: str | None = translated(RelationshipKindRow.label_en, RelationshipKindRow.label_zh,
                                   "What it is called, in the caller's language.")
    inverse_label: str | None = translated(RelationshipKindRow.inverse_label_en, RelationshipKindRow.inverse_label_zh,
                                           "What it is called from the other end, in the caller's language.")
    directed: bool = column(RelationshipKindRow.directed, "Whether it points from one to the other.")
    default_sign: RelationshipSign = column(RelationshipKindRow.default_sign, "Its sign, unless another is given.")
    from_kinds: list[CustomerKind] = derived(kinds, RelationshipKindRow.from_person, RelationshipKindRow.from_organization,
                                             description="Who may stand at its beginning.")
    to_kinds: list[CustomerKind] = derived(kinds, RelationshipKindRow.to_person, RelationshipKindRow.to_organization,
                                           description="Who may stand at its end.")


@strawberry.type(description="Where a relationship comes from.")
class Provenance:
    origin: ProvenanceOrigin = column(RelationshipRow.origin, "Who or what made it.")
    recorded_at: datetime.datetime = column(RelationshipRow.recorded_at, "When it was recorded.")
    staff: Staff | None = one(RelationshipRow.staff_id, "Who entered it.")
    job: Job | None = one(RelationshipRow.job_id, "The import or derivation that made it.")
    evidence_count: int | None = column(RelationshipRow.evidence_count, "How much evidence a derived relationship rests on.")


@strawberry.type(description="A tie between two customers.")
class Relationship(Node):
    id: strawberry.ID = key(RelationshipRow.id, code="r", requires=READ)
    from_: LazyCustomer = one(RelationshipRow.from_id, "Where it starts; for an undirected one, one of the two.", name="from")
    to: LazyCustomer = one(RelationshipRow.to_id, "Where it leads.")
    kind: RelationshipKind = one(RelationshipRow.kind_id, "What kind it is.")
    directed: bool = column(RelationshipRow.directed, "Whether it points from one to the other.")
    sign: RelationshipSign = column(RelationshipRow.sign, "Whether it joins the two or parts them.", filter="value")
    weight: float = column(RelationshipRow.weight, "How strong it is: 0 or more, whatever the sign.", filter="operators", order=True)
    valid_from: datetime.datetime | None = column(RelationshipRow.valid_from, "When it began; null: not known.", order=True)
    valid_to: datetime.datetime | None = column(RelationshipRow.valid_to, "When it ended; null: it has not.")
    provenance: Provenance = embedded("Where it comes from.")
    confidence: float | None = column(RelationshipRow.confidence, "How sure it is, from 0 to 1.")
    revision: int = column(RelationshipRow.revision, "Grows with every change: give it as expectedRevision.")


RelationshipConnection = Connection[Relationship]


@strawberry.type(description="A relationship as one of its customers sees it.")
class CustomerRelationshipEdge:
    cursor: str = strawberry.field(description="Where this row stands: pass it as `after` or `before`.")
    node: Relationship = one(RelationshipEndRow.relationship_id, "The relationship.")
    other: LazyCustomer = one(RelationshipEndRow.other_id, "The customer at the far end.")
    direction: EdgeDirection = column(RelationshipEndRow.direction, "How the relationship looks from this end.")


@strawberry.type(description="A page of one customer's relationships.")
class CustomerRelationshipConnection:
    edges: list[CustomerRelationshipEdge] = strawberry.field(description="The relationships with their far ends.")
    nodes: list[Relationship] = strawberry.field(description="The relationships.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int | None = strawberry.field(description="How many there are in all: counted only when asked for.")


