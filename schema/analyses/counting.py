"""How many rows the tables have that analyses read, at most: what a snapshot sums up or leaves out is not known before it is taken."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from schema.commerce.models import BrowseEventRow, ProductRow, ReviewRow, TransactionLineRow, TransactionRow
from schema.context import Context
from schema.customers.models import AddressRow, CustomerRow, TagRow
from schema.marketing.models import SegmentMemberRow
from schema.querying.reading import Question, question
from schema.relationships.models import RelationshipKindRow, RelationshipRow
from schema.rows import Row
from schema.surveys.models import SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow

# By table of a snapshot: the tables whose rows, taken together, are never fewer.
SOURCES: Mapping[str, tuple[type[Row], ...]] = {
    "customers": (CustomerRow,), "relationships": (RelationshipRow,), "relationshipKinds": (RelationshipKindRow,),
    "behaviour": (TransactionRow,), "traits": (TagRow, CustomerRow, AddressRow, AddressRow),  # an address has a country and a city
    "transactions": (TransactionRow,), "transactionLines": (TransactionLineRow,), "products": (ProductRow,),
    "browseEvents": (BrowseEventRow,), "reviews": (ReviewRow,), "demographics": (CustomerRow,), "segmentMembers": (SegmentMemberRow,),
    "surveyQuestions": (SurveyQuestionRow,), "surveyResponses": (SurveyResponseRow,), "surveyAnswers": (SurveyAnswerRow,),
    "customerGroups": (SegmentMemberRow, *[CustomerRow] * 5, *[AddressRow] * 3),
}


@cache
def counting(dialect: str, tables: tuple[str, ...]) -> Question:
    counts: list[Any] = [sum((rows_of(source) for source in SOURCES[name][1:]), rows_of(SOURCES[name][0])) for name in tables]
    return question(select(*[count.label(name) for name, count in zip(tables, counts, strict=True)]), dialect)


def rows_of(source: type[Row]) -> ScalarSelect[int]:
    return select(func.count()).select_from(source).scalar_subquery()


async def counts_of(context: Context, tables: Sequence[str]) -> dict[str, int]:
    """The rows of each of these tables of a snapshot, counted by one statement."""
    row, = await counting(context.dialect, tuple(tables)).ask(context, {})
    return dict(zip(tables, row, strict=True))
