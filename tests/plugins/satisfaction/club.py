"""An application on a database with a survey in it: runs of the plugin are started by GraphQL and computed by real workers."""

import datetime
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from schema.changes.change import Change
from schema.customers.models import AddressRow, ConsentRow, CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from schema.surveys.models import QuestionKind, SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.server.runs.house import ended

MEMBERS = 48
BEGIN = datetime.datetime(2024, 3, 1, 9, tzinfo=datetime.UTC)
REGIONS = ("North", "South", "West")
START = """
mutation Start($input: SatisfactionRunStartInput!) {
  satisfactionRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""


def open_club(database: Database, folder: Path) -> AbstractAsyncContextManager[Office]:
    return opened_office(database, folder, settle)


def said(member: int) -> tuple[int, int, int]:
    """Overall from 0 to 10, quality from 1 to 5, slowness from 1 to 5: those in the South are the least content."""
    overall = 6 - 3 * (member % 3 == 1) + member * 7 % 5
    return overall, 1 + min(overall, 9) // 2, 5 - min(overall, 9) // 2 if member % 7 else 3


def settle(work: Change) -> dict[str, Any]:
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"会员 {i:02}", search_name=f"会员 {i:02}", gender="fm"[i % 2],
                          addresses=[AddressRow(region=REGIONS[i % 3])]) for i in range(1, MEMBERS + 3)]
    scale = QuestionKind.SCALE
    survey = SurveyRow(key="club", title_en="Our club", title_zh="会员调查", questions=[
        SurveyQuestionRow(key="overall", position=1, kind=scale, text_en="All in all?", text_zh="总体如何？", scale_min=0, scale_max=10),
        SurveyQuestionRow(key="quality", position=2, kind=scale, text_en="Is it good?", scale_min=1, scale_max=5, scale="service"),
        SurveyQuestionRow(key="slow", position=3, kind=scale, text_en="Is it slow?", scale_min=1, scale_max=5, scale="service",
                          reverse_scored=True),
        SurveyQuestionRow(key="where", position=4, kind=QuestionKind.CHOICE, text_en="Where?", scale_min=1, scale_max=2,
                          labels_en=["Shop", "Web"], labels_zh=["店内", "网上"])])
    work.session.add_all([*people, survey])
    work.session.flush()
    asked = {question.key: question.id for question in survey.questions}
    for number in range(1, MEMBERS + 1):
        answer(work, survey.id, asked, people[number - 1].id, number, "2024")
    answer(work, survey.id, asked, people[0].id, 2, "2023", before=365)  # said something else a year ago
    answer(work, survey.id, asked, None, 3, "2024")  # nobody knows who
    answer(work, survey.id, asked, people[MEMBERS + 1].id, 4, "2024")  # refused to be analysed
    work.session.add(ConsentRow(customer_id=people[MEMBERS + 1].id, purpose="analytics", granted=False))
    return {}


def answer(work: Change, survey: int, asked: dict[str, int], customer: int | None, member: int, wave: str, before: int = 0) -> None:
    at = BEGIN - datetime.timedelta(days=before, hours=-member)
    row = SurveyResponseRow(survey_id=survey, customer_id=customer, wave=wave, submitted_at=at, source="club",
                            external_id=f"{customer}-{member}-{wave}")
    work.session.add(row)
    work.session.flush()
    overall, quality, slow = said(member)
    given = {"overall": overall, "quality": quality, "slow": slow, "where": 1 + member % 2}
    if member % 11 == 0:
        del given["slow"]
    work.session.add_all([SurveyAnswerRow(response_id=row.id, question_id=asked[key], value=value) for key, value in given.items()])


async def ids(office: Office) -> dict[str, str]:
    """Of the survey, under "survey", and of its questions by key."""
    found = (await office.data("{ surveys { nodes { id questions { id key } } } }"))["surveys"]["nodes"][0]
    return {"survey": found["id"], **{one["key"]: one["id"] for one in found["questions"]}}


async def started(office: Office, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await office.data(START, {"input": given}))["satisfactionRunStart"]
    return answer


async def run(office: Office, *, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, **given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
