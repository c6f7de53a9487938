"""The figures of single questions, and of scales made of several."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from guanxi import Progress
from plugins.satisfaction.answers import MISSING, Answers, Question, share_of_scale
from plugins.satisfaction.statistics.describing import counted, describe, interval, net_promoter
from plugins.satisfaction.statistics.reliability import reliability

AGAINST = -0.05  # a correlation with the rest that says that a question goes the other way
FEW_COMPLETE = 0.5  # of all responses: fewer make alpha one of a few


def items(found: Answers, places: Sequence[int], confidence: float) -> list[dict[str, Any]]:
    """As strawberry's `LikertItem` takes them, but for what scales say of each. Reverse-scored questions are turned round."""
    made = []
    for place in places:
        question = found.questions[place]
        counts = counted(found.column(place), question.low, question.high)
        told = asdict(describe(counts, len(found), question.low, confidence))
        promoters = net_promoter(counts, question.low, confidence)
        made.append({"question_id": question.id, "key": question.key, "reversed": question.reverse, **told,
                     "distribution": counts.tolist(), "promoter": dict(zip(("value", "low", "high"), promoters, strict=True))
                     if promoters else None, "item_total": None, "alpha_without": None})
    return made


def scales(found: Answers, places: Sequence[int], made: list[dict[str, Any]], confidence: float,
           progress: Progress) -> list[dict[str, Any]]:
    """One for each name of a scale with two questions or more, and the whole of all questions, called "", last. What each says of its
    questions is noted in `made`."""
    names = sorted({found.questions[place].scale for place in places} - {""})
    told = [(name, [place for place in places if found.questions[place].scale == name]) for name in names]
    told = [(name, of) for name, of in told if len(of) > 1]
    loose = {place for place in places if not any(place in of for _, of in told)}
    if len(places) > 1 and not (len(told) == 1 and not loose):
        told.append(("", list(places)))
    return [scale(found, name, of, {place: made[places.index(place)] for place in of if name or place in loose}, confidence, progress)
            for name, of in told]


def scale(found: Answers, name: str, places: Sequence[int], noted: dict[int, dict[str, Any]], confidence: float,
          progress: Progress) -> dict[str, Any]:
    whole = np.ones(len(found), bool)
    for place in places:
        whole &= found.values[:, place] != MISSING
    values = np.stack([on_scale(found.column(place)[whole], found.questions[place]) for place in places], axis=1)
    told = reliability(values)
    for at, place in enumerate(places):
        if place in noted:
            noted[place] |= {"item_total": told.item_total[at], "alpha_without": told.without[at]}
    caution(found, name, places, told.item_total, int(whole.sum()), progress)
    return {"name": name, "keys": [found.questions[place].key for place in places], "complete": told.complete, "alpha": told.alpha,
            "standardized": told.standardized, "mean_correlation": told.mean_correlation, **level(found, places, confidence)}


def on_scale(values: Any, question: Question) -> Any:
    """Steps as shares of the scale, from 0 to 1: alpha of questions with equal scales is the same with and without."""
    return (values.astype(np.float64) - question.low) / (question.high - question.low)


def level(found: Answers, places: Sequence[int], confidence: float) -> dict[str, Any]:
    """How high responses are on the scale from 0 to 100, over what each of them answered."""
    values, _ = share_of_scale(found, places)
    values = values[~np.isnan(values)]
    return mean_of(values, confidence)


def mean_of(values: Any, confidence: float) -> dict[str, Any]:
    """Of float64[n]: how many, mean, deviation and interval, as far as so many have them."""
    n = len(values)
    mean = float(values.mean()) if n else None
    deviation = float(values.std(ddof=1)) if n > 1 else None
    low, high = interval(mean, deviation / math.sqrt(n), n - 1, confidence) if mean is not None and deviation is not None else (None, None)
    return {"responses": n, "mean": mean, "deviation": deviation, "low": low, "high": high}


def caution(found: Answers, name: str, places: Sequence[int], item_total: Sequence[float | None], complete: int,
            progress: Progress) -> None:
    of = f"the scale {name}" if name else "all questions"
    if name:
        for place, correlation in zip(places, item_total, strict=True):
            if correlation is not None and correlation < AGAINST:
                question = found.questions[place]
                progress.warn(f"The question {question.key} goes against the others of {of}: their correlation is {correlation:.2f}. "
                              f"It may be that it {'must not' if question.reverse else 'has to'} be scored in reverse.")
    if complete < FEW_COMPLETE * len(found):
        progress.warn(f"Alpha of {of} rests on the {complete:,} of {len(found):,} responses that answer all of its questions.")
