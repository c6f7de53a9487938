"""What goes along with overall satisfaction, and how satisfaction went from wave to wave."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy.stats import linregress

from guanxi import Progress
from plugins.satisfaction.answers import MISSING, Answers, Floats, Numbers, complete
from plugins.satisfaction.grouping import Label, both
from plugins.satisfaction.items import mean_of
from plugins.satisfaction.start import TrendPeriod
from plugins.satisfaction.statistics.describing import counted, describe, net_promoter
from plugins.satisfaction.statistics.driving import Singular, drivers

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MOST_WAVES = 120
MOST_INFLATION = 10.0
FEW = 0.5  # of the responses that answer the overall question


# -- drivers --
def driving(found: Answers, places: Sequence[int], overall: int, confidence: float, progress: Progress) -> dict[str, Any] | None:
    """`places`: the questions that may explain the one at `overall`."""
    values, whole = complete(found, [overall, *places])
    varies = [at for at in range(1, values.shape[1]) if len(values) and np.ptp(values[:, at])]
    if left := [found.questions[places[at - 1]].key for at in range(1, values.shape[1]) if at not in varies]:
        progress.warn(f"Questions that everybody answered alike explain nothing: {', '.join(left[:10])}.")
    told = fitted(found, values, varies, places, confidence, progress) if varies else None
    if told is None:
        progress.warn(f"What drives satisfaction cannot be told from {len(values):,} responses that answer all of {len(places) + 1} "
                      "questions.")
        return None
    if int(whole.sum()) < FEW * int((found.values[:, overall] != MISSING).sum()):
        progress.warn(f"Drivers rest on the {len(values):,} responses that answer all of {len(places) + 1} questions.")
    return told


def fitted(found: Answers, values: Floats, varies: list[int], places: Sequence[int], confidence: float,
           progress: Progress) -> dict[str, Any] | None:
    """Leaves out one question after the other that follows from those before it."""
    while varies:
        try:
            told = drivers(values[:, 0], values[:, varies], confidence)
        except Singular as error:
            question = found.questions[places[varies.pop(error.column) - 1]]
            progress.warn(f"The question {question.key} follows from others, and was left out of the drivers.")
            continue
        if told is None:
            return None
        named = [found.questions[places[at - 1]] for at in varies]
        made = sorted(({**asdict(one), "question_id": question.id, "key": question.key}
                       for one, question in zip(told.drivers, named, strict=True)), key=lambda one: -one["importance"])
        if alike := [one["key"] for one in made if one["inflation"] > MOST_INFLATION]:
            progress.warn(f"These questions tell nearly the same as others, so that their slopes are uncertain: {', '.join(alike[:10])}.")
        return {"complete": told.complete, "explained": told.explained, "adjusted": told.adjusted,
                "statistic": told.statistic if np.isfinite(told.statistic) else None, "p": told.p, "drivers": made}
    return None


# -- waves --
def trend(found: Answers, by: TrendPeriod, values: Floats, place: int | None, confidence: float, progress: Progress) -> dict[str, Any]:
    """`values`: float64[n], what each response says of what is compared; `place`: of the question that this is. The last waves of too many
    are shown."""
    names, wave = waves(found, by)
    if len(names) > MOST_WAVES:
        progress.warn(f"The trend shows the last {MOST_WAVES} of {len(names):,} waves.")
    told = []
    for at in range(max(len(names) - MOST_WAVES, 0), len(names)):
        rows = wave == at
        there = values[rows]
        when = found.moment[rows]
        told.append({"name": dict(names[at]), "begins": moment(int(when.min())), "ends": moment(int(when.max())),
                     **mean_of(there[~np.isnan(there)], confidence), **of_steps(found, rows, place)})
    return {"waves": told, "slope": slope(values, wave)}


def of_steps(found: Answers, rows: Any, place: int | None) -> dict[str, Any]:
    if place is None:
        return {"top_two": None, "promoter": None}
    question = found.questions[place]
    counts = counted(found.column(place)[rows], question.low, question.high)
    score = net_promoter(counts, question.low)
    return {"top_two": describe(counts, int(rows.sum()), question.low).top_two, "promoter": score[0] if score else None}


def waves(found: Answers, by: TrendPeriod) -> tuple[list[Label], Numbers]:
    """What each wave is called, the first first, and int64[n], which each response is of."""
    if by is TrendPeriod.WAVE:
        used, place = np.unique(found.wave, return_inverse=True)
        begins = np.full(len(used), np.iinfo(np.int64).max)
        np.minimum.at(begins, place, found.moment)
        order = np.argsort(begins, kind="stable")
        rank = np.empty(len(used), np.int64)
        rank[order] = np.arange(len(used))
        return [both(found.waves[used[at]] or "All", found.waves[used[at]] or "全部") for at in order], rank[place]
    months = (found.moment.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64))
    size = {TrendPeriod.MONTH: 1, TrendPeriod.QUARTER: 3, TrendPeriod.YEAR: 12}[by]
    used, place = np.unique(months // size, return_inverse=True)
    return [both(called(int(at) * size, by)) for at in used], place


def called(months: int, by: TrendPeriod) -> str:
    """Of the first month of a period, counted since 1970."""
    year, month = 1970 + months // 12, months % 12
    return {TrendPeriod.MONTH: f"{year}-{month + 1:02}", TrendPeriod.QUARTER: f"{year} Q{month // 3 + 1}", TrendPeriod.YEAR: str(year)}[by]


def slope(values: Floats, wave: Numbers) -> dict[str, float] | None:
    """By how much it changes from wave to wave, by least squares. None for fewer than three waves, or too little to tell."""
    there = ~np.isnan(values)
    if len(np.unique(wave[there])) < 3 or not np.ptp(values[there]):
        return None
    line = linregress(wave[there], values[there])
    return {"value": float(line.slope), "error": float(line.stderr), "p": float(line.pvalue)}


def moment(microseconds: int) -> str:
    return (EPOCH + datetime.timedelta(microseconds=microseconds)).isoformat()
