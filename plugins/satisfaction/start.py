"""What a run is started with: which survey, which questions, and what to compare by."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, selection

MOST_FACTORS, MOST_QUESTIONS = 2, 200


@strawberry.enum(description="What customers can be grouped by.")
class CustomerAttribute(enum.Enum):
    SEGMENT = strawberry.enum_value("SEGMENT", description="The segment that they are in now; who is in several of them is left out.")
    KIND = strawberry.enum_value("KIND", description="A person or an organisation.")
    GENDER = strawberry.enum_value("GENDER", description="The gender of a person, in the installation's words.")
    EDUCATION_LEVEL = strawberry.enum_value("EDUCATION_LEVEL", description="The level of education of a person.")
    INDUSTRY = strawberry.enum_value("INDUSTRY", description="The industry of an organisation.")
    SERVICE_LEVEL = strawberry.enum_value("SERVICE_LEVEL", description="The key of the service level.")
    REGION = strawberry.enum_value("REGION", description="The region of the preferred address.")
    CITY = strawberry.enum_value("CITY", description="The city of the preferred address.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="The country of the preferred address.")


@strawberry.enum(description="What the waves of a trend are.")
class TrendPeriod(enum.Enum):
    WAVE = strawberry.enum_value("WAVE", description="What responses call their wave, in the order in which each began.")
    MONTH = strawberry.enum_value("MONTH", description="Calendar months, by UTC.")
    QUARTER = strawberry.enum_value("QUARTER", description="Calendar quarters, by UTC.")
    YEAR = strawberry.enum_value("YEAR", description="Calendar years, by UTC.")


@strawberry.input(one_of=True, description="What responses are grouped by: exactly one of these.")
class SatisfactionFactorInput:
    attribute: CustomerAttribute | None = strawberry.field(default=strawberry.UNSET, description="Something about the customer.")
    feature: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "A feature of customerFeatures that is a category, such as segmentation.cluster."))
    question_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The answer to another question of the survey, such as where somebody lives."))


@strawberry.input(description="Which survey is to be evaluated, and what to compare by.")
class SatisfactionRunStartInput(RunStart):
    survey_id: strawberry.ID = strawberry.field(description="The survey.")
    where: Mapping[str, Any] | None = selection(lambda: Customer, (
        "Only responses of these customers; left out: all, those of nobody known included."))
    wave: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "Only responses of this wave; the trend always has all of them. Left out: all, and of each customer the latest response only."))
    question_ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Which questions make up satisfaction, up to 200; left out: all whose steps have an order."))
    overall_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The question about satisfaction as a whole. It is what groups are compared by and what the others explain. Left out: groups are "
        "compared by the mean of all questions on a scale from 0 to 100, and nothing is explained."))
    factors: list[SatisfactionFactorInput] | None = strawberry.field(default=strawberry.UNSET, description=(
        "One or two things to compare by. Two are compared one by one, and together."))
    minimum_group: int = strawberry.field(default=5, description=(
        "How many responses a group has at least, from 2 to 10,000: smaller groups are left out, and the run says so."))
    confidence: float = strawberry.field(default=0.95, description="How sure intervals are, from 0.5 to 0.999.")
    trend: TrendPeriod = strawberry.field(default=TrendPeriod.WAVE, description="What the trend goes by.")

    def __post_init__(self) -> None:
        self.survey = number(self.survey_id, "sv", "a survey", "surveyId")
        self.asked = [number(id_, "sq", "a question", "questionIds", str(at)) for at, id_ in enumerate(self.question_ids or ())]
        self.overall = number(self.overall_id, "sq", "a question", "overallId") if self.overall_id else None
        if len(self.asked) > MOST_QUESTIONS:
            raise InvalidParameters(f"questionIds takes at most {MOST_QUESTIONS} questions, not {len(self.asked):,}.", "questionIds")
        if len(self.by) > MOST_FACTORS:
            raise InvalidParameters(f"factors takes one or two, not {len(self.by)}.", "factors")
        if not 2 <= self.minimum_group <= 10_000:
            raise InvalidParameters("minimumGroup must be from 2 to 10,000.", "minimumGroup")
        if not 0.5 <= self.confidence <= 0.999:
            raise InvalidParameters("confidence must be from 0.5 to 0.999.", "confidence")
        for at, one in enumerate(self.by):
            if one.question_id:
                number(one.question_id, "sq", "a question", "factors", str(at), "questionId")

    @property
    def by(self) -> Sequence[SatisfactionFactorInput]:
        return self.factors or ()

    def named(self) -> dict[tuple[str, ...], str]:
        """The features that a run reads, by where in the input they stand."""
        return {("factors", str(at), "feature"): one.feature for at, one in enumerate(self.by) if one.feature}

    def tables(self) -> tuple[str, ...]:
        found = ("surveyResponses", "surveyQuestions", "surveyAnswers", "customers")
        return (*found, "customerGroups") if any(one.attribute for one in self.by) else found


def number(id_: str, code: str, what: str, *path: str) -> int:
    """Of an id; ids of answers' questions are not looked up before the run."""
    found, _, digits = id_.partition("_")
    if found != code or not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise InvalidParameters(f"{id_[:40]} is not the id of {what}.", *path)
    return int(digits)
