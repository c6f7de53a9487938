"""Pictures of a run: when customers are expected, how well that was told, and which categories are mistaken for which."""

from typing import Any

from guanxi import Chart, Result, Snapshot
from plugins.forecast.pictures import BLUE, GREY, RED, shortened

SHOWN = 10  # categories
WORDS = {
    "expected": ("When {count:,} customers are expected; {beyond:,} more have no date",
                 "{count:,} 位客户的预计下次购买时间（另有 {beyond:,} 位无日期）"),
    "weeks": ("Weeks from now", "距今周数"),
    "customers": ("Customers", "客户数"),
    "test": ("The last {days:,.0f} days, hidden: off by {error:.1f} days on average, the plain guess by {naive:.1f}",
             "隐藏的最后 {days:,.0f} 天：平均误差 {error:.1f} 天，朴素法 {naive:.1f} 天"),
    "days": ("Days since the hidden ones began", "隐藏期开始后的天数"),
    "share": ("Share of customers", "客户占比"),
    "bought": ("Had bought", "实际已购买"),
    "told": ("Were told to have bought (more likely than not)", "模型预计已购买（概率过半）"),
    "naive": ("Going on at their own pace", "按各自节奏（朴素法）"),
    "categories": ("What was told (across) and what was bought (down): {right:.0%} right, the plain guess {naive:.0%}",
                   "预测（列）与实际（行）品类：准确率 {right:.0%}，朴素法 {naive:.0%}"),
    "others": ("others", "其他"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def made(width: float, height: float, title: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=11)
    return figure, axes


def draw_expected(result: Result, _: Snapshot, language: str) -> Any:
    """How many are expected in each week."""
    import numpy as np

    weeks = result.drawing["middle"] / 7
    known = weeks[np.isfinite(weeks)]
    if not len(known):
        return None
    figure, axes = made(8, 4.5, word("expected", language, count=len(known), beyond=len(weeks) - len(known)))
    last = max(1, int(np.ceil(known.max())))
    axes.hist(known, bins=range(0, last + 1, max(1, last // 40)) if last > 1 else [0, 1], color=BLUE)
    axes.set(xlabel=word("weeks", language), ylabel=word("customers", language))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(visible=False, axis="x")
    return figure


def draw_test(result: Result, _: Snapshot, language: str) -> Any:
    """How many had bought by each day: what happened, what was told, and the plain guess."""
    from matplotlib.ticker import PercentFormatter

    days, bought, told, naive = zip(*result.drawing["curve"], strict=True)
    error = result.drawing["metrics"]["date: mean absolute error in days"]
    figure, axes = made(8, 5, word("test", language, days=result.summary["testDays"], error=error[0], naive=error[1]))
    axes.plot(days, bought, color="black", linewidth=2, label=word("bought", language))
    axes.plot(days, told, color=BLUE, linewidth=2, label=word("told", language))
    axes.plot(days, naive, color=RED, linestyle="--", label=word("naive", language))
    axes.set(ylim=(0, 1), xlabel=word("days", language), ylabel=word("share", language))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(loc="best")
    return figure


def draw_categories(result: Result, _: Snapshot, language: str) -> Any:
    """The categories of the most purchases of the test; the darker, the larger the share of what was bought."""
    import numpy as np

    test, names = result.drawing["categories"], result.summary["categories"]
    if test is None:
        return None
    size = min(len(names), SHOWN)
    told, bought = (np.minimum(one, size) for one in (test.told.argmax(1), test.category))
    counts = np.zeros((size + 1, size + 1))
    np.add.at(counts, (bought, told), 1)
    if not counts[size].any() and not counts[:, size].any():
        counts = counts[:size, :size]
    labels = [*[shortened(name, 18) for name in names[:size]], word("others", language)][:len(counts)]
    right, naive = result.drawing["metrics"]["category: accuracy"]
    figure, axes = made(max(7.5, 2.5 + 0.75 * len(counts)), 2 + 0.55 * len(counts), word("categories", language, right=right, naive=naive))
    total = counts.sum(1, keepdims=True)
    axes.imshow(np.divide(counts, total, out=np.zeros_like(counts), where=total > 0), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axes.text(column, row, f"{int(count):,}", ha="center", va="center", fontsize=8,
                      color="white" if count > 0.55 * total[row, 0] else "black")
    axes.set_xticks(range(len(labels)), labels, rotation=35, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.axhline(-0.5, color=GREY, linewidth=0.5)
    return figure


CHARTS = {
    "expected": Chart("When customers are expected", "预计下次购买时间分布", draw_expected),
    "dates": Chart("How well dates were told", "下次购买时间的检验", draw_test),
    "categories": Chart("How well categories were told", "下次购买品类的检验", draw_categories),
}
