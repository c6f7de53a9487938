"""Mutations of relationships and their kinds."""

from functools import partial
from typing import Annotated

import strawberry

from schema.context import Context
from schema.errors import Refused, UserError
from schema.jobs.types import DeriveJob
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred
from schema.relationships import background, derive, kinds, writing
from schema.relationships.derive_inputs import RelationshipsDeriveInput
from schema.relationships.inputs import (
    RelationshipCreateInput,
    RelationshipEndInput,
    RelationshipKindSaveInput,
    RelationshipUpdateInput,
    given,
)
from schema.relationships.types import Relationship, RelationshipKind
from schema.rows import utc_now

WRITE, SETTINGS = ["relationships.write"], ["settings.write"]
Info = strawberry.Info[Context, None]


@strawberry.type(description="What became of a relationship to be made.")
class RelationshipCreatePayload:
    relationship_id: strawberry.Private[int | None] = None
    relationship: Relationship | None = referred("relationship_id", "The new relationship.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a change of a relationship.")
class RelationshipUpdatePayload:
    relationship_id: strawberry.Private[int | None] = None
    relationship: Relationship | None = referred("relationship_id", "The relationship as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a relationship to be ended.")
class RelationshipEndPayload:
    relationship_id: strawberry.Private[int | None] = None
    relationship: Relationship | None = referred("relationship_id", "The relationship with its end.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a kind of relationship to be saved.")
class RelationshipKindSavePayload:
    relationship_kind_id: strawberry.Private[int | None] = None
    relationship_kind: RelationshipKind | None = referred("relationship_kind_id", "The kind as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of relationships to be derived.")
class RelationshipsDerivePayload:
    job_id: strawberry.Private[int | None] = None
    job: DeriveJob | None = referred("job_id", "What was, or would be, made, changed and ended.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class RelationshipMutations:
    @mutation(RelationshipCreatePayload, requires=WRITE, description="Ties two customers.")
    async def relationship_create(
        self, info: Info, input: Annotated[RelationshipCreateInput, strawberry.argument(description="The relationship.")],
    ) -> RelationshipCreatePayload | None:
        perform, key = partial(writing.create, wanted=input), given(input.idempotency_key)
        answer = await info.context.change("relationshipCreate", perform, key=key, request=strawberry.asdict(input))
        return RelationshipCreatePayload(relationship_id=answer["relationship"])

    @mutation(RelationshipUpdatePayload, requires=WRITE, description="Changes a relationship; its customers and its kind stay.")
    async def relationship_update(
        self, info: Info, input: Annotated[RelationshipUpdateInput, strawberry.argument(description="The change.")],
    ) -> RelationshipUpdatePayload | None:
        answer = await info.context.change("relationshipUpdate", partial(writing.update, wanted=input))
        return RelationshipUpdatePayload(relationship_id=answer["relationship"])

    @mutation(RelationshipEndPayload, requires=WRITE, description="Ends a relationship. It can still be read as of any moment before.")
    async def relationship_end(
        self, info: Info, input: Annotated[RelationshipEndInput, strawberry.argument(description="The end.")],
    ) -> RelationshipEndPayload | None:
        answer = await info.context.change("relationshipEnd", partial(writing.end, wanted=input))
        return RelationshipEndPayload(relationship_id=answer["relationship"])

    @mutation(RelationshipKindSavePayload, requires=SETTINGS, description="Makes a kind of relationship, or changes the one with this key.")
    async def relationship_kind_save(
        self, info: Info, input: Annotated[RelationshipKindSaveInput, strawberry.argument(description="The kind.")],
    ) -> RelationshipKindSavePayload | None:
        answer = await info.context.change("relationshipKindSave", partial(kinds.save, wanted=input))
        return RelationshipKindSavePayload(relationship_kind_id=answer["relationship_kind"])

    @mutation(RelationshipsDerivePayload, requires=WRITE, cost=500, description=(
        "Derives relationships from what customers did, and keeps them in line with it: pairs that no longer qualify are ended, weights "
        "brought up to date. Only derived relationships of this kind are touched. Run again on the same data, it changes nothing. "
        "A job that is too large for a request is QUEUED, and done in the background: see jobUpdated and jobCancel."))
    async def relationships_derive(
        self, info: Info, input: Annotated[RelationshipsDeriveInput, strawberry.argument(description="What from, and how.")],
    ) -> RelationshipsDerivePayload | None:
        context, begun = info.context, utc_now()
        try:
            answer = await context.change("relationshipsDerive", derive.derive(input, context.language))
        except derive.Larger:
            answer = await context.change("relationshipsDerive", background.enqueue(input, context.language))
            context.watch.announce(answer["job"])
        except Refused:
            raise
        except Exception:
            await context.change("relationshipsDerive", derive.failed(input, begun, context.language))
            raise
        return RelationshipsDerivePayload(job_id=answer["job"])
