"""Importing responses to a survey: one row a response, one column a question."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from schema.quality.importing.plan import Unusable
from schema.surveys.models import QuestionKind, SurveyQuestionRow, SurveyRow
from tests.schema.quality.conftest import Importing, faults

SURVEY = {"constants": {"survey": "service"}}
HEADER = "externalId,customer,wave,submittedAt,overall,slow,where\n"
TEXT = HEADER + "r1,a,2024,2024-01-01,3,5,Shop\nr2,,2024,2024-01-02,good,,网上\nr3,b,2025,2024-02-01,,1,\n"
ANSWERS = ("SELECT external_id, key, value FROM survey_answers a JOIN survey_responses r ON r.id = a.response_id "
           "JOIN survey_questions q ON q.id = a.question_id ORDER BY external_id, position")


@pytest.fixture
def asked(importing: Importing) -> Importing:
    importing.run("customers", "externalId,name\na,A\nb,B\n")
    scale, choice = QuestionKind.SCALE, QuestionKind.CHOICE
    with Session(importing.database.engine) as session, session.begin():
        session.add(SurveyRow(key="service", title_en="Service", questions=[
            SurveyQuestionRow(key="overall", position=1, kind=scale, text_en="?", scale_min=1, scale_max=3,
                              labels_en=["bad", "fair", "good"]),
            SurveyQuestionRow(key="slow", position=2, kind=scale, text_en="?", scale_min=1, scale_max=5, reverse_scored=True),
            SurveyQuestionRow(key="where", position=3, kind=choice, text_en="?", scale_min=1, scale_max=2, labels_en=["Shop", "Web"],
                              labels_zh=["店内", "网上"])]))
    return importing


def test_numbers_and_words_are_answers_and_empty_cells_none(asked: Importing) -> None:
    outcome = asked.run("survey_responses", TEXT, **SURVEY)
    assert (faults(outcome), outcome.rows["created"], dict(outcome.records)) == ([], 3, {"surveyResponse": 3})
    assert asked.rows(ANSWERS) == [("r1", "overall", 3), ("r1", "slow", 5), ("r1", "where", 1), ("r2", "overall", 3), ("r2", "where", 2),
                                   ("r3", "slow", 1)]
    assert asked.rows("SELECT c.name, wave FROM survey_responses r LEFT JOIN customers c ON c.id = customer_id ORDER BY r.id") == [
        ("A", "2024"), (None, "2024"), ("B", "2025")]


def test_the_same_file_again_changes_nothing_and_a_later_one_what_it_says(asked: Importing) -> None:
    asked.run("survey_responses", TEXT, **SURVEY)
    before, versions = asked.contents(), asked.versions()
    assert asked.run("survey_responses", TEXT, **SURVEY).rows["unchanged"] == 3
    assert (asked.contents(), asked.versions()) == (before, versions)
    outcome = asked.run("survey_responses", HEADER + "r1,,2025,,,4,\nr2,b,,,,,\nr3,b,2025,2024-02-01,,1,\n", **SURVEY)
    assert (outcome.rows["updated"], outcome.rows["unchanged"]) == (2, 1)
    assert [row for row in asked.rows(ANSWERS) if row[0] == "r1"] == [("r1", "overall", 3), ("r1", "slow", 4), ("r1", "where", 1)]
    assert asked.rows("SELECT c.name, wave FROM survey_responses r LEFT JOIN customers c ON c.id = customer_id ORDER BY r.id") == [
        ("A", "2025"), ("B", "2024"), ("B", "2025")]


@pytest.mark.parametrize(("row", "fault"), [
    ("x,a,,,4,,", ("overall", "INVALID", "answer_words")),
    ("x,a,,,so-so,,", ("overall", "INVALID", "answer_words")),
    ("x,a,,,,6,", ("slow", "INVALID", "import_whole")),
    ("x,a,,,,0,", ("slow", "INVALID", "import_whole")),
    ("x,a,,,,2.5,", ("slow", "INVALID", "import_whole")),
    ("x,nobody,,,1,,", ("customer", "NOT_FOUND", "import_customer")),
    (",,,,1,,", ("externalId", "REQUIRED", "import_response_key")),
    ("r1,a,2024,2024-01-01,1,5,Shop", ("externalId", "DUPLICATE", "import_twice")),
])
def test_bad_rows(asked: Importing, row: str, fault: tuple[str, str, str]) -> None:
    outcome = asked.run("survey_responses", f"{TEXT}{row}\n", **SURVEY)
    assert (faults(outcome), outcome.rows["created"]) == ([(5, *fault)], 3)


def test_customers_alone_tell_responses_apart_by_wave(asked: Importing) -> None:
    text = "customer,wave,overall\na,1,1\na,2,2\na,1,1\nc,1,3\n"
    outcome = asked.run("survey_responses", text, create_missing=True, **SURVEY)
    assert (faults(outcome), outcome.rows["created"], outcome.rows["unchanged"]) == ([], 3, 1)
    assert dict(outcome.records) == {"customer": 1, "surveyResponse": 3}


def test_nobody_answers_before_it_opens(asked: Importing) -> None:
    with asked.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE surveys SET open_from = '2024-01-02T00:00:00+00:00', open_to = '2024-02-01T00:00:00+00:00'")
    assert faults(asked.run("survey_responses", TEXT, **SURVEY)) == [
        (2, "submittedAt", "CONFLICT", "survey_closed"), (4, "submittedAt", "CONFLICT", "survey_closed")]


@pytest.mark.parametrize(("text", "plan", "message"), [
    (TEXT, {}, "import_survey"),
    (TEXT, {"constants": {"survey": "none"}}, "import_no_survey"),
    ("externalId,other\n1,2\n", SURVEY, "import_no_answers"),
    (TEXT, {**SURVEY, "maps": {"where": "nowhere"}}, "import_field"),
])
def test_plans_that_fit_no_survey(asked: Importing, text: str, plan: dict[str, Any], message: str) -> None:
    with pytest.raises(Unusable) as raised:
        asked.run("survey_responses", text, **plan)
    assert [one.message for one in raised.value.problems] == [message]
