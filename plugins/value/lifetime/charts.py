"""Pictures of a run: how value is spread, how well the models foretold, and who is likely to be still there."""

from typing import Any

from guanxi import Chart, Result, Snapshot
from plugins.value.pictures import BLUE, GREY, RED, percent, titled

MOST_REPEATS = 20  # that the map of probabilities shows
PLACES = 120  # of its time axis
BINS = 20
WORDS = {
    "curve": ("The most valuable 20% of {all:,} customers hold {share:.0%} of all value",
              "价值最高的 20% 客户（共 {all:,} 位）占总价值的 {share:.0%}"),
    "customers": ("Share of customers, the most valuable first", "客户占比（按价值从高到低）"),
    "value": ("Share of all value", "累计价值占比"),
    "ours": ("Lifetime value over {days:,} days", "未来 {days:,} 天的客户终身价值"),
    "equal": ("If all were worth the same", "假设价值均等"),
    "holdout": ("The {days:,} days from {since}, hidden from the model: {all:,} customers",
                "预留检验期：{since} 起 {days:,} 天，{all:,} 位客户"),
    "repeats": ("How often they had come back before", "此前的复购次数"),
    "days": ("Days with a purchase, mean", "平均购买天数"),
    "actual": ("What happened: {total:,.0f}", "实际：{total:,.0f}"),
    "expected": ("{model}: {total:,.0f}, off by {error:.2f} a customer", "{model}：{total:,.0f}，人均误差 {error:.2f}"),
    "naive": ("Going on as before: {total:,.0f}, off by {error:.2f}", "照旧购买：{total:,.0f}，人均误差 {error:.2f}"),
    "untested": ("The model was not compared with what happened in this run.", "本次运行未做预留期检验。"),
    "alive": ("How likely a customer first seen {weeks:,.0f} weeks ago is still there", "首购于 {weeks:,.0f} 周前的客户仍然活跃的概率"),
    "silence": ("Weeks since the last purchase", "距最近一次购买的周数"),
    "times": ("How often they came back", "复购次数"),
    "probability": ("Probability of being still there", "仍然活跃的概率"),
    "spread": ("How likely {all:,} customers are still there: {mean:.0%} on average",
               "{all:,} 位客户仍然活跃的概率分布（平均 {mean:.0%}）"),
    "count": ("Customers", "客户数"),
    "once": ("Bought on one day only", "仅购买过一天"),
    "more": ("Came back", "有复购"),
}
CALLED = {"BG_NBD": "BG/NBD", "MBG_NBD": "MBG/NBD"}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def draw_curve(result: Result, _: Snapshot, language: str) -> Any:
    """From nobody and nothing to everybody and everything. Where all are worth nothing there is no curve."""
    import numpy as np
    from matplotlib.figure import Figure

    values = np.sort(result.tables["value_lifetimes"]["value"].to_numpy().astype(np.float64))[::-1]
    if not values.sum():
        return None
    held = np.concatenate([[0], np.cumsum(values) / values.sum()])
    share = np.linspace(0, 1, len(held))
    thinned = np.unique(np.linspace(0, len(held) - 1, 1000).astype(np.int64))
    figure = Figure(figsize=(6.8, 5.4), layout="constrained")
    axes = figure.subplots()
    fifth = float(np.interp(0.2, share, held))
    axes.plot(share[thinned], held[thinned], linewidth=2, label=word("ours", language, days=result.summary["horizonDays"]))
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label=word("equal", language))
    axes.plot([0.2, 0.2, 0], [0, fifth, fifth], color=RED, linewidth=1, linestyle=":")
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=word("customers", language), ylabel=word("value", language))
    percent(axes.xaxis)
    percent(axes.yaxis)
    axes.legend(loc="lower right")
    titled(axes, word("curve", language, all=len(values), share=fifth))
    return figure


def draw_holdout(result: Result, _: Snapshot, language: str) -> Any:
    """Means of groups of customers: what happened, what was expected, and what it would have been had each gone on as before."""
    from matplotlib.figure import Figure

    test = result.summary["holdout"]
    if test is None:
        figure = Figure(figsize=(8, 1.2))
        figure.text(0.5, 0.5, word("untested", language), ha="center", va="center")
        return figure
    groups = test["byRepeats"]
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    places = range(len(groups))
    totals = {name: test[name]["purchases"] for name in ("actual", "expected", "naive")}
    axes.bar(places, [one["actual"] for one in groups], width=0.7, color="0.82", label=word("actual", language, total=totals["actual"]))
    axes.plot(places, [one["expected"] for one in groups], color=BLUE, marker="o", linewidth=2, label=word(
        "expected", language, model=CALLED[result.summary["model"]], total=totals["expected"], error=test["model"]["meanError"]))
    axes.plot(places, [one["naive"] for one in groups], color=RED, marker="s", linestyle="--", label=word(
        "naive", language, total=totals["naive"], error=test["rival"]["meanError"]))
    last = groups[-1]["repeats"]
    axes.set_xticks(places, [f"{one['repeats']}{'+' if one['repeats'] == last == 7 else ''}\n({one['count']:,})" for one in groups])
    axes.set(xlabel=word("repeats", language), ylabel=word("days", language))
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper left")
    titled(axes, word("holdout", language, days=test["days"], since=test["since"][:10], all=test["customerCount"]))
    return figure


def draw_alive(result: Result, _: Snapshot, language: str) -> Any:
    """The model's probability for customers who are known for as long as the one who is known longest."""
    import numpy as np
    from matplotlib.figure import Figure

    from plugins.value.lifetime.purchasing import alive

    age = max(result.drawing["age"], 1.0)
    silence, repeats = np.meshgrid(np.linspace(0, age, PLACES), np.arange(1, MOST_REPEATS + 1.0))
    model, last = result.drawing["model"].purchases, age - silence.ravel()
    found = alive(model, repeats.ravel(), last, np.full(len(last), age)).reshape(silence.shape)
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(found, origin="lower", aspect="auto", extent=(0, age, 0.5, MOST_REPEATS + 0.5), vmin=0, vmax=1, cmap="viridis")
    lines = axes.contour(silence, repeats, found, levels=[0.1, 0.25, 0.5, 0.75, 0.9], colors="white", linewidths=0.8)
    axes.clabel(lines, fmt="{:.0%}".format, fontsize=8)
    axes.set(xlabel=word("silence", language), ylabel=word("times", language))
    axes.set_yticks([1, 5, 10, 15, 20])
    axes.grid(visible=False)
    bar = figure.colorbar(image, ax=axes, label=word("probability", language))
    percent(bar.ax.yaxis)
    titled(axes, word("alive", language, weeks=age))
    return figure


def draw_spread(result: Result, _: Snapshot, language: str) -> Any:
    """How many customers have which probability; who bought once stands apart, for the models say little of them."""
    from matplotlib.figure import Figure

    probability, once = result.drawing["alive"], result.drawing["once"]
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.hist([probability[~once], probability[once]], bins=[edge / BINS for edge in range(BINS + 1)], stacked=True, color=[BLUE, GREY],
              label=[word("more", language), word("once", language)])
    axes.set(xlim=(0, 1), xlabel=word("probability", language), ylabel=word("count", language))
    percent(axes.xaxis)
    axes.legend(loc="upper left")
    titled(axes, word("spread", language, all=len(probability), mean=result.summary["meanAlive"]))
    return figure


CHARTS = {
    "value": Chart("How value is spread", "客户价值分布", draw_curve),
    "holdout": Chart("How well the model foretold", "预留期检验", draw_holdout),
    "alive": Chart("Who is likely to be still there", "客户活跃概率图", draw_alive),
    "spread": Chart("How likely customers are still there", "客户活跃概率分布", draw_spread),
}
