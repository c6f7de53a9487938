"""The survey of the demo: what its customers, who are made up as well, were asked twice."""

import datetime
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema import ids
from schema.changes.change import Change
from schema.surveys.inputs import SurveyAnswerInput, SurveyCreateInput, SurveyQuestionInput, SurveyResponseRecordInput
from schema.surveys.models import QuestionKind, SurveyQuestionRow, SurveyRow
from schema.surveys.recording import record
from schema.surveys.writing import create
from server.database import Database
from server.demo.notes import Row, customer_ids, rows

KEY = "demo-service"
AGREE_EN = ["disagree", "rather disagree", "neither", "rather agree", "agree"]
AGREE_ZH = ["不同意", "不太同意", "一般", "比较同意", "同意"]
# key, English, Chinese, scale, reverse scored
STATEMENTS = (
    ("choice", "They have what I look for.", "商品种类能满足我的需要。", "goods", False),
    ("quality", "The goods are well made.", "商品质量好。", "goods", False),
    ("prices", "Prices are fair.", "价格合理。", "goods", False),
    ("delivery", "Orders arrive when they should.", "订单能按时送达。", "service", False),
    ("packing", "Goods arrive unbroken.", "商品送达时完好无损。", "service", False),
    ("waiting", "I wait too long for an answer.", "等待答复的时间太长。", "service", True),
    ("website", "The website is easy to use.", "网站好用。", None, False),
)


ORDERING = ("website", "telephone", "fair")


def questions() -> list[SurveyQuestionInput]:
    recommend = SurveyQuestionInput(key="recommend", text_en="How likely are you to recommend us?", text_zh="您有多大可能向他人推荐我们？",
                                    scale_min=0, scale_max=10)
    stated = [SurveyQuestionInput(key=key, text_en=english, text_zh=chinese, scale=scale or strawberry.UNSET, reverse_scored=turned,
                                  labels_en=AGREE_EN, labels_zh=AGREE_ZH) for key, english, chinese, scale, turned in STATEMENTS]
    ordering = SurveyQuestionInput(key="ordering", text_en="How do you mostly order?", text_zh="您主要通过什么方式订货？",
                                   kind=QuestionKind.CHOICE, scale_max=3, labels_en=list(ORDERING),
                                   labels_zh=["网站", "电话", "展会"])
    return [recommend, *stated, ordering]


def add_survey(work: Change, path: Path, source: str) -> dict[str, Any]:
    """As if each response had been recorded when it came; how many."""
    survey = create(work, SurveyCreateInput(key=KEY, title_en="How we serve you (demo)", title_zh="服务满意度调查（演示）",
                                            questions=questions()))["survey"]
    customers = customer_ids(work, source)
    given = [response(row, survey, customers[row["customer"]]) for row in rows(path)]
    for one in given:
        record(work, one)
    return {"responses": len(given)}


def response(row: Row, survey: int, customer: int) -> SurveyResponseRecordInput:
    keys = ("recommend", *(key for key, *_ in STATEMENTS), "ordering")
    answers = [SurveyAnswerInput(question=key, value=ORDERING.index(row[key]) + 1 if key == "ordering" else int(row[key]))
               for key in keys if row[key]]
    return SurveyResponseRecordInput(
        survey_id=strawberry.ID(ids.encode("sv", survey)), customer_id=strawberry.ID(ids.encode("c", customer)), wave=row["wave"],
        submitted_at=datetime.datetime.fromisoformat(row["submittedAt"]), external_id=row["externalId"], answers=answers)


def evaluation(database: Database) -> dict[str, Any]:
    """What a run about the survey is started with: recommending, by service level and by whether it goes abroad."""
    with Session(database.engine) as session:
        row = session.scalars(select(SurveyRow).where(SurveyRow.key == KEY)).one()
        asked = {question.key: ids.encode("sq", question.id)
                 for question in session.scalars(select(SurveyQuestionRow).where(SurveyQuestionRow.survey_id == row.id))}
    return {"surveyId": ids.encode("sv", row.id), "overallId": asked["recommend"],
            "factors": [{"attribute": "SERVICE_LEVEL"}, {"questionId": asked["ordering"]}]}
