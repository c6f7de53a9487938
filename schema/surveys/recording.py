"""Single responses are recorded and deleted. Whole tables of them are imported: schema/quality/importing/responses.py."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults, checked_id, checked_list, checked_text, longest
from schema.customers.models import CustomerRow
from schema.errors import ErrorCode
from schema.rows import utc_now
from schema.surveys.inputs import SurveyAnswerInput, SurveyResponseDeleteInput, SurveyResponseRecordInput
from schema.surveys.models import SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow
from schema.surveys.writing import MOST_QUESTIONS, survey

SOURCE = "api"


def record(work: Change, given: SurveyResponseRecordInput) -> dict[str, Any]:
    faults, session = Faults(), work.session
    of = survey(session, given.survey_id, None, faults, "surveyId")
    customer = checked_customer(session, given.customer_id or None, faults.at("customerId"))
    wave = checked_text(given.wave or None, longest(SurveyResponseRow.wave), faults.at("wave")) or ""
    external = checked_text(given.external_id or None, longest(SurveyResponseRow.external_id), faults.at("externalId")) or uuid4().hex
    at = given.submitted_at or utc_now()
    answers: dict[int, int] = {}
    if of:
        if not is_open(of, at):
            faults.at("submittedAt").add(ErrorCode.CONFLICT, "survey_closed")
        answers = checked_answers(of.questions, given.answers, faults.at("answers"))
    faults.refuse()
    assert of
    row = earlier(session, of.id, external) or SurveyResponseRow(survey_id=of.id, source=SOURCE, external_id=external)
    row.customer_id, row.wave, row.submitted_at = customer, wave, at
    session.add(row)
    session.flush()
    replace_answers(work, row.id, answers)
    return {"response": row.id}


def earlier(session: Session, survey_id: int, external: str) -> SurveyResponseRow | None:
    of = SurveyResponseRow
    return session.scalar(select(of).where(of.survey_id == survey_id, of.source == SOURCE, of.external_id == external))


def replace_answers(work: Change, response: int, answers: dict[int, int]) -> None:
    connection, of = work.session.connection(), SurveyAnswerRow
    connection.execute(delete_rows(of).where(of.response_id == response))
    connection.execute(insert(of.__table__), [  # type: ignore[arg-type]
        {"response_id": response, "question_id": question, "value": value} for question, value in answers.items()])
    work.wrote("surveyResponse", response, ["answers"])


def delete(work: Change, given: SurveyResponseDeleteInput) -> dict[str, Any]:
    faults = Faults()
    number = checked_id(given.id, "rs", "SurveyResponse", faults.at("id"))
    row = None if number is None else work.session.get(SurveyResponseRow, number)
    if number is not None and row is None:
        faults.at("id").add(ErrorCode.NOT_FOUND, "no_response", id=given.id)
    faults.refuse()
    work.session.delete(row)
    return {"id": given.id}


def is_open(of: SurveyRow, at: datetime.datetime) -> bool:
    return not ((of.open_from and at < of.open_from) or (of.open_to and at >= of.open_to))


def checked_customer(session: Session, id_: str | None, place: Faults) -> int | None:
    number = checked_id(id_, "c", "Customer", place) if id_ else None
    if number is not None and session.get(CustomerRow, number) is None:
        place.add(ErrorCode.NOT_FOUND, "no_customer", id=id_)
    return number


def checked_answers(asked: Sequence[SurveyQuestionRow], given: Sequence[SurveyAnswerInput], place: Faults) -> dict[int, int]:
    """The answers by the number of their question."""
    by_key, found = {row.key: row for row in asked}, dict[int, int]()
    if not given:
        place.add(ErrorCode.REQUIRED, "response_empty")
    for at, one in enumerate(checked_list(given, MOST_QUESTIONS, place)):
        row = by_key.get(one.question)
        if row is None:
            place.at(at, "question").add(ErrorCode.NOT_FOUND, "response_question", key=one.question[:64])
        elif row.id in found:
            place.at(at, "question").add(ErrorCode.DUPLICATE, "given_twice")
        elif not row.scale_min <= one.value <= row.scale_max:
            place.at(at, "value").add(ErrorCode.INVALID, "answer_steps", least=row.scale_min, most=row.scale_max)
        else:
            found[row.id] = one.value
    return found
