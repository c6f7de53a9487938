"""What clients send to change segments."""

import strawberry
from strawberry import ID, Maybe

REVISION = "The revision that you read. If somebody changed the segment since, nothing is written: CONFLICT."


@strawberry.input(description="A new segment, whose members are put in by hand.")
class SegmentCreateInput:
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Any text of your own: sent again with the same input, it gets the first answer.")
    name: str = strawberry.field(description="What it is called, at most 200 characters; no other may be called the same.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is for, at most 2,000 characters.")
    customer_ids: list[ID] | None = strawberry.field(default=strawberry.UNSET, description="Its first members, at most 1,000.")


@strawberry.input(description="A change of a segment. What is left out stays as it is.")
class SegmentUpdateInput:
    id: ID = strawberry.field(description="Which segment.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What it is called.")
    description: Maybe[str | None] = strawberry.field(description="What it is for; null clears it.")


@strawberry.input(description="A segment that is no longer wanted. Its customers stay, who was in it is forgotten.")
class SegmentDeleteInput:
    id: ID = strawberry.field(description="Which segment.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)


@strawberry.input
class SegmentMembersInput:
    id: ID = strawberry.field(description="Which segment: a static one.")
    customer_ids: list[ID] = strawberry.field(description="The customers, at most 1,000.")


@strawberry.input(description="Customers who come into a segment. Who is in it already stays.")
class SegmentMembersAddInput(SegmentMembersInput):
    pass


@strawberry.input(description="Customers who leave a segment. That they were in it is remembered.")
class SegmentMembersRemoveInput(SegmentMembersInput):
    pass
