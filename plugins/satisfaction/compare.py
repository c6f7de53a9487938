"""Comparisons of groups as figures: one factor at a time, two together, and the model of ordered answers."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from guanxi import Progress
from plugins.satisfaction.answers import Floats, Numbers, Question
from plugins.satisfaction.choosing import choose
from plugins.satisfaction.grouping import Factor
from plugins.satisfaction.statistics.comparing import Pair, games_howell, tukey
from plugins.satisfaction.statistics.describing import interval
from plugins.satisfaction.statistics.ordinal import Inestimable, proportional_odds
from plugins.satisfaction.statistics.twoway import Effect, two_way
from plugins.satisfaction.statistics.variance import Groups, Test, anova, grouped, kruskal, levene, normality, welch

MOST_COMPARED = 20  # groups whose pairs are compared


def comparison(factor: Factor, values: Floats, question: Question | None, confidence: float) -> tuple[dict[str, Any], Groups]:
    """`values`: float64[n], NaN where a response says nothing. The figures, and the groups as they were compared."""
    kept = (factor.group >= 0) & ~np.isnan(values)
    value, group, g = values[kept], factor.group[kept], len(factor.labels)
    found = grouped(value, group, g)
    table, ranks, variances = anova(found), kruskal(value, group, g), levene(value, group, g)
    of_welch, shape = welch(found), normality(value, group, found)
    steps = question.high - question.low + 1 if question else None
    chosen = choose(found, steps, variances, shape, welch=of_welch is not None)
    few = g <= MOST_COMPARED
    return {
        "factor": dict(factor.title), "groups": g, "responses": len(value), "unknown": factor.unknown, "ambiguous": factor.ambiguous,
        "anova": {"between": effect(table.between, table.test), "within": table.within, "eta": table.eta, "omega": table.omega}
        if table else None,
        "welch": test(of_welch), "kruskal": {**asdict(ranks[0]), "epsilon": ranks[1]} if ranks else None, "levene": test(variances),
        "normality": asdict(shape) if shape else None, "chosen": chosen.test, "pairs": chosen.pairs, "reason": dict(chosen.reason),
        "tukey": pairs(tukey(found, confidence) if few else [], factor),
        "games_howell": pairs(games_howell(found, confidence) if few else [], factor),
    }, found


def test(found: Test | None) -> dict[str, Any] | None:
    return asdict(found) if found else None


def effect(squares: float, found: Test) -> dict[str, Any]:
    return {"squares": squares, **asdict(found)}


def pairs(found: Sequence[Pair], factor: Factor) -> list[dict[str, Any]]:
    return [asdict(one) | {"first": dict(factor.labels[one.first]), "second": dict(factor.labels[one.second])} for one in found]


def groups(factor: Factor, place: int, values: Floats, found: Groups, confidence: float) -> dict[str, list[Any]]:
    """The columns of the groups' table, but for ids. A group scores low where its interval lies below the mean of all groups' responses."""
    kept = (factor.group >= 0) & ~np.isnan(values)
    value, group = values[kept], factor.group[kept]
    grand = float(value.mean())
    size, mean = found.size.tolist(), found.mean.tolist()
    deviation = [float(np.sqrt(one)) if n > 1 else None for one, n in zip(found.variance, size, strict=True)]
    bounds = [interval(at, spread / n**0.5, n - 1, confidence) if spread is not None else (None, None)
              for at, spread, n in zip(mean, deviation, size, strict=True)]
    return {"factor": [place] * len(size), **{f"label_{name}": [one[name] for one in factor.labels] for name in ("en", "zh")},
            "size": size, "mean": mean, "deviation": deviation, "low": [low for low, _ in bounds], "high": [high for _, high in bounds],
            "median": [float(np.median(value[group == at])) for at in range(len(size))],
            "low_scoring": [high is not None and high < grand for _, high in bounds]}


# -- two factors --
def together(first: Factor, second: Factor, values: Floats, progress: Progress) -> dict[str, Any] | None:
    kept = (first.group >= 0) & (second.group >= 0) & ~np.isnan(values)
    cell, group = np.unique(first.group[kept] * len(second.labels) + second.group[kept], return_inverse=True)
    levels = [np.unique(level, return_inverse=True)[1] for level in np.divmod(cell, len(second.labels))]
    found = two_way(grouped(values[kept], group, len(cell)), *levels) if kept.any() else None
    if found is None:
        progress.warn("The two factors could not be compared together: one says all that the other does, or too few responses have both.")
        return None
    if found.empty:
        progress.warn(f"Of the groups that both factors make together {found.empty:,} are empty: what is said of their interaction holds "
                      "for the others only.")
    made = {"first": of_factor(first, found.first), "second": of_factor(second, found.second), "within": found.within,
            "freedom": found.freedom, "responses": int(kept.sum()), "empty": found.empty}
    return made | {"interaction": of_factor(None, found.interaction) if found.interaction else None}


def of_factor(factor: Factor | None, found: Effect) -> dict[str, Any]:
    title = dict(factor.title) if factor else {"en": "Interaction", "zh": "交互作用"}
    return {"name": title, **effect(found.squares, found.test), "eta": found.eta, "omega": found.omega}


# -- ordered answers --
def ordinal(made: Sequence[Factor], values: Floats, question: Question, progress: Progress) -> dict[str, Any] | None:
    """The effects of all groups but the first of each factor, beside that one."""
    kept = ~np.isnan(values)
    for factor in made:
        kept &= factor.group >= 0
    table, design, named = counts(made, kept, values[kept].astype(np.int64) - question.low)
    try:
        if table.shape[1] < 2:
            raise Inestimable("everybody answered alike")
        found = proportional_odds(table, design)
    except Inestimable as error:
        progress.warn(f"The model of ordered answers could not be fitted: {error}.")
        return None
    effects = [{**one, "effect": float(value), "error": float(error), "odds": float(np.exp(value)), "p": float(p)}
               for one, value, error, p in zip(named, found.effects, found.errors, found.p_values, strict=True)]
    return {"effects": effects, "thresholds": found.thresholds.tolist(), "likelihood": found.likelihood, "pseudo": found.pseudo,
            "responses": int(kept.sum()), "test": {"statistic": found.chi, "between": found.freedom, "within": None, "p": found.p},
            "lack": {"statistic": found.lack[0], "between": found.lack[1], "within": None, "p": found.lack[2]} if found.lack else None}


def counts(made: Sequence[Factor], kept: Any, steps: Numbers) -> tuple[Floats, Floats, list[dict[str, Any]]]:
    """The cells that the factors make, by the steps that occur: how many responses; which groups each cell is of, but for the first of
    each factor; and what these are called. `kept`: bool[n]; `steps`: int64[m], of those kept."""
    shape = tuple(len(factor.labels) for factor in made)
    cells, cell = np.unique(np.ravel_multi_index(tuple(factor.group[kept] for factor in made), shape), return_inverse=True)
    used, step = np.unique(steps, return_inverse=True)
    table = np.bincount(cell * len(used) + step, minlength=len(cells) * len(used)).reshape(len(cells), len(used)).astype(np.float64)
    levels = np.unravel_index(cells, shape)
    present = [np.unique(level) for level in levels]
    design = np.hstack([(level[:, None] == there[None, 1:]).astype(np.float64) for level, there in zip(levels, present, strict=True)])
    named = [{"factor": dict(factor.title), "group": dict(factor.labels[at]), "beside": dict(factor.labels[there[0]])}
             for factor, there in zip(made, present, strict=True) for at in there[1:]]
    return table, design, named
