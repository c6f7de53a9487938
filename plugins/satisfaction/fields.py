"""What satisfaction adds to customers: a field, and keys to filter and sort by."""

from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, String, cast, literal

from guanxi import Customer, Filter, OpaqueId, Order, argument, score
from plugins.satisfaction.models import ScoreRow
from plugins.satisfaction.names import NAME, PERSONAL, SLOT

SURVEY = "The survey whose published run answers; left out: the run that was published last, whichever survey it is of."


def of_survey(operand: Any) -> ColumnElement[Any]:
    """The slot of a survey is its id."""
    number = cast(operand.parameter("surveyId", OpaqueId("sv", "Survey")), BigInteger)
    return literal("sv_", String()).concat(cast(number, String))


SCORE = score(ScoreRow, analysis=NAME, slot=SLOT, requires=PERSONAL, description=(
    "How satisfied the customer is, from 0 to 100: the mean of the answers in their latest response, each as its share of its scale. Null "
    "for who did not answer half of the questions."), slots={"surveyId": of_survey},
    arguments=[argument("survey_id", strawberry.ID | None, SURVEY)])

FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {"satisfaction": SCORE.field}}
FILTERS: tuple[Filter, ...] = (SCORE.filter(SLOT, "By how satisfied they are."),)
ORDERS: tuple[Order, ...] = (SCORE.order(SLOT, "By how satisfied they are."),)
