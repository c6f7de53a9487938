"""Answers as a table of small whole numbers: a row for each response, a column for each question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Steps = NDArray[np.int16]
Floats = NDArray[np.float64]
MISSING = np.int16(-32768)


@dataclass(frozen=True)
class Question:
    """`ordered`: its steps lead from low to high. `labels`: by language, "" for none; what a step is called is for `label` to say."""

    id: int
    key: str
    ordered: bool
    text: Mapping[str, str]
    low: int
    high: int
    reverse: bool
    scale: str
    labels: Mapping[str, Sequence[str]]

    def called(self, language: str) -> str:
        return self.text[language] or self.text["zh" if language == "en" else "en"]

    def label(self, step: int, language: str) -> str:
        words = self.labels[language] or self.labels["zh" if language == "en" else "en"]
        return words[step - self.low] if words else str(step)


@dataclass(frozen=True)
class Answers:
    """`id`, `customer`: int64[n], 0 for nobody known; `wave`: int64[n], places in `waves`; `moment`: int64[n], microseconds since 1970;
    `values`: int16[n, k] as they were given, `MISSING` for none."""

    questions: Sequence[Question]
    id: Numbers
    customer: Numbers
    wave: Numbers
    waves: Sequence[str]
    moment: Numbers
    values: Steps

    def __len__(self) -> int:
        return len(self.id)

    def some(self, rows: Any) -> "Answers":
        """Those of these rows: bool[n], or int64[m]."""
        return replace(self, id=self.id[rows], customer=self.customer[rows], wave=self.wave[rows], moment=self.moment[rows],
                       values=self.values[rows])

    def latest(self) -> "Answers":
        """Of each customer the last response; of nobody known all."""
        order = np.lexsort((self.id, self.moment, self.customer))
        customer = self.customer[order]
        last = np.append(customer[1:] != customer[:-1], np.True_) if len(customer) else np.zeros(0, bool)
        kept = np.sort(order[last | (customer == 0)])
        return self if len(kept) == len(self) else self.some(kept)

    def column(self, place: int) -> Steps:
        """int16[n]: answers to a question, turned round where it is scored that way."""
        question, given = self.questions[place], self.values[:, place]
        if not question.reverse:
            return given
        return np.where(given == MISSING, MISSING, np.int16(question.low + question.high) - given).astype(np.int16)

    def places(self, numbers: Sequence[int]) -> list[int]:
        at = {question.id: place for place, question in enumerate(self.questions)}
        return [at[number] for number in numbers]


def questions(table: Any, survey: int) -> list[Question]:
    """`table`: pyarrow.Table, that of this name in a snapshot."""
    rows = [row for row in table.to_pylist() if row["survey_id"] == survey]
    return [Question(row["id"], row["key"], row["kind"] == "SCALE", {"en": row["text_en"], "zh": row["text_zh"]}, row["scale_min"],
                     row["scale_max"], row["reverse_scored"], row["scale"],
                     {"en": json.loads(row["labels_en"] or "[]"), "zh": json.loads(row["labels_zh"] or "[]")}) for row in rows]


def answers(asked: Sequence[Question], survey: int, responses: Any, given: Any) -> Answers:
    """`responses`, `given`: pyarrow.Table, surveyResponses and surveyAnswers of a snapshot. O(rows)."""
    of = responses["survey_id"].to_numpy() == survey
    chosen = responses if of.all() else responses.filter(of)
    id_ = chosen["id"].to_numpy()
    waves = chosen["wave"].combine_chunks().dictionary_encode()
    values = np.full((len(id_), len(asked)), MISSING, np.int16)
    columns = np.array([question.id for question in asked], np.int64)
    fill(values, id_, columns, given)
    return Answers(asked, id_, chosen["customer_id"].to_numpy(), waves.indices.to_numpy().astype(np.int64), waves.dictionary.to_pylist(),
                   chosen["submitted_at"].cast("int64").to_numpy(), values)


def fill(values: Steps, ids: Numbers, columns: Numbers, given: Any) -> None:
    """Puts each answer into its place, a chunk at a time: a column of a mapped file is never copied as a whole."""
    row_of, column_of = lookup(ids), lookup(columns)
    if row_of is None or column_of is None:
        return
    for chunk in given.to_batches():
        response, question, value = (chunk.column(name).to_numpy() for name in ("response_id", "question_id", "value"))
        rows, places = find(row_of, response), find(column_of, question)
        known = (rows >= 0) & (places >= 0)
        if known.all():
            values[rows, places] = value
        else:
            values[rows[known], places[known]] = value[known]


def lookup(ids: Numbers) -> tuple[int, NDArray[np.int32]] | None:
    """The lowest id, and from it on the place of each, -1 for numbers that are none. None without any."""
    if not len(ids):
        return None
    low = int(ids.min())
    table = np.full(int(ids.max()) - low + 1, -1, np.int32)
    table[ids - low] = np.arange(len(ids), dtype=np.int32)
    return low, table


def find(known: tuple[int, NDArray[np.int32]], ids: Numbers) -> NDArray[np.int32]:
    low, table = known
    places = ids - low
    within = (places >= 0) & (places < len(table))
    return table[places] if within.all() else np.where(within, table[np.where(within, places, 0)], np.int32(-1))


def share_of_scale(found: Answers, places: Sequence[int]) -> tuple[Floats, Numbers]:
    """What each response says on a scale from 0 to 100 over these questions, NaN without an answer to any, and how many were answered.

    Each answer counts as its share of the question's scale (percent of maximum possible: Cohen, Cohen, Aiken and West, 1999), so that
    scales of different length can be averaged. float64[n], int64[n]. O(n k)."""
    total, count = np.zeros(len(found)), np.zeros(len(found), np.int64)
    for place in places:
        question, column = found.questions[place], found.column(place)
        there = column != MISSING
        total += np.where(there, (column - question.low) * (100 / (question.high - question.low)), 0)
        count += there
    return np.divide(total, count, out=np.full(len(found), np.nan), where=count > 0), count


def complete(found: Answers, places: Sequence[int]) -> tuple[Floats, NDArray[np.bool_]]:
    """The answers, turned round where need be, of responses that answer all of these questions: float64[m, k]; and bool[n], which."""
    there = np.ones(len(found), bool)
    for place in places:
        there &= found.values[:, place] != MISSING
    return np.stack([found.column(place)[there] for place in places], axis=1).astype(np.float64), there
