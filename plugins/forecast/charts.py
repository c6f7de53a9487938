"""Pictures of a run of forecasts: fans of what is expected, what the backtest said, and how models compare."""

from typing import Any

from guanxi import Chart, Result, Snapshot
from plugins.forecast.calendar import moment
from plugins.forecast.pictures import (
    BLUE,
    GRAINS,
    GREEN,
    GREY,
    MODELS,
    RED,
    TARGETS,
    called,
    dates,
    on_dates,
    shortened,
    unit,
    word,
)

SHOWN_PAST = 4  # times the horizon, and two seasons at least
LEAST_PAST = 60
LEVELS = ((95, 0.18), (80, 0.32))


def panels(count: int) -> Any:
    """A figure with so many places for series, two beside each other."""
    from matplotlib.figure import Figure

    columns = 1 if count == 1 else 2
    rows = -(-count // columns)
    figure = Figure(figsize=(9.5 if count == 1 else 11, 4.6 if count == 1 else 0.6 + 2.6 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for empty in axes[count:]:
        empty.set_visible(False)
    return figure, axes[:count]


def titles(result: Result, snapshot: Snapshot, language: str) -> list[str]:
    """What each of the series that are shown is about."""
    drawing = result.drawing
    if drawing["by"] == "TOTAL":
        return [word("total", language)]
    if drawing["by"] == "CUSTOMER":
        return snapshot.names([drawing["keys"][one.subject] for one in drawing["series"]])
    return list(drawing["names"])


def draw_fan(result: Result, snapshot: Snapshot, language: str) -> Any:
    """The last stretch of the past, and what is expected with both intervals."""
    import numpy as np

    drawing = result.drawing
    grain, last = drawing["grain"], drawing["last"]
    figure, places = panels(len(drawing["series"]))
    for axes, past, found, title in zip(places, drawing["series"], drawing["found"], titles(result, snapshot, language), strict=True):
        values = past.values[-max(LEAST_PAST, SHOWN_PAST * len(found.mean)):]
        ahead = dates(last, len(found.mean) + 1, grain)
        axes.plot(dates(last + 1 - len(values), len(values), grain), values, color="0.25", linewidth=1.2, label=word("past", language))
        for level, shade in LEVELS:
            low, high = (np.concatenate([values[-1:], bound[level]]) for bound in (found.low, found.high))
            axes.fill_between(ahead, low, high, color=BLUE, alpha=shade, linewidth=0, label=word("interval", language, level=level))
        axes.plot(ahead, np.concatenate([values[-1:], found.mean]), color=BLUE, linewidth=1.8, label=word("ahead", language))
        axes.set_title(f"{shortened(title)} · {called(MODELS, found.model, language)}", loc="left", fontsize=10)
        on_dates(axes)
    places[0].set_ylabel(unit(drawing, language))
    places[0].legend(loc="upper left", fontsize=8)
    figure.suptitle(word("fan", language, what=called(TARGETS, drawing["target"], language), grain=called(GRAINS, grain, language),
                         steps=len(drawing["found"][0].mean)), x=0.01, ha="left", fontsize=12)
    return figure


def draw_backtest(result: Result, snapshot: Snapshot, language: str) -> Any:
    """What was forecast from each beginning, beside what came and what the naive method said at the first one."""
    drawing = result.drawing
    tested = [(past, found, title) for past, found, title
              in zip(drawing["series"], drawing["found"], titles(result, snapshot, language), strict=True)
              if found.folds and all(found.model in fold.found for fold in found.folds)]
    if not tested:
        return None
    grain = drawing["grain"]
    figure, places = panels(len(tested))
    for axes, (past, found, title) in zip(places, tested, strict=True):
        begin = found.folds[0].begin
        shown = max(begin - 2 * (len(past.values) - begin), 0)
        axes.plot(dates(past.first + shown, len(past.values) - shown, grain), past.values[shown:], color="0.25", linewidth=1.2,
                  label=word("actual", language))
        for place, fold in enumerate(found.folds):
            at = dates(past.first + fold.begin, len(fold.actual), grain)
            axes.plot(at, fold.found[found.model].mean, color=BLUE, alpha=0.45 + 0.55 * (place == 0), linewidth=1.6,
                      label=called(MODELS, found.model, language) if place == 0 else None)
        first = found.folds[0]
        rival = "SEASONAL_NAIVE" if "SEASONAL_NAIVE" in first.found else "NAIVE"
        if rival != found.model:
            axes.plot(dates(past.first + begin, len(first.actual), grain), first.found[rival].mean, color=RED, linestyle="--",
                      linewidth=1.2, label=called(MODELS, rival, language))
        axes.axvline(moment(past.first + begin, grain).replace(tzinfo=None), color=GREY, linestyle=":", linewidth=1)
        axes.set_title(shortened(title), loc="left", fontsize=10)
        axes.legend(loc="upper left", fontsize=8)
        on_dates(axes)
    places[0].set_ylabel(unit(drawing, language))
    figure.suptitle(word("backtest", language, folds=len(tested[0][1].folds)), x=0.01, ha="left", fontsize=12)
    return figure


def draw_errors(result: Result, _: Snapshot, language: str) -> Any:
    """Each model that was tested: its errors, and how much of what came its intervals held."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    found = [one for one in result.summary["models"] if one["testedCount"] and one["mase"] is not None]
    if not found:
        return None
    names = [f"{called(MODELS, one['model'], language)} ({one['testedCount']:,})" for one in found]
    figure = Figure(figsize=(10, 1.6 + 0.42 * len(found)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    bars = left.barh(range(len(found)), [one["mase"] for one in found],
                     color=[BLUE if one["chosenCount"] else GREY for one in found], height=0.6)
    left.bar_label(bars, [f"{one['mase']:.3f}" for one in found], padding=3, fontsize=8)
    left.axvline(1, color="0.4", linestyle=":", linewidth=1)
    left.set_yticks(range(len(found)), names)
    left.invert_yaxis()
    left.margins(x=0.15)
    left.set_xlabel(word("mase", language))
    for level, colour, shift in ((80, GREEN, -0.12), (95, BLUE, 0.12)):
        right.scatter([one[f"coverage{level}"] for one in found], [place + shift for place in range(len(found))], color=colour, s=30,
                      label=word("interval", language, level=level), zorder=3)
        right.axvline(level / 100, color=colour, linestyle=":", linewidth=1)
    right.set_xlim(0, 1.03)
    right.xaxis.set_major_formatter(PercentFormatter(1))
    right.set_xlabel(word("coverage", language))
    right.legend(loc="lower left", fontsize=8)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
    figure.suptitle(word("errors", language, count=max(one["testedCount"] for one in found)), x=0.01, ha="left", fontsize=12)
    return figure


CHARTS = {
    "fan": Chart("What is expected", "预测扇形图", draw_fan),
    "backtest": Chart("What the backtest said", "滚动回测", draw_backtest),
    "errors": Chart("How models compare", "模型误差比较", draw_errors),
}
