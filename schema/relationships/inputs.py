"""What clients send to change relationships and their kinds."""

import datetime
from typing import TypeVar

import strawberry
from strawberry import ID, Maybe

from schema.customers.models import CustomerKind
from schema.labels import LabelInput
from schema.relationships.models import RelationshipSign

T = TypeVar("T")
Moment = datetime.datetime
REVISION = "The revision that you read. If somebody changed the relationship since, nothing is written: CONFLICT."


def given(value: T | None) -> T | None:
    """What was sent; None when it was left out."""
    return None if value is strawberry.UNSET else value


@strawberry.input(description="A new relationship between two customers.")
class RelationshipCreateInput:
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Any text of your own: sent again with the same input, it gets the first answer.")
    from_id: ID = strawberry.field(description="The customer where it starts; without a direction, either of the two.")
    to_id: ID = strawberry.field(description="The customer to whom it leads.")
    kind: str = strawberry.field(description="The key of its kind.")
    sign: RelationshipSign | None = strawberry.field(default=strawberry.UNSET, description="Its sign; left out: the kind's.")
    weight: float = strawberry.field(default=1.0, description="How strong it is: 0 or more, whatever the sign.")
    valid_from: Moment | None = strawberry.field(default=strawberry.UNSET, description="When it began; left out: not known.")
    valid_to: Moment | None = strawberry.field(default=strawberry.UNSET, description="When it ended or will end; left out: it has not.")
    confidence: float | None = strawberry.field(default=strawberry.UNSET, description="How sure it is, from 0 to 1.")


@strawberry.input(description="A change of a relationship. What is left out stays as it is; null clears it.")
class RelationshipUpdateInput:
    id: ID = strawberry.field(description="Which relationship.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)
    sign: Maybe[RelationshipSign | None] = strawberry.field(description="Its sign; null: the kind's.")
    weight: Maybe[float | None] = strawberry.field(description="How strong it is: 0 or more; null: 1.")
    valid_from: Maybe[Moment | None] = strawberry.field(description="When it began; null: not known.")
    valid_to: Maybe[Moment | None] = strawberry.field(description="When it ended or will end; null: it has not.")
    confidence: Maybe[float | None] = strawberry.field(description="How sure it is, from 0 to 1; null: not known.")


@strawberry.input(description="The end of a relationship. What ended can still be read: see asOf.")
class RelationshipEndInput:
    id: ID = strawberry.field(description="Which relationship.")
    at: Moment | None = strawberry.field(default=strawberry.UNSET, description="When it ended or will end; left out: now.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)


@strawberry.input(description="A kind of relationship, found by its key: made when there is none, else changed. What is left out stays.")
class RelationshipKindSaveInput:
    key: str = strawberry.field(description="What programs and files call the kind: small letters, digits, “_”, “-” and “.”.")
    label: LabelInput = strawberry.field(description="What people call it.")
    inverse_label: Maybe[LabelInput | None] = strawberry.field(description="What people call it from the other end; null: nothing.")
    directed: bool = strawberry.field(
        description="Whether it points from one to the other. It cannot change once there are such relationships.")
    default_sign: Maybe[RelationshipSign | None] = strawberry.field(
        description="The sign of relationships that are made without one: POSITIVE in a new kind, and for null.")
    from_kinds: Maybe[list[CustomerKind] | None] = strawberry.field(
        description="Who may stand at its beginning: everybody in a new kind, and for null.")
    to_kinds: Maybe[list[CustomerKind] | None] = strawberry.field(
        description="Who may stand at its end: everybody in a new kind, and for null.")
