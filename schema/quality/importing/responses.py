"""Writing responses to a survey: one row a response, one column a question.

The questions are those of one survey, named by the constant `survey`; `asked` finds them before anything is read, so that each column is
read by the scale of its question. A response is known by its source and external id; where no column gives one, by a digest of customer,
wave and moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.orm import Session

from schema.errors import ErrorCode, Problem, Refused, problem
from schema.numbering import new_ids
from schema.quality.importing import people
from schema.quality.importing.bulk import look_up, raw, table_of, update_rows
from schema.quality.importing.events import digest
from schema.quality.importing.fields import Field, plain
from schema.quality.importing.mapping import Batch, Mapping, columns_of
from schema.quality.importing.plan import Plan, Unusable
from schema.quality.importing.upsert import first_of_each
from schema.quality.importing.values import Converter, whole
from schema.quality.importing.work import Seen, Sieve, Work, moment_text
from schema.surveys.models import SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow

RESPONSES, ANSWERS = table_of(SurveyResponseRow), table_of(SurveyAnswerRow)
KNOWN = 20  # surveys that are named where one is not found
HEADER = ("customer_id", "wave", "submitted_at")
Stored = dict[str, tuple[int, tuple[Any, ...]]]


@dataclass(frozen=True)
class Asked:
    """A survey as it was when the file was opened. `keys` are its questions: number by key."""

    survey: int
    revision: int
    opens: str | None
    closes: str | None
    keys: dict[str, int]
    fields: tuple[Field, ...]


# -- before the file is read --
def asked(engine: Engine | Connection, plan: Plan) -> Asked:
    """Raises `Unusable` when the plan names no survey, or one that nobody knows."""
    name = next((text.strip() for field, text in plan.constants if field.casefold() == "survey"), "")
    if not name:
        raise Unusable(problem(ErrorCode.REQUIRED, "import_survey", "survey"))
    with Session(engine) as session:
        row = session.scalar(select(SurveyRow).where(SurveyRow.key == name))
        if row is None:
            known = session.scalars(select(SurveyRow.key).order_by(SurveyRow.key).limit(KNOWN))
            raise Unusable(problem(ErrorCode.NOT_FOUND, "import_no_survey", "survey", key=name[:64], known=", ".join(known) or "-"))
        fields = tuple(plain(question.key, answer(question)) for question in row.questions)
        opens, closes = (moment.isoformat() if moment else None for moment in (row.open_from, row.open_to))
        return Asked(row.id, row.revision, opens, closes, {question.key: question.id for question in row.questions}, fields)


def answer(question: SurveyQuestionRow) -> Converter:
    """A step of the scale as a number, or as one of its words."""
    number = whole(question.scale_min, question.scale_max)
    named = {word.casefold(): question.scale_min + at for labels in (question.labels_en, question.labels_zh)
             for at, word in enumerate(labels or ())}
    if not named:
        return number
    wrong = problem(ErrorCode.INVALID, "answer_words", least=question.scale_min, most=question.scale_max,
                    words=", ".join(question.labels_en or question.labels_zh or ())[:200])

    def convert(value: str) -> int | Problem:
        found = named.get(value.casefold())
        if found is not None:
            return found
        read = number(value)
        return wrong if isinstance(read, Problem) else int(read)

    return convert


def check_columns(header: Sequence[str], mapping: Mapping, of: Asked) -> None:
    if not any(mapping.gives(key) for key in of.keys):
        raise Unusable(problem(ErrorCode.REQUIRED, "import_no_answers", keys=", ".join(of.keys)[:300],
                               columns=", ".join(columns_of(header))[:300]))


# -- with the database locked --
def write(work: Work, batches: Iterable[Batch], of: Asked) -> None:
    if work.connection.scalar(select(SurveyRow.revision).where(SurveyRow.id == of.survey).with_for_update()) != of.revision:
        raise Refused(problem(ErrorCode.CONFLICT, "import_survey_changed"))
    seen, given = Seen(), [key for key in of.keys if work.mapping.gives(key)]
    for batch in batches:
        customers, sound = resolve(work, batch, of)
        keys = keys_of(sound)
        headers = zip(customers, sound.column("wave"), sound.column("submittedAt"), strict=True)
        contents = list(zip(keys, headers, sound.rows(*given), strict=True))
        first = first_of_each(work, seen, sound, keys, contents, "externalId" if work.mapping.gives("externalId") else "customer")
        store(work, [contents[row] for row in first], of, [of.keys[key] for key in given])


def resolve(work: Work, batch: Batch, of: Asked) -> tuple[list[int | None], Batch]:
    """The number of the customer by row, None where the file names nobody, and the rows that can be taken."""
    names = dict.fromkeys(row for row in batch.rows("customer", "customerName", "customerKind", "customerCountry") if row[0])
    customers = people.known_or_new(work, {external: people.Newcomer(external, *about) for external, *about in reversed(names)})
    sieve = Sieve(work.mapping, batch)
    for row, (customer, external, at) in enumerate(batch.rows("customer", "externalId", "submittedAt")):
        moment = at or work.now
        if customer and customer not in customers:
            sieve.refuse(row, "customer", people.unknown_customer(customer), customer)
        elif not (customer or external):
            sieve.refuse(row, "externalId", problem(ErrorCode.REQUIRED, "import_response_key"))
        elif (of.opens and moment < of.opens) or (of.closes and moment >= of.closes):
            sieve.refuse(row, "submittedAt", problem(ErrorCode.CONFLICT, "survey_closed"), at)
    sound = sieve.sound()
    return [customers[name].id if name else None for name in sound.column("customer")], sound


def keys_of(batch: Batch) -> list[str]:
    return [external or digest(row) for external, *row in batch.rows("externalId", "customer", "wave", "submittedAt")]


Said = tuple[str, tuple[int | None, str | None, str | None], tuple[int | None, ...]]


def store(work: Work, rows: Sequence[Said], of: Asked, questions: Sequence[int]) -> None:
    """Makes new responses and changes known ones. Empty cells leave what is stored."""
    stored = known(work, [row[0] for row in rows], of)
    new = [row for row in rows if row[0] not in stored]
    ids = new_ids(work.connection, RESPONSES, len(new))
    work.bulk.insert(RESPONSES, ("id", "survey_id", "customer_id", "wave", "submitted_at", "source", "external_id"),
                     ((id_, of.survey, customer, wave or "", at or work.now, work.plan.source, key)
                      for id_, (key, (customer, wave, at), _) in zip(ids, new, strict=True)))
    work.bulk.insert(ANSWERS, ("response_id", "question_id", "value"), chain.from_iterable(
        answers_of(id_, questions, cells) for id_, (_, _, cells) in zip(ids, new, strict=True)))
    changed = change(work, [row for row in rows if row[0] in stored], stored, questions)
    work.rows["created"] += len(new)
    work.rows["updated"] += changed
    work.rows["unchanged"] += len(rows) - len(new) - changed
    work.wrote("surveyResponse", len(new) + changed)


def answers_of(id_: int, questions: Sequence[int], cells: Sequence[int | None]) -> Iterable[tuple[int, int, int]]:
    return ((id_, question, value) for question, value in zip(questions, cells, strict=True) if value is not None)


def known(work: Work, keys: Sequence[str], of: Asked) -> Stored:
    query = select(RESPONSES.c.external_id, RESPONSES.c.id, *(raw(RESPONSES.c[name]) for name in HEADER)).where(
        RESPONSES.c.survey_id == of.survey, RESPONSES.c.source == work.plan.source)
    found = look_up(work.connection, query, RESPONSES.c.external_id, keys)
    return {key: (id_, (customer and int(customer), wave, moment_text(at))) for key, id_, customer, wave, at in found}


def change(work: Work, rows: Sequence[Said], stored: Stored, questions: Sequence[int]) -> int:
    """How many responses say something else than what is stored."""
    query = select(ANSWERS.c.response_id, ANSWERS.c.question_id, ANSWERS.c.value)
    said = {(response, question): value for response, question, value in look_up(
        work.connection, query, ANSWERS.c.response_id, [stored[row[0]][0] for row in rows])}
    headers, answers, touched = [], [], set()
    for key, header, cells in rows:
        id_, before = stored[key]
        wanted = tuple(old if cell is None else cell for cell, old in zip(header, before, strict=True))
        if wanted != before:
            headers.append({"row_id": id_} | dict(zip(HEADER, wanted, strict=True)))
            touched.add(id_)
        other = [one for one in answers_of(id_, questions, cells) if said.get(one[:2]) != one[2]]
        answers += other
        touched |= {id_} if other else set()
    update_rows(work.connection, RESPONSES, HEADER, headers)
    replace(work.connection, answers)
    return len(touched)


def replace(connection: Connection, answers: Sequence[tuple[int, int, int]]) -> None:
    by_question: dict[int, list[tuple[int, int, int]]] = {}
    for one in answers:
        by_question.setdefault(one[1], []).append(one)
    for question, given in by_question.items():
        responses = [one[0] for one in given]
        connection.execute(delete(ANSWERS).where(ANSWERS.c.question_id == question, ANSWERS.c.response_id.in_(responses)))
        connection.execute(insert(ANSWERS), [dict(zip(("response_id", "question_id", "value"), one, strict=True)) for one in given])
