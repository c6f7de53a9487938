"""Root fields about surveys."""

import strawberry

from schema.querying.declare import lookup, many
from schema.surveys.models import SurveyRow
from schema.surveys.types import Survey, SurveyConnection


@strawberry.type
class SurveyQueries:
    survey: Survey | None = lookup("A survey by its id.")
    surveys: SurveyConnection | None = many(None, "Surveys, by key.", default_order=[(SurveyRow.key, False)])
