"""Mutations of segments."""

from functools import partial
from typing import Annotated

import strawberry

from schema.context import Context
from schema.errors import UserError
from schema.marketing import writing
from schema.marketing.inputs import (
    SegmentCreateInput,
    SegmentDeleteInput,
    SegmentMembersAddInput,
    SegmentMembersRemoveInput,
    SegmentUpdateInput,
)
from schema.marketing.types import Segment
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred

WRITE = ["segments.write"]
Info = strawberry.Info[Context, None]
Number = strawberry.Private[int | None]


@strawberry.type(description="What became of a segment to be made.")
class SegmentCreatePayload:
    segment_id: Number = None
    segment: Segment | None = referred("segment_id", "The new segment.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a change of a segment.")
class SegmentUpdatePayload:
    segment_id: Number = None
    segment: Segment | None = referred("segment_id", "The segment as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a segment to be deleted.")
class SegmentDeletePayload:
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="The id that it had; null when nothing was deleted.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of customers who were to come into a segment, or to leave it.")
class SegmentMembersPayload:
    segment_id: Number = None
    segment: Segment | None = referred("segment_id", "The segment as it is now.")
    changed: int = strawberry.field(default=0, description="How many customers came or left; not those who were there, or gone, already.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class MarketingMutations:
    @mutation(SegmentCreatePayload, requires=WRITE, description="Makes a segment whose members are put in by hand.")
    async def segment_create(
        self, info: Info, input: Annotated[SegmentCreateInput, strawberry.argument(description="The segment.")],
    ) -> SegmentCreatePayload | None:
        key = input.idempotency_key or None
        answer = await info.context.change("segmentCreate", partial(writing.create, given=input), key=key, request=strawberry.asdict(input))
        return SegmentCreatePayload(segment_id=answer["segment"])

    @mutation(SegmentUpdatePayload, requires=WRITE, description="Changes what a segment is called and what it is for.")
    async def segment_update(
        self, info: Info, input: Annotated[SegmentUpdateInput, strawberry.argument(description="The change.")],
    ) -> SegmentUpdatePayload | None:
        answer = await info.context.change("segmentUpdate", partial(writing.change, given=input))
        return SegmentUpdatePayload(segment_id=answer["segment"])

    @mutation(SegmentDeletePayload, requires=WRITE, description="Deletes a segment. Its customers stay.")
    async def segment_delete(
        self, info: Info, input: Annotated[SegmentDeleteInput, strawberry.argument(description="Which one.")],
    ) -> SegmentDeletePayload | None:
        answer = await info.context.change("segmentDelete", partial(writing.delete, given=input))
        return SegmentDeletePayload(deleted_id=answer["id"])

    @mutation(SegmentMembersPayload, requires=WRITE, description="Puts customers into a static segment, as of now.")
    async def segment_members_add(
        self, info: Info, input: Annotated[SegmentMembersAddInput, strawberry.argument(description="Who, and where.")],
    ) -> SegmentMembersPayload | None:
        answer = await info.context.change("segmentMembersAdd", partial(writing.add_members, given=input))
        return SegmentMembersPayload(segment_id=answer["segment"], changed=answer["changed"])

    @mutation(SegmentMembersPayload, requires=WRITE, description="Takes customers out of a static segment, as of now.")
    async def segment_members_remove(
        self, info: Info, input: Annotated[SegmentMembersRemoveInput, strawberry.argument(description="Who, and where.")],
    ) -> SegmentMembersPayload | None:
        answer = await info.context.change("segmentMembersRemove", partial(writing.remove_members, given=input))
        return SegmentMembersPayload(segment_id=answer["segment"], changed=answer["changed"])
