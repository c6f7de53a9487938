"""Types of surveys."""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated

import strawberry
from sqlalchemy import BigInteger, func, select

from schema.context import Context
from schema.querying.connection import Connection, Node
from schema.querying.databases import speech_of
from schema.querying.declare import column, computed, derived, key, listed, many, one, translated
from schema.querying.reading import Question, question
from schema.surveys.models import QuestionKind, SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow

if TYPE_CHECKING:
    from schema.customers.types import Customer

HERE = "schema.surveys.types"
LazyCustomer = Annotated["Customer", strawberry.lazy("schema.customers.types")]
LazySurvey = Annotated["Survey", strawberry.lazy(HERE)]
SurveyConnection = Connection[LazySurvey]
SurveyResponseConnection = Connection[Annotated["SurveyResponse", strawberry.lazy(HERE)]]
READ = ["surveys.read"]
WHO = ["surveys.read", "pii.read"]  # what somebody answered is theirs: who said it is shown to few


def words(labels: list[str] | None) -> list[str]:
    return labels or []


@strawberry.type(description="A question of a survey, answered by one step of a scale.")
class SurveyQuestion(Node):
    id: strawberry.ID = key(SurveyQuestionRow.id, code="sq", requires=READ)
    survey: LazySurvey = one(SurveyQuestionRow.survey_id, "The survey.")
    key: str = column(SurveyQuestionRow.key, "What files call it: the name of its column.")
    position: int = column(SurveyQuestionRow.position, "Its place in the survey, from 1.")
    kind: QuestionKind = column(SurveyQuestionRow.kind, "Whether its steps have an order.")
    text: str | None = translated(SurveyQuestionRow.text_en, SurveyQuestionRow.text_zh, "What is asked, in the caller's language.")
    scale_min: int = column(SurveyQuestionRow.scale_min, "The lowest answer.")
    scale_max: int = column(SurveyQuestionRow.scale_max, "The highest answer.")
    reverse_scored: bool = column(SurveyQuestionRow.reverse_scored, (
        "Whether a high answer means what a low one means elsewhere. Answers are kept as they were given."))
    scale: str | None = column(SurveyQuestionRow.scale, "What it measures together with other questions.")
    labels_en: list[str] = derived(words, SurveyQuestionRow.labels_en, description="What its steps are called, the lowest first.")
    labels_zh: list[str] = derived(words, SurveyQuestionRow.labels_zh, description="The same in Chinese.")


@strawberry.type(description="An answer, as it was given.")
class SurveyAnswer:
    question: SurveyQuestion = one(SurveyAnswerRow.question_id, "To what.")
    value: int = column(SurveyAnswerRow.value, "The step of the scale; a reverse-scored question is not turned round.")


@strawberry.type(description="What somebody answered at one time.")
class SurveyResponse(Node):
    id: strawberry.ID = key(SurveyResponseRow.id, code="rs", requires=READ)
    survey: LazySurvey = one(SurveyResponseRow.survey_id, "The survey.")
    customer: LazyCustomer | None = one(SurveyResponseRow.customer_id, "Who said it; null when nobody knows.", requires=WHO)
    wave: str = column(SurveyResponseRow.wave, "Which repetition of the survey it belongs to; empty where there is but one.",
                       filter="operators", order=True)
    submitted_at: datetime.datetime = column(SurveyResponseRow.submitted_at, "When.", filter="operators", order=True)
    answers: list[SurveyAnswer] = listed(SurveyAnswerRow.response_id, "What was answered; what was left out is not there.",
                                         order=SurveyAnswerRow.question_id)


@cache
def counting(dialect: str) -> Question:
    of = SurveyResponseRow.survey_id
    chosen = of.in_(speech_of(dialect).members("surveys", BigInteger()))
    return question(select(of, func.count()).where(chosen).group_by(of), dialect)


async def sizes(context: Context, surveys: Sequence[int]) -> Mapping[int, int]:
    found: dict[int, int] = dict(await counting(context.dialect).ask(context, {"surveys": surveys}))
    return {survey: found.get(survey, 0) for survey in surveys}


@strawberry.type(description="Questions that customers are asked, once or in several waves.")
class Survey(Node):
    id: strawberry.ID = key(SurveyRow.id, code="sv", requires=READ)
    key: str = column(SurveyRow.key, "What files call it; no other survey is called the same.", filter="operators", order=True)
    title: str | None = translated(SurveyRow.title_en, SurveyRow.title_zh, "Its title in the caller's language.")
    open_from: datetime.datetime | None = column(SurveyRow.open_from, "From when on it may be answered; null: from ever.")
    open_to: datetime.datetime | None = column(SurveyRow.open_to, "Before when; null: for ever.")
    created_at: datetime.datetime = column(SurveyRow.created_at, "When it was made.", order=True)
    revision: int = column(SurveyRow.revision, "Grows with every change of it or its questions: give it as expectedRevision.")
    questions: list[SurveyQuestion] = listed(SurveyQuestionRow.survey_id, "What is asked, in order.", order=SurveyQuestionRow.position)
    response_count: int | None = computed(sizes, "How many responses there are.", cost=5)
    responses: SurveyResponseConnection | None = many(SurveyResponseRow.survey_id, "What was answered, newest first.",
                                                      default_order=[(SurveyResponseRow.submitted_at, True)])
