"""From a snapshot to everything that a run says of a survey."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import rankdata

from guanxi import InsufficientData, InvalidParameters, Progress, Result, Snapshot
from plugins.satisfaction.answers import MISSING, Answers, Floats, Question, answers, questions, share_of_scale
from plugins.satisfaction.compare import comparison, groups, ordinal, together
from plugins.satisfaction.explain import driving, trend
from plugins.satisfaction.grouping import Factor, factors
from plugins.satisfaction.items import items, mean_of, scales
from plugins.satisfaction.start import SatisfactionRunStartInput


@dataclass(frozen=True)
class Outcome:
    """What groups are compared by: `values`, float64[n], NaN where a response says nothing; `place` of the question, None for the mean of
    all."""

    values: Floats
    place: int | None
    question: Question | None


def evaluate(snapshot: Snapshot, start: SatisfactionRunStartInput, progress: Progress) -> Result:
    progress("reading answers")
    everything = read(snapshot, start)
    places = wanted(everything, start)
    of_wave = in_wave(everything, start)
    chosen = of_wave.latest()
    enough(chosen, places, start)
    repeated = len(of_wave) - len(chosen)
    if repeated:
        progress.warn("Of customers who answered more than once the latest response counts: "
                      f"{repeated:,} earlier ones are in the trend only.")
    progress("describing")
    told = items(chosen, places, start.confidence)
    of_scales = scales(chosen, places, told, start.confidence, progress)
    result = outcome(chosen, places, start)
    progress("comparing")
    made = factors(snapshot, chosen, start, ~np.isnan(result.values), progress)
    compared, rows = compare(made, result, start.confidence, progress)
    progress("explaining")
    whole = outcome(everything, places, start)
    summary = {
        "survey": start.survey, "confidence": start.confidence, "responses": len(chosen), "repeated": repeated,
        "customers": len(np.unique(chosen.customer[chosen.customer > 0])), "nobodys": int((chosen.customer == 0).sum()),
        "overall": compared_by(result, start), "items": told, "scales": of_scales, **compared,
        "drivers": explained(chosen, places, result, start, progress),
        "trend": trend(everything, start.trend, whole.values, whole.place, start.confidence, progress),
    }
    return Result({"satisfaction_scores": scored(chosen, places), "satisfaction_groups": group_table(rows),
                   "satisfaction_members": member_table(chosen, made, result.values)},
                  summary, drawing={"questions": [chosen.questions[place] for place in places], "outcome": result.question})


Columns = dict[str, list[Any]]


def compare(made: list[Factor], result: Outcome, confidence: float, progress: Progress) -> tuple[dict[str, Any], list[Columns]]:
    """What is said of each factor and of all together, and the columns of their groups."""
    compared = [comparison(factor, result.values, result.question, confidence) for factor in made]
    rows = [groups(factor, at, result.values, found, confidence)
            for at, (factor, (_, found)) in enumerate(zip(made, compared, strict=True))]
    return {"comparisons": [one for one, _ in compared],
            "together": together(made[0], made[1], result.values, progress) if len(made) == 2 else None,
            "ordinal": ordinal(made, result.values, result.question, progress) if made and result.question else None}, rows


def explained(found: Answers, places: list[int], result: Outcome, start: SatisfactionRunStartInput,
              progress: Progress) -> dict[str, Any] | None:
    if result.place is None or len(places) < 2:
        return None
    return driving(found, [place for place in places if place != result.place], result.place, start.confidence, progress)


def read(snapshot: Snapshot, start: SatisfactionRunStartInput) -> Answers:
    asked = questions(snapshot.table("surveyQuestions"), start.survey)
    if not asked:
        raise InvalidParameters(f"There is no survey {start.survey_id}.", "surveyId")
    return answers(asked, start.survey, snapshot.table("surveyResponses"), snapshot.table("surveyAnswers"))


def in_wave(found: Answers, start: SatisfactionRunStartInput) -> Answers:
    if not start.wave:
        return found
    if start.wave not in found.waves:
        known = ", ".join(sorted(wave for wave in found.waves if wave)[:20]) or "none"
        raise InvalidParameters(f"No response is of the wave {start.wave[:64]}; there are: {known}.", "wave")
    return found.some(found.wave == found.waves.index(start.wave))


def wanted(found: Answers, start: SatisfactionRunStartInput) -> list[int]:
    """The places of the questions that make up satisfaction, the overall one among them."""
    known = {question.id: place for place, question in enumerate(found.questions)}
    named = [(number, ("questionIds", str(at))) for at, number in enumerate(start.asked)]
    for number, path in [*named, *([(start.overall, ("overallId",))] if start.overall else [])]:
        if number not in known:
            raise InvalidParameters(f"sq_{number} is no question of this survey.", *path)
        if not found.questions[known[number]].ordered:
            raise InvalidParameters(f"The steps of {found.questions[known[number]].key} have no order: responses can be grouped by them, "
                                    "and nothing more.", *path)
    by = {int(str(one.question_id).partition("_")[2]) for one in start.by if one.question_id}
    chosen = [known[number] for number in start.asked] or [
        place for place, question in enumerate(found.questions) if question.ordered and question.id not in by]
    if start.overall and known[start.overall] not in chosen:
        chosen.append(known[start.overall])
    if not chosen:
        raise InsufficientData("No question of this survey has steps with an order: there is nothing to describe.")
    return list(dict.fromkeys(chosen))


def enough(found: Answers, places: list[int], start: SatisfactionRunStartInput) -> None:
    if not len(found):
        raise InsufficientData(f"Nobody who is looked at responded to this survey{f' in the wave {start.wave}' if start.wave else ''}.")
    if not (found.values[:, places] != MISSING).any():
        raise InsufficientData(f"None of {len(found):,} responses answers any of the {len(places)} questions.")


def outcome(found: Answers, places: list[int], start: SatisfactionRunStartInput) -> Outcome:
    if start.overall is None:
        return Outcome(share_of_scale(found, places)[0], None, None)
    place = next(place for place in places if found.questions[place].id == start.overall)
    given = found.column(place)
    return Outcome(np.where(given == MISSING, np.nan, given.astype(np.float64)), place, found.questions[place])


def compared_by(result: Outcome, start: SatisfactionRunStartInput) -> dict[str, Any]:
    return {"question_id": result.question.id if result.question else None, "key": result.question.key if result.question else None,
            "lowest": result.question.low if result.question else 0, "highest": result.question.high if result.question else 100,
            **mean_of(result.values[~np.isnan(result.values)], start.confidence)}


# -- tables --
def scored(found: Answers, places: list[int]) -> pa.Table:
    """Customers who answered at least half of the questions, with their mean on the scale from 0 to 100."""
    values, count = share_of_scale(found, places)
    kept = (found.customer > 0) & (2 * count >= len(places))
    order = np.argsort(found.customer[kept], kind="stable")
    customer, value = found.customer[kept][order], values[kept][order]
    not_higher = rankdata(value, method="max")
    return pa.table({"customer_id": customer, "value": value, "rank": (len(value) - not_higher + 1).astype(np.int32),
                     "percentile": 100 * not_higher / max(len(value), 1)})


SCHEMA = pa.schema([("id", pa.int64()), ("factor", pa.int16()), ("label_en", pa.string()), ("label_zh", pa.string()), ("size", pa.int32()),
                    ("mean", pa.float64()), ("deviation", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
                    ("median", pa.float64()), ("low_scoring", pa.bool_())])


def group_table(rows: list[Columns]) -> pa.Table:
    columns = {name: [cell for one in rows for cell in one[name]] for name in SCHEMA.names if name != "id"}
    return pa.table({"id": list(range(len(columns["factor"]))), **columns}, schema=SCHEMA)


def member_table(found: Answers, made: list[Factor], values: Floats) -> pa.Table:
    """By factor and customer: who is in which group, and what they said."""
    parts, first = [], 0
    for at, factor in enumerate(made):
        rows = np.flatnonzero((found.customer > 0) & (factor.group >= 0) & ~np.isnan(values))
        rows = rows[np.argsort(found.customer[rows], kind="stable")]
        parts.append((found.customer[rows], np.full(len(rows), at, np.int16), factor.group[rows] + first, values[rows]))
        first += len(factor.labels)
    empty = (np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.int64), np.zeros(0))
    columns = [np.concatenate(column) for column in zip(empty, *parts, strict=True)]
    return pa.table(dict(zip(("customer_id", "factor", "group_id", "value"), columns, strict=True)))
