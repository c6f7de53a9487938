"""Surveys and their questions are made and changed."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session
from strawberry import UNSET

from schema.changes.change import Change
from schema.checking import Faults, checked_id, checked_list, checked_text, longest, required_text, said
from schema.errors import ErrorCode
from schema.rows import utc_now
from schema.surveys.inputs import (
    SurveyCreateInput,
    SurveyDeleteInput,
    SurveyQuestionInput,
    SurveyQuestionUpdateInput,
    SurveyUpdateInput,
)
from schema.surveys.models import QuestionKind, SurveyQuestionRow, SurveyResponseRow, SurveyRow

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
MOST_QUESTIONS = 200
LOWEST, HIGHEST = -100, 1000
MOST_LABELS, LABEL = 101, 200
# What columns of a file mean beside answers: a question called the same could not be imported.
RESERVED = frozenset({"survey", "externalid", "customer", "submittedat", "wave", "customerkind", "customername", "customercountry"})


def create(work: Change, given: SurveyCreateInput) -> dict[str, Any]:
    faults = Faults()
    row = SurveyRow(key=checked_key(given.key, faults.at("key")))
    if work.session.scalar(select(SurveyRow.id).where(SurveyRow.key == row.key)) is not None:
        faults.at("key").add(ErrorCode.DUPLICATE, "survey_key", key=row.key)
    row.title_en = checked_text(given.title_en or None, longest(SurveyRow.title_en), faults.at("titleEn"))
    row.title_zh = checked_text(given.title_zh or None, longest(SurveyRow.title_zh), faults.at("titleZh"))
    row.open_from, row.open_to = given.open_from or None, given.open_to or None
    check_survey(row, faults)
    if not given.questions:
        faults.at("questions").add(ErrorCode.REQUIRED, "survey_no_questions")
    row.questions = questions(given.questions, (), faults.at("questions"))
    faults.refuse()
    work.session.add(row)
    work.session.flush()
    return {"survey": row.id}


def change(work: Change, given: SurveyUpdateInput) -> dict[str, Any]:
    faults = Faults()
    row = survey(work.session, given.id, given.expected_revision or None, faults)
    if row:
        there = list(row.questions)  # read before anything is changed, or that would be written twice
        if given.title_en:
            row.title_en = checked_text(said(given.title_en), longest(SurveyRow.title_en), faults.at("titleEn"))
        if given.title_zh:
            row.title_zh = checked_text(said(given.title_zh), longest(SurveyRow.title_zh), faults.at("titleZh"))
        if given.open_from:
            row.open_from = said(given.open_from)
        if given.open_to:
            row.open_to = said(given.open_to)
        check_survey(row, faults)
        if given.add_questions:
            row.questions += questions(given.add_questions, there, faults.at("addQuestions"))
            row.updated_at = utc_now()  # a change of its questions is one of the survey
    faults.refuse()
    assert row
    return {"survey": row.id}


def change_question(work: Change, given: SurveyQuestionUpdateInput) -> dict[str, Any]:
    faults = Faults()
    number = checked_id(given.id, "sq", "SurveyQuestion", faults.at("id"))
    row = None if number is None else work.session.get(SurveyQuestionRow, number)
    if number is not None and row is None:
        faults.at("id").add(ErrorCode.NOT_FOUND, "no_question", id=given.id)
    if row:
        of = work.session.get_one(SurveyRow, row.survey_id, with_for_update=True)
        check_revision(of, given.expected_revision or None, faults)
        of.updated_at = utc_now()
        reword(row, given, faults)
    faults.refuse()
    assert row
    return {"question": row.id}


def reword(row: SurveyQuestionRow, given: SurveyQuestionUpdateInput, faults: Faults) -> None:
    if given.text_en:
        row.text_en = checked_text(said(given.text_en), longest(SurveyQuestionRow.text_en), faults.at("textEn"))
    if given.text_zh:
        row.text_zh = checked_text(said(given.text_zh), longest(SurveyQuestionRow.text_zh), faults.at("textZh"))
    if given.scale:
        row.scale = checked_text(said(given.scale), longest(SurveyQuestionRow.scale), faults.at("scale"))
    if given.reverse_scored not in (None, UNSET):
        row.reverse_scored = bool(given.reverse_scored)
    check_question(row, faults)


def delete(work: Change, given: SurveyDeleteInput) -> dict[str, Any]:
    """Responses go first, and their answers with them: by question they would be looked for one question at a time."""
    faults = Faults()
    row = survey(work.session, given.id, given.expected_revision or None, faults)
    faults.refuse()
    assert row
    if work.session.connection().execute(delete_rows(SurveyResponseRow).where(SurveyResponseRow.survey_id == row.id)).rowcount:
        work.bulk("surveyResponse")
    work.session.delete(row)
    return {"id": given.id}


# -- what inputs name and hold --
def survey(session: Session, id_: str, expected: int | None, faults: Faults, place: str = "id") -> SurveyRow | None:
    """The survey, which nobody else changes meanwhile."""
    number = checked_id(id_, "sv", "Survey", faults.at(place))
    row = None if number is None else session.get(SurveyRow, number, with_for_update=True)
    if number is not None and row is None:
        faults.at(place).add(ErrorCode.NOT_FOUND, "no_survey", id=id_)
    if row:
        check_revision(row, expected, faults)
    return row


def check_revision(row: SurveyRow, expected: int | None, faults: Faults) -> None:
    if expected not in (None, row.revision):
        faults.at("expectedRevision").add(ErrorCode.CONFLICT, "revision", actual=row.revision, expected=expected)


def check_survey(row: SurveyRow, faults: Faults) -> None:
    if not (row.title_en or row.title_zh) and not faults.found:
        faults.at("titleEn").add(ErrorCode.REQUIRED, "survey_title")
    if row.open_from and row.open_to and row.open_from >= row.open_to:
        faults.at("openTo").add(ErrorCode.INVALID, "survey_window")


def checked_key(given: str, place: Faults) -> str:
    name = required_text(given, 64, place)
    if name and not KEY.fullmatch(name):
        place.add(ErrorCode.INVALID, "survey_key_form")
    return name


def questions(given: Sequence[SurveyQuestionInput], there: Sequence[SurveyQuestionRow], faults: Faults) -> list[SurveyQuestionRow]:
    if len(there) + len(given) > MOST_QUESTIONS:
        faults.add(ErrorCode.LIMIT_EXCEEDED, "too_many", name="questions", most=MOST_QUESTIONS, given=len(there) + len(given))
        return []
    known, made = {row.key.casefold() for row in there}, []
    for at, one in enumerate(given):
        place = faults.at(at)
        row = question(one, place)
        row.position = len(there) + at + 1
        if row.key.casefold() in known:
            place.at("key").add(ErrorCode.DUPLICATE, "given_twice")
        elif row.key.casefold() in RESERVED:
            place.at("key").add(ErrorCode.INVALID, "question_key_reserved", key=row.key)
        known.add(row.key.casefold())
        made.append(row)
    return made


def question(given: SurveyQuestionInput, place: Faults) -> SurveyQuestionRow:
    row = SurveyQuestionRow(key=checked_key(given.key, place.at("key")), kind=given.kind, scale_min=given.scale_min,
                            scale_max=given.scale_max, reverse_scored=given.reverse_scored)
    row.text_en = checked_text(given.text_en or None, longest(SurveyQuestionRow.text_en), place.at("textEn"))
    row.text_zh = checked_text(given.text_zh or None, longest(SurveyQuestionRow.text_zh), place.at("textZh"))
    row.scale = checked_text(given.scale or None, longest(SurveyQuestionRow.scale), place.at("scale"))
    if not LOWEST <= row.scale_min < row.scale_max <= HIGHEST:
        place.at("scaleMax").add(ErrorCode.INVALID, "question_steps", least=LOWEST, most=HIGHEST)
    else:
        row.labels_en = labels(given.labels_en or None, row, place.at("labelsEn"))
        row.labels_zh = labels(given.labels_zh or None, row, place.at("labelsZh"))
    check_question(row, place)
    return row


def check_question(row: SurveyQuestionRow, place: Faults) -> None:
    if not (row.text_en or row.text_zh):
        place.at("textEn").add(ErrorCode.REQUIRED, "question_text")
    if row.kind is QuestionKind.CHOICE and (row.reverse_scored or row.scale):
        place.at("kind").add(ErrorCode.INVALID, "question_choice")


def labels(given: Sequence[str] | None, row: SurveyQuestionRow, place: Faults) -> list[str] | None:
    """A word for each step, or none at all."""
    if given is None:
        return None
    words = [required_text(word, LABEL, place.at(at)) for at, word in enumerate(checked_list(given, MOST_LABELS, place))]
    steps = row.scale_max - row.scale_min + 1
    if len(words) != steps or len({word.casefold() for word in words}) != steps:
        place.add(ErrorCode.INVALID, "question_labels", steps=steps)
    return words
