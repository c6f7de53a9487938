"""Tables of surveys."""

import datetime
import enum

import strawberry
from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.rows import Key, Reference, Row, named, text, utc_now


@strawberry.enum(description="What the steps of a question mean.")
class QuestionKind(enum.Enum):
    SCALE = strawberry.enum_value("SCALE", description="They lead from low to high, such as from “disagree” to “agree”.")
    CHOICE = strawberry.enum_value("CHOICE", description=(
        "They have no order, such as countries: answers are grouped by them, never averaged."))


class SurveyRow(Row):
    """What was asked of customers. A survey that is repeated with the same questions is one survey with several waves."""

    __tablename__ = "surveys"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(text(64), unique=True)
    title_en: Mapped[str | None] = mapped_column(text(200))
    title_zh: Mapped[str | None] = mapped_column(text(200))
    open_from: Mapped[datetime.datetime | None]
    open_to: Mapped[datetime.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime.datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    questions: Mapped[list["SurveyQuestionRow"]] = relationship(cascade="all, delete-orphan", passive_deletes=True,
                                                                order_by="SurveyQuestionRow.position")

    __mapper_args__ = {"version_id_col": revision}


class SurveyQuestionRow(Row):
    """`labels_*` name the steps from the lowest to the highest, NULL where numbers say it all. `scale` is what several questions measure
    together; an answer to a reverse-scored one is high where the others are low."""

    __tablename__ = "survey_questions"
    id: Mapped[Key]
    survey_id: Mapped[Reference] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(text(64))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(named(QuestionKind))
    text_en: Mapped[str | None] = mapped_column(text(1000))
    text_zh: Mapped[str | None] = mapped_column(text(1000))
    scale_min: Mapped[int] = mapped_column(SmallInteger)
    scale_max: Mapped[int] = mapped_column(SmallInteger)
    reverse_scored: Mapped[bool] = mapped_column(default=False)
    scale: Mapped[str | None] = mapped_column(text(64))
    labels_en: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    labels_zh: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (UniqueConstraint("survey_id", "key"),)


class SurveyResponseRow(Row):
    """What somebody answered at one time. Nobody may be known to have said it; of whom it is known, it goes with them when they are
    erased. `wave` tells repetitions of a survey apart, and is empty where there is but one."""

    __tablename__ = "survey_responses"
    id: Mapped[Key]
    survey_id: Mapped[Reference] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"))
    customer_id: Mapped[Reference | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    wave: Mapped[str] = mapped_column(text(64), default="")
    submitted_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    source: Mapped[str] = mapped_column(text(64))
    external_id: Mapped[str] = mapped_column(text(200))

    __table_args__ = (UniqueConstraint("survey_id", "source", "external_id"),
                      Index("ix_survey_responses_survey_id_submitted_at_id", "survey_id", "submitted_at", "id"),
                      Index("ix_survey_responses_customer_id_submitted_at", "customer_id", "submitted_at"))


class SurveyAnswerRow(Row):
    """An answer to one question, as it was given: reverse scoring is for whoever reads it. What was left out has no row."""

    __tablename__ = "survey_answers"
    response_id: Mapped[Reference] = mapped_column(ForeignKey("survey_responses.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[Reference] = mapped_column(ForeignKey("survey_questions.id", ondelete="CASCADE"), primary_key=True, index=True)
    value: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = {"sqlite_with_rowid": False}
