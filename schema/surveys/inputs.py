"""What clients send to change surveys."""

import datetime

import strawberry
from strawberry import ID, Maybe

from schema.surveys.models import QuestionKind

REVISION = "The revision that you read. If somebody changed the survey since, nothing is written: CONFLICT."
AGAIN = "Any text of your own: sent again with the same input, it gets the first answer."


@strawberry.input(description="A question.")
class SurveyQuestionInput:
    key: str = strawberry.field(description="What files call it: a letter, then letters, digits, _, - and points; at most 64 in all.")
    text_en: str | None = strawberry.field(default=strawberry.UNSET, description="What is asked, in English, at most 1,000 characters.")
    text_zh: str | None = strawberry.field(default=strawberry.UNSET, description="The same in Chinese. One of the two is needed.")
    kind: QuestionKind = strawberry.field(default=QuestionKind.SCALE, description="Whether its steps have an order.")
    scale_min: int = strawberry.field(default=1, description="The lowest answer, from -100 on.")
    scale_max: int = strawberry.field(default=5, description="The highest answer, up to 1,000; more than the lowest.")
    reverse_scored: bool = strawberry.field(default=False, description=(
        "Whether a high answer means what a low one means elsewhere: analyses turn it round. Only where steps have an order."))
    scale: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "What it measures together with other questions, such as “service”; at most 64 characters."))
    labels_en: list[str] | None = strawberry.field(default=strawberry.UNSET, description=(
        "What its steps are called, the lowest first: one for each step, all different. Files may give these words for numbers."))
    labels_zh: list[str] | None = strawberry.field(default=strawberry.UNSET, description="The same in Chinese.")


@strawberry.input(description="A new survey.")
class SurveyCreateInput:
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=AGAIN)
    key: str = strawberry.field(description="What files call it; no other survey may be called the same. Formed as the keys of questions.")
    title_en: str | None = strawberry.field(default=strawberry.UNSET, description="Its title in English, at most 200 characters.")
    title_zh: str | None = strawberry.field(default=strawberry.UNSET, description="Its title in Chinese. One of the two is needed.")
    open_from: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description="From when on it may be answered.")
    open_to: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description="Before when it may be answered.")
    questions: list[SurveyQuestionInput] = strawberry.field(description="From 1 to 200 questions, in order.")


@strawberry.input(description="A change of a survey. What is left out stays as it is.")
class SurveyUpdateInput:
    id: ID = strawberry.field(description="Which survey.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)
    title_en: Maybe[str | None] = strawberry.field(description="Its title in English; null clears it.")
    title_zh: Maybe[str | None] = strawberry.field(description="Its title in Chinese; null clears it.")
    open_from: Maybe[datetime.datetime | None] = strawberry.field(description="From when on it may be answered; null: from ever.")
    open_to: Maybe[datetime.datetime | None] = strawberry.field(description="Before when; null: for ever.")
    add_questions: list[SurveyQuestionInput] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Questions to come behind those that are there. Earlier responses lack an answer to them."))


@strawberry.input(description="A change of a question. What is left out stays as it is; key, kind and steps never change.")
class SurveyQuestionUpdateInput:
    id: ID = strawberry.field(description="Which question.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)
    text_en: Maybe[str | None] = strawberry.field(description="What is asked, in English; null clears it.")
    text_zh: Maybe[str | None] = strawberry.field(description="The same in Chinese; null clears it.")
    reverse_scored: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether analyses turn its answers round.")
    scale: Maybe[str | None] = strawberry.field(description="What it measures together with others; null: nothing.")


@strawberry.input(description="A survey that is no longer wanted. Its questions and all responses go with it.")
class SurveyDeleteInput:
    id: ID = strawberry.field(description="Which survey.")
    expected_revision: int | None = strawberry.field(default=strawberry.UNSET, description=REVISION)


@strawberry.input(description="An answer.")
class SurveyAnswerInput:
    question: str = strawberry.field(description="The question's key.")
    value: int = strawberry.field(description="The step of its scale.")


@strawberry.input(description="What somebody answered. The same externalId again replaces what it held.")
class SurveyResponseRecordInput:
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=AGAIN)
    survey_id: ID = strawberry.field(description="The survey.")
    customer_id: ID | None = strawberry.field(default=strawberry.UNSET, description="Who; left out: nobody is to know.")
    wave: str | None = strawberry.field(default=strawberry.UNSET, description="Which repetition of the survey, at most 64 characters.")
    submitted_at: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description="When; left out: now.")
    external_id: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "What the source calls the response, at most 200 characters; left out: one of its own."))
    answers: list[SurveyAnswerInput] = strawberry.field(description="The answers that were given: at least one, each question once.")


@strawberry.input(description="A response that is no longer wanted.")
class SurveyResponseDeleteInput:
    id: ID = strawberry.field(description="Which response.")
