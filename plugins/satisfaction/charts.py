"""Pictures of a survey: how answers spread, how groups stand, what drives satisfaction, and how it went."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

from guanxi import Chart, Result, Snapshot

# From unfavourable to favourable; grey in the middle.
LOW, MIDDLE, HIGH = ("#b8433a", "#d98d80", "#eecac4"), "#d9d9d9", ("#c6dbef", "#6fa3d3", "#2f6db0")
BLUE, GREY, RED = "#2f6db0", "0.55", "#b8433a"
MOST_ITEMS, MOST_DRIVERS = 30, 20
LABEL, GROUP = 52, 18  # characters of what is asked, and of a group's name
WORDS = {
    "answers": ("How {count:,} responses answer", "{count:,} 份答卷的回答分布"),
    "shown": ("How {count:,} responses answer the first {shown} questions", "{count:,} 份答卷的回答分布（前 {shown} 题）"),
    "share": ("Share of answers: unfavourable to the left, favourable to the right of the middle",
              "回答占比（中线左侧为负面，右侧为正面）"),
    "lowest": ("lowest step", "最低"), "highest": ("highest step", "最高"), "middle": ("middle", "中间"),
    "turned": ("(turned round)", "（反向计分）"),
    "mean": ("{what} (mean with its {sure:.0%} interval)", "{what}（均值与 {sure:.0%} 置信区间）"),
    "groups": ("{factor}: {test}", "{factor}：{test}"),
    "all": ("All: {mean:.2f}", "总体：{mean:.2f}"),
    "satisfaction": ("Satisfaction, 0 to 100", "满意度（0–100）"),
    "importance": ("Share of what is explained", "解释占比（相对重要性）"),
    "performance": ("How high the question stands, 0 to 100", "题目得分（0–100）"),
    "drivers": ('What goes along with "{what}": {share:.0%} of its variance is explained',
                "“{what}”的驱动因素（解释方差 {share:.0%}）"),
    "trend": ("From wave to wave", "各期变化"),
    "changing": ("From wave to wave: {slope:+.2f} a wave (p {p})", "各期变化：每期 {slope:+.2f}（p {p}）"),
    "waves": ("Wave, and responses", "期次与答卷数"),
    "ANOVA": ("F({between:.0f}, {within:.0f}) = {statistic:.2f}, p {p}", "F({between:.0f}, {within:.0f}) = {statistic:.2f}，p {p}"),
    "WELCH": ("Welch F({between:.0f}, {within:.1f}) = {statistic:.2f}, p {p}",
              "Welch F({between:.0f}, {within:.1f}) = {statistic:.2f}，p {p}"),
    "KRUSKAL_WALLIS": ("Kruskal-Wallis H({between:.0f}) = {statistic:.2f}, p {p}",
                       "Kruskal-Wallis H({between:.0f}) = {statistic:.2f}，p {p}"),
    "NONE": ("nothing varies", "无差异可检验"),
}
KEPT_AS = {"ANOVA": "anova", "WELCH": "welch", "KRUSKAL_WALLIS": "kruskal"}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def probable(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def titled(axes: Any, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=11)


def named(question: Any, language: str, most: int = LABEL) -> str:
    """What is asked, in one line; a wide character takes the room of two."""
    text = question.called(language) or question.key
    most = most // 2 if any(character > "\u2e7f" for character in text) else most
    return shorten(text, most, placeholder=" …") if " " in text else text[:most] + ("…" if len(text) > most else "")


def beside(axes: Any, questions: Sequence[Any], language: str) -> None:
    """What is asked to the left of each row: labels of ticks have less room. The first is on top."""
    for at, question in enumerate(questions):
        text = named(question, language) + (f"\n{word('turned', language)}" if question.reverse else "")
        axes.annotate(text, (0, at), xycoords=("axes fraction", "data"), xytext=(-7, 0), textcoords="offset points", ha="right",
                      va="center", fontsize=8, annotation_clip=False)
    axes.set_yticks([])
    axes.set_ylim(len(questions) - 0.45, -0.55)


# -- diverging bars --
def draw_answers(result: Result, _: Snapshot, language: str) -> Any:
    """A bar for each question, its middle on the line: what lies to the right is favourable."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    told = [(question, one) for question, one in zip(result.drawing["questions"], result.summary["items"], strict=True) if one["answered"]]
    shown = told[:MOST_ITEMS]
    if not shown:
        return None
    figure = Figure(figsize=(9.5, 1.5 + 0.36 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for at, (_, one) in enumerate(shown):
        shares = [count / one["answered"] for count in one["distribution"]]
        start = -middle(shares)
        for share, colour in zip(shares, colours(len(shares)), strict=True):
            axes.barh(at, share, left=start, height=0.72, color=colour, linewidth=0)
            if share >= 0.05:
                axes.text(start + share / 2, at, f"{share:.0%}", ha="center", va="center", fontsize=7,
                          color="white" if colour in (LOW[0], HIGH[-1]) else "0.2")
            start += share
        axes.annotate(f"{one['answered']:,}", (start, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7, color="0.4")
    axes.axvline(0, color="0.25", linewidth=0.8)
    beside(axes, [question for question, _ in shown], language)
    below = [middle(one["distribution"]) / one["answered"] for _, one in shown]
    axes.set_xlim(-max(below) - 0.04, 1 - min(below) + 0.08)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{abs(share):.0%}"))
    axes.set_xlabel(word("share", language))
    legend(axes, [question for question, _ in shown], language)
    key = "answers" if len(shown) == len(told) else "shown"
    titled(axes, word(key, language, count=result.summary["responses"], shown=len(shown)))
    return figure


def middle(shares: Sequence[float]) -> float:
    """How much lies below the middle: half of the middle step counts."""
    half, odd = divmod(len(shares), 2)
    return sum(shares[:half]) + (shares[half] / 2 if odd else 0)


def colours(steps: int) -> list[str]:
    """One for each step, from the lowest to the highest, the middle grey; steps on a side beyond three share its colours."""
    half, odd = divmod(steps, 2)
    depth = [1] if half == 1 else [at * len(LOW) // max(half, len(LOW)) for at in range(half)]  # 0 is the outermost
    return [*(LOW[at] for at in depth), *([MIDDLE] if odd else []), *(HIGH[-1 - at] for at in reversed(depth))]


def legend(axes: Any, questions: Sequence[Any], language: str) -> None:
    """The words of the steps where all questions have the same; else the ends alone."""
    from matplotlib.patches import Patch

    first = questions[0]
    ways = {tuple(question.label(step, language) for step in range(question.low, question.high + 1)) for question in questions
            if not question.reverse} if not all(question.reverse for question in questions) else set()
    if len(ways) == 1 and any(first.labels.values()) and len(next(iter(ways))) <= 7:
        names = next(iter(ways))
        patches = [Patch(color=colour, label=name) for colour, name in zip(colours(len(names)), names, strict=True)]
    else:
        patches = [Patch(color=LOW[0], label=word("lowest", language)), Patch(color=MIDDLE, label=word("middle", language)),
                   Patch(color=HIGH[-1], label=word("highest", language))]
    axes.figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), fontsize=8, frameon=False)


# -- groups --
def draw_groups(result: Result, _: Snapshot, language: str) -> Any:
    """A panel for each factor: means with their intervals, the lowest first, beside the mean of all."""
    compared = result.summary["comparisons"]
    if not compared:
        return None
    from matplotlib.figure import Figure

    rows = result.tables["satisfaction_groups"].to_pylist()
    sizes = [one["groups"] for one in compared]
    figure = Figure(figsize=(8.5, 1.3 * len(compared) + 0.34 * sum(sizes)), layout="constrained")
    panels = figure.subplots(len(compared), 1, sharex=True, squeeze=False, height_ratios=[size + 1.5 for size in sizes])[:, 0]
    for at, (axes, one) in enumerate(zip(panels, compared, strict=True)):
        draw_factor(axes, [row for row in rows if row["factor"] == at], result.summary["overall"]["mean"], language)
        titled(axes, word("groups", language, factor=one["factor"][language].rstrip("?？:："), test=tested(one, language)))
    panels[-1].set_xlabel(word("mean", language, what=compared_by(result, language), sure=result.summary["confidence"]))
    return figure


def draw_factor(axes: Any, rows: list[Mapping[str, Any]], mean: float, language: str) -> None:
    rows = sorted(rows, key=lambda row: (row["mean"], row["label_en"]))
    for at, row in enumerate(rows):
        low, high = (row[name] if row[name] is not None else row["mean"] for name in ("low", "high"))
        colour = RED if row["low_scoring"] else BLUE if low > mean else GREY
        axes.plot([low, high], [at, at], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot(row["mean"], at, "o", color=colour, markersize=5)
    axes.axvline(mean, color="0.3", linestyle="--", linewidth=1)
    axes.annotate(word("all", language, mean=mean), (mean, 1), xycoords=("data", "axes fraction"), xytext=(3, -3),
                  textcoords="offset points", ha="left", va="top", fontsize=7, color="0.3")
    axes.set_yticks(range(len(rows)), [f"{row[f'label_{language}'][:GROUP]}  (n = {row['size']:,})" for row in rows], fontsize=8)
    axes.set_ylim(-0.7, len(rows) - 0.1)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def tested(one: Mapping[str, Any], language: str) -> str:
    """The test that suits, with its figures."""
    if one["chosen"] == "NONE":
        return word("NONE", language)
    kept = one[KEPT_AS[one["chosen"]]]
    found = kept["between"] if one["chosen"] == "ANOVA" else kept
    return word(one["chosen"], language, statistic=found["statistic"], between=found["between"], within=found["within"] or 0,
                p=probable(found["p"]))


def compared_by(result: Result, language: str) -> str:
    question = result.drawing["outcome"]
    return named(question, language, 60) if question else word("satisfaction", language)


# -- drivers --
def draw_drivers(result: Result, _: Snapshot, language: str) -> Any:
    """How important each question is, beside how high it stands: what is important and low is where to begin."""
    found = result.summary["drivers"]
    if not found:
        return None
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    questions = {question.id: question for question in result.drawing["questions"]}
    levels = {one["question_id"]: one["mean"] for one in result.summary["items"]}
    shown = found["drivers"][:MOST_DRIVERS]
    figure = Figure(figsize=(10, 1.6 + 0.36 * len(shown)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for at, one in enumerate(shown):
        question = questions[one["question_id"]]
        sure = one["low"] > 0 or one["high"] < 0
        left.barh(at, one["importance"], height=0.68, color=(BLUE if one["slope"] > 0 else RED) if sure else "0.75")
        left.annotate(f"{one['importance']:.0%}  β {one['beta']:+.2f}", (one["importance"], at), xytext=(4, 0),
                      textcoords="offset points", va="center", fontsize=8)
        place = 100 * (levels[one["question_id"]] - question.low) / (question.high - question.low)
        right.plot([0, place], [at, at], color="0.8", linewidth=1)
        right.plot(place, at, "o", color=BLUE, markersize=6)
        right.annotate(f"{place:.0f}", (place, at), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8)
    beside(left, [questions[one["question_id"]] for one in shown], language)
    left.margins(x=0.22)
    left.set_xlim(left=0)
    left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_xlabel(word("importance", language))
    right.set(xlim=(0, 108), xlabel=word("performance", language))
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
    titled(left, word("drivers", language, what=compared_by(result, language), share=found["explained"]))
    return figure


# -- waves --
def draw_trend(result: Result, _: Snapshot, language: str) -> Any:
    """The mean of each wave with its interval. One wave is no trend."""
    found = result.summary["trend"]
    told = [one for one in (found or {"waves": []})["waves"] if one["mean"] is not None]
    if len(told) < 2:
        return None
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(6.0, min(14.0, 1.2 + 0.7 * len(told))), 4.2), layout="constrained")
    axes = figure.subplots()
    places = range(len(told))
    sure = [at for at in places if told[at]["low"] is not None]
    axes.vlines(sure, [told[at]["low"] for at in sure], [told[at]["high"] for at in sure], color=BLUE, linewidth=2, alpha=0.5)
    axes.plot(places, [one["mean"] for one in told], color=BLUE, marker="o", markersize=5, linewidth=1.6)
    every = max(1, len(told) // 16)
    axes.set_xticks(list(places)[::every], [f"{one['name'][language][:14]}\n{one['responses']:,}" for one in told][::every], fontsize=8)
    axes.set(xlabel=word("waves", language), ylabel=compared_by(result, language))
    axes.margins(y=0.15)
    axes.grid(visible=False, axis="x")
    line = found["slope"]
    titled(axes, word("changing", language, slope=line["value"], p=probable(line["p"])) if line else word("trend", language))
    return figure


CHARTS = {
    "answers": Chart("How answers spread", "回答分布", draw_answers),
    "groups": Chart("Groups compared", "群体比较", draw_groups),
    "drivers": Chart("What drives satisfaction", "满意度驱动因素", draw_drivers),
    "trend": Chart("From wave to wave", "各期趋势", draw_trend),
}
