"""Mutations of surveys."""

from functools import partial
from typing import Annotated

import strawberry

from schema.context import Context
from schema.errors import UserError
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred
from schema.surveys import recording, writing
from schema.surveys.inputs import (
    SurveyCreateInput,
    SurveyDeleteInput,
    SurveyQuestionUpdateInput,
    SurveyResponseDeleteInput,
    SurveyResponseRecordInput,
    SurveyUpdateInput,
)
from schema.surveys.types import Survey, SurveyQuestion, SurveyResponse

WRITE = ["surveys.write"]
Info = strawberry.Info[Context, None]
Number = strawberry.Private[int | None]


@strawberry.type(description="What became of a survey to be made.")
class SurveyCreatePayload:
    survey_id: Number = None
    survey: Survey | None = referred("survey_id", "The new survey.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a change of a survey.")
class SurveyUpdatePayload:
    survey_id: Number = None
    survey: Survey | None = referred("survey_id", "The survey as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a change of a question.")
class SurveyQuestionUpdatePayload:
    question_id: Number = None
    question: SurveyQuestion | None = referred("question_id", "The question as it is now.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a survey to be deleted.")
class SurveyDeletePayload:
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="The id that it had; null when nothing was deleted.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a response to be recorded.")
class SurveyResponseRecordPayload:
    response_id: Number = None
    response: SurveyResponse | None = referred("response_id", "The response.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a response to be deleted.")
class SurveyResponseDeletePayload:
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="The id that it had; null when nothing was deleted.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class SurveyMutations:
    @mutation(SurveyCreatePayload, requires=WRITE, description="Makes a survey with its questions.")
    async def survey_create(
        self, info: Info, input: Annotated[SurveyCreateInput, strawberry.argument(description="The survey.")],
    ) -> SurveyCreatePayload | None:
        key = input.idempotency_key or None
        answer = await info.context.change("surveyCreate", partial(writing.create, given=input), key=key, request=strawberry.asdict(input))
        return SurveyCreatePayload(survey_id=answer["survey"])

    @mutation(SurveyUpdatePayload, requires=WRITE, description="Changes a survey's title and time, and adds questions to it.")
    async def survey_update(
        self, info: Info, input: Annotated[SurveyUpdateInput, strawberry.argument(description="The change.")],
    ) -> SurveyUpdatePayload | None:
        answer = await info.context.change("surveyUpdate", partial(writing.change, given=input))
        return SurveyUpdatePayload(survey_id=answer["survey"])

    @mutation(SurveyQuestionUpdatePayload, requires=WRITE, description="Changes how a question is worded and scored.")
    async def survey_question_update(
        self, info: Info, input: Annotated[SurveyQuestionUpdateInput, strawberry.argument(description="The change.")],
    ) -> SurveyQuestionUpdatePayload | None:
        answer = await info.context.change("surveyQuestionUpdate", partial(writing.change_question, given=input))
        return SurveyQuestionUpdatePayload(question_id=answer["question"])

    @mutation(SurveyDeletePayload, requires=WRITE, description="Deletes a survey, with everything that was answered.")
    async def survey_delete(
        self, info: Info, input: Annotated[SurveyDeleteInput, strawberry.argument(description="Which one.")],
    ) -> SurveyDeletePayload | None:
        answer = await info.context.change("surveyDelete", partial(writing.delete, given=input))
        return SurveyDeletePayload(deleted_id=answer["id"])

    @mutation(SurveyResponseRecordPayload, requires=WRITE, description="Records what somebody answered.")
    async def survey_response_record(
        self, info: Info, input: Annotated[SurveyResponseRecordInput, strawberry.argument(description="The response.")],
    ) -> SurveyResponseRecordPayload | None:
        key = input.idempotency_key or None
        answer = await info.context.change("surveyResponseRecord", partial(recording.record, given=input), key=key,
                                           request=strawberry.asdict(input))
        return SurveyResponseRecordPayload(response_id=answer["response"])

    @mutation(SurveyResponseDeletePayload, requires=WRITE, description="Deletes a response.")
    async def survey_response_delete(
        self, info: Info, input: Annotated[SurveyResponseDeleteInput, strawberry.argument(description="Which one.")],
    ) -> SurveyResponseDeletePayload | None:
        answer = await info.context.change("surveyResponseDelete", partial(recording.delete, given=input))
        return SurveyResponseDeletePayload(deleted_id=answer["id"])
