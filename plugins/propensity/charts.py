"""Pictures of a run: how well its model tells who buys, whether its probabilities hold, and what it goes by."""

from typing import Any

from guanxi import Chart, Result, Snapshot

BLUE, RED, GREY = "#2f6db0", "#b8433a", "0.6"
SHOWN = 15  # features
TICKS = [step * 10.0**power for power in range(-6, 7) for step in (1, 2, 5)]  # of odds ratios
WORDS = {
    "roc": ("ROC curve of the test: area {area:.3f}", "检验窗口的 ROC 曲线：AUC {area:.3f}"),
    "false": ("Share of those who did not buy (false positive rate)", "未购买者中被判为购买的比例（假正率）"),
    "true": ("Share of those who bought (true positive rate)", "购买者中被判为购买的比例（真正率）"),
    "model": ("The model", "模型"),
    "chance": ("Chance", "随机"),
    "threshold": ("Threshold {threshold:.2f}", "阈值 {threshold:.2f}"),
    "calibration": ("Do probabilities hold? {all:,} customers of the test", "概率校准：检验窗口的 {all:,} 位客户"),
    "said": ("Probability, mean of a group", "预测概率（组均值）"),
    "happened": ("Share who bought", "实际购买比例"),
    "interval": ("Share who bought, 95% interval", "实际购买比例（95% 区间）"),
    "held": ("If they held exactly", "完全校准"),
    "lift": ("The most probable fifth buys {lift:.1f} times as often as all", "概率最高的五分之一客户购买率为平均的 {lift:.1f} 倍"),
    "most": ("Share of customers, the most probable first", "客户占比（按概率从高到低）"),
    "buyers": ("Share of all buyers among them", "其中包含的购买者占比"),
    "perfect": ("Best possible", "理想情形"),
    "confusion": ("Said and done at the threshold {threshold:.2f}: {right:.0%} right",
                  "阈值 {threshold:.2f} 的混淆矩阵：准确率 {right:.0%}"),
    "no": ("did not buy", "未购买"), "yes": ("bought", "购买"),
    "not said": ("said: will not", "预测：不购买"), "is said": ("said: will", "预测：购买"),
    "importance": ("What the model goes by: fall of the area under the ROC curve without it", "特征重要性：打乱该特征后 AUC 的下降"),
    "fall": ("Fall of the area", "AUC 下降"),
    "odds": ("Odds ratio for a step of one standard deviation, with 95% interval", "每增加一个标准差的优势比（95% 区间）"),
    "ratio": ("Odds ratio (logarithmic)", "优势比（对数刻度）"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def made(width: float, height: float, title: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=11)
    return figure, axes


def percent(*axes: Any) -> None:
    """Shares from 0 to 1 as percentages."""
    from matplotlib.ticker import PercentFormatter

    for axis in axes:
        axis.set_major_formatter(PercentFormatter(1))


def metric(result: Result, name: str) -> float:
    return next(one.value for one in result.metrics if one.name == name and one.value is not None)


def draw_roc(result: Result, _: Snapshot, language: str) -> Any:
    """From the highest threshold to the lowest, with the one that was chosen."""
    found, table = result.summary["roc"], result.summary["confusion"]
    area = metric(result, "AUC")
    figure, axes = made(6.2, 5.6, word("roc", language, area=area))
    axes.plot([x for x, _ in found], [y for _, y in found], color=BLUE, linewidth=2, label=word("model", language))
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label=word("chance", language))
    (spared, alarmed), (missed, caught) = table
    axes.plot([alarmed / (alarmed + spared)], [caught / (caught + missed)], "o", color=RED, label=word(
        "threshold", language, threshold=result.summary["threshold"]))
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=word("false", language), ylabel=word("true", language))
    percent(axes.xaxis, axes.yaxis)
    axes.legend(loc="lower right")
    return figure


def draw_calibration(result: Result, _: Snapshot, language: str) -> Any:
    """A point for each group, with Wilson's interval for the share that bought."""
    import numpy as np
    from scipy.stats import binomtest

    found = result.summary["calibration"]
    figure, axes = made(6.2, 5.6, word("calibration", language, all=sum(one["count"] for one in found)))
    means, shares = np.array([one["mean"] for one in found]), np.array([one["bought"] / one["count"] for one in found])
    bounds = [binomtest(one["bought"], one["count"]).proportion_ci(method="wilson") for one in found]
    errors = [shares - np.array([one.low for one in bounds]), np.array([one.high for one in bounds]) - shares]
    most = min(1.0, 1.08 * max(means.max(), *(one.high for one in bounds)))
    axes.plot([0, most], [0, most], color=GREY, linestyle="--", linewidth=1, label=word("held", language))
    axes.errorbar(means, shares, yerr=np.maximum(errors, 0), fmt="o-", color=BLUE, capsize=3, linewidth=1.5,
                  label=word("interval", language))
    axes.set(xlim=(0, most), ylim=(0, most), xlabel=word("said", language), ylabel=word("happened", language))
    percent(axes.xaxis, axes.yaxis)
    axes.legend(loc="lower right")
    return figure


def draw_lift(result: Result, _: Snapshot, language: str) -> Any:
    """Cumulative gains: from nobody to everybody."""
    found = result.summary["gains"]
    lift = metric(result, "lift of the top fifth")
    figure, axes = made(6.8, 5.4, word("lift", language, lift=lift))
    (spared, alarmed), (missed, caught) = result.summary["confusion"]
    share = (caught + missed) / (caught + missed + alarmed + spared)
    axes.plot([x for x, _ in found], [y for _, y in found], color=BLUE, linewidth=2, label=word("model", language))
    axes.plot([0, share, 1], [0, 1, 1], color=GREY, linestyle=":", linewidth=1, label=word("perfect", language))
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label=word("chance", language))
    axes.plot([0.2, 0.2, 0], [0, lift * 0.2, lift * 0.2], color=RED, linewidth=1, linestyle=":")
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=word("most", language), ylabel=word("buyers", language))
    percent(axes.xaxis, axes.yaxis)
    axes.legend(loc="lower right")
    return figure


def draw_confusion(result: Result, _: Snapshot, language: str) -> Any:
    """How many, and which share of those who did the same."""
    import numpy as np

    counts = np.array(result.summary["confusion"], float)
    shares = counts / counts.sum(1, keepdims=True)
    right = float(np.trace(counts) / counts.sum())
    figure, axes = made(5.6, 4.2, word("confusion", language, threshold=result.summary["threshold"], right=right))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{int(count):,}\n{shares[row, column]:.0%}", ha="center", va="center", fontsize=11,
                  color="white" if shares[row, column] > 0.55 else "black")
    axes.set_xticks([0, 1], [word("not said", language), word("is said", language)])
    axes.set_yticks([0, 1], [word("no", language), word("yes", language)])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    return figure


def draw_importances(result: Result, _: Snapshot, language: str) -> Any:
    """The features that the model needs most."""
    found = result.summary["importances"][:SHOWN]
    titles = result.drawing["titles"]
    figure, axes = made(8, 1.4 + 0.32 * len(found), word("importance", language))
    places = range(len(found))
    axes.barh(places, [one["value"] for one in found], xerr=[one["deviation"] for one in found], color=BLUE, height=0.65,
              error_kw={"ecolor": GREY, "capsize": 2})
    axes.set_yticks(places, [titles[one["feature"]][language == "zh"] for one in found])
    axes.invert_yaxis()
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(word("fall", language))
    return figure


def draw_odds(result: Result, _: Snapshot, language: str) -> Any:
    """Of a logistic regression with errors: the coefficients that are furthest from saying nothing."""
    found = [one for one in result.summary["coefficients"] or () if one["feature"] and one["low"] and one["high"] and one["oddsRatio"]]
    if not found:
        return None
    found = sorted(found, key=lambda one: one["pValue"])[:SHOWN]
    figure, axes = made(8, 1.6 + 0.32 * len(found), word("odds", language))
    places = range(len(found))
    ratios = [one["oddsRatio"] for one in found]
    below = [one["oddsRatio"] - one["low"] for one in found]
    above = [one["high"] - one["oddsRatio"] for one in found]
    axes.errorbar(ratios, places, xerr=[below, above], fmt="o", color=BLUE, capsize=3)
    axes.axvline(1, color=GREY, linestyle="--", linewidth=1)
    axes.set_xscale("log")
    low, high = min(one["low"] for one in found), max(one["high"] for one in found)
    axes.set_xticks([tick for tick in TICKS if low / 1.5 <= tick <= 1.5 * high], minor=False)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.set_yticks(places, [one["titleZh" if language == "zh" else "title"] for one in found])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(word("ratio", language))
    return figure


CHARTS = {
    "roc": Chart("ROC curve", "ROC 曲线", draw_roc),
    "calibration": Chart("Do the probabilities hold?", "概率校准", draw_calibration),
    "lift": Chart("Whom to ask first", "提升曲线", draw_lift),
    "confusion": Chart("Said and done", "混淆矩阵", draw_confusion),
    "importance": Chart("What the model goes by", "特征重要性", draw_importances),
    "odds": Chart("Odds ratios", "优势比", draw_odds),
}
