"""Filter keys of responses that are no columns shown by themselves."""

from schema.ids import OpaqueId
from schema.querying.entities import Filter
from schema.querying.inputs import IdFilter
from schema.surveys.types import WHO, SurveyResponse

CUSTOMER, SURVEY = OpaqueId("c", "Customer"), OpaqueId("sv", "Survey")

FILTERS = (
    Filter(SurveyResponse, "customerId", IdFilter, lambda row, operand: operand.holds(row.c.customer_id, CUSTOMER),
           "By customer; isNull: nobody knows who answered.", ("customers.read", *WHO)),
    Filter(SurveyResponse, "surveyId", IdFilter, lambda row, operand: operand.holds(row.c.survey_id, SURVEY), "By survey."),
)
