"""The figures of an RFM run: who was scored and who was not, and why; the segments; and what each score stands for."""

from typing import Any

import numpy as np

from plugins.value.figures import counts, moment, money
from plugins.value.rfm.scoring import Bought, Scored
from plugins.value.rfm.segments import ORDER, SCORES
from plugins.value.sales import CENTS, Sales


def summary(sold: Sales, since: int | None, found: Bought, scores: Scored) -> dict[str, Any]:
    return {
        "asOf": moment(sold.as_of), "since": None if since is None else moment(since), "currency": sold.currency,
        **counts(sold, found.customer), "purchaseCount": int(found.frequency.sum()), "total": money(found.amount.sum(), sold.currency),
        "segments": segments(sold, found, scores), "scores": ranges(found, scores),
    }


def segments(sold: Sales, found: Bought, scores: Scored) -> list[dict[str, Any]]:
    """All ten, with nobody in some of them maybe."""
    size, total, days, frequency = (np.bincount(scores.segment, weight, minlength=len(ORDER))
                                    for weight in (None, found.amount, found.days, found.frequency))
    return [{"segment": segment.name, "count": int(size[place]), "total": money(total[place], sold.currency),
             "meanRecencyDays": float(days[place] / size[place]) if size[place] else None,
             "meanFrequency": float(frequency[place] / size[place]) if size[place] else None}
            for place, segment in enumerate(ORDER)]


def ranges(found: Bought, scores: Scored) -> list[dict[str, Any]]:
    """For each measure and score that somebody has: from which value to which."""
    measures = (("RECENCY", found.days, scores.recency), ("FREQUENCY", found.frequency, scores.frequency),
                ("MONETARY", found.amount / CENTS, scores.amount))
    return [{"measure": name, "score": score, "count": int(has.sum()), "lowest": float(values[has].min()),
             "highest": float(values[has].max())}
            for name, values, score_of in measures for score in range(1, SCORES + 1) if (has := score_of == score).any()]
