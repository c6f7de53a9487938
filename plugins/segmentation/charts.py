"""Pictures of a segmentation: clusters with their hulls, how good each number of clusters was, silhouettes, and the rules of a tree."""

from textwrap import wrap
from typing import Any

from guanxi import Chart, Result, Snapshot

COLOURS = ("#2f6db0", "#d97a27", "#3f9a57", "#b8433a", "#7d5ba6", "#8a6a4f", "#cf6fa8", "#6f6f6f", "#a3a32b", "#2fa3b0")
NOISE = "#b5b5b5"
MOST_NAMED, MOST_RULES = 10, 15
LINE = 58  # characters of a rule in one line
WORDS = {
    "clusters": ("{clusters} clusters of {size:,} customers; {shown:,} are drawn",
                 "{size:,} 位客户分为 {clusters} 个客群（图中 {shown:,} 位）"),
    "component": ("Principal component {at} ({share:.0%} of the variance)", "主成分 {at}（解释方差 {share:.0%}）"),
    "noise": ("Noise", "噪声"),
    "k": ("Number of clusters", "客群数 k"),
    "inertia": ("Inertia", "簇内平方和"),
    "silhouette": ("Mean silhouette", "平均轮廓系数"),
    "strength": ("Prediction strength", "预测强度"),
    "scores": ("How good each number of clusters is; {k} were taken", "各客群数的评分（取 k = {k}）"),
    "silhouettes": ("Silhouettes of {shown:,} customers; their mean is {mean:.2f}", "{shown:,} 位客户的轮廓系数（均值 {mean:.2f}）"),
    "value": ("Silhouette", "轮廓系数"),
    "rules": ("The rules of the tree, for {size:,} customers", "决策树规则（{size:,} 位客户）"),
    "customers": ("Customers", "客户数"),
    "right": ("right", "命中"),
    "wrong": ("not right", "未命中"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def draw_clusters(result: Result, _: Snapshot, language: str) -> Any:
    """A point for each customer that is drawn, and the hull of all members of each cluster."""
    found = result.drawing
    if "points" not in found:
        return None
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    points, labels = found["points"], found["labels"]
    if (noise := points[labels < 0]).size:
        axes.scatter(noise[:, 0], noise[:, 1], s=6, color=NOISE, linewidths=0, label=word("noise", language))
    for at, corners in enumerate(found["hulls"]):
        colour = COLOURS[at % len(COLOURS)]
        name = found["names"][at].zh if language == "zh" else found["names"][at].en
        axes.scatter(points[labels == at, 0], points[labels == at, 1], s=7, color=colour, alpha=0.55, linewidths=0,
                     label=f"{at}  {name}" if at < MOST_NAMED else None)
        axes.fill(*corners.T, facecolor="none", edgecolor=colour, linewidth=1.2)
    axes.set(xlabel=axis(found, 0, language), ylabel=axis(found, 1, language))
    axes.set_title(word("clusters", language, clusters=len(found["hulls"]), size=found["size"], shown=len(points)), loc="left", fontsize=11)
    figure.legend(loc="outside lower left", ncols=2, markerscale=2.5, fontsize=8)
    return figure


def axis(found: Any, at: int, language: str) -> str:
    if found["axes"]:
        title: str = found["axes"][at][language == "zh"]
        return title
    return word("component", language, at=at + 1, share=found["shares"][at])


def draw_scores(result: Result, _: Snapshot, language: str) -> Any:
    """What k was chosen by, beside inertia."""
    scores = result.drawing.get("scores")
    if not scores:
        return None
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    kinds = [kind for kind in ("inertia", "silhouette", "strength") if getattr(scores[0], kind) is not None]
    figure = Figure(figsize=(3.9 * len(kinds), 3.8), layout="constrained")
    for panel, kind in zip(figure.subplots(1, len(kinds)), kinds, strict=True):
        panel.plot([one.k for one in scores], [getattr(one, kind) for one in scores], marker="o", markersize=4)
        panel.axvline(result.drawing["chosen"], color="0.5", linestyle="--", linewidth=1)
        panel.set(xlabel=word("k", language), ylabel=word(kind, language))
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(word("scores", language, k=result.drawing["chosen"]), x=0.01, ha="left", fontsize=11)
    return figure


def draw_silhouettes(result: Result, _: Snapshot, language: str) -> Any:
    """A bar for each customer, by cluster, the highest on top: a cluster that stands apart is a wide block."""
    told = result.drawing.get("silhouettes")
    if told is None:
        return None
    import numpy as np
    from matplotlib.figure import Figure

    labels, values = told
    figure = Figure(figsize=(7, 5.5), layout="constrained")
    axes = figure.subplots()
    top, ticks = 0, {}
    for at in range(int(labels.max()) + 1):
        own = np.sort(values[labels == at])[::-1]
        if not len(own):
            continue
        axes.fill_betweenx(np.arange(top, top + len(own)), 0, own, color=COLOURS[at % len(COLOURS)], linewidth=0, step="mid")
        ticks[top + len(own) / 2] = str(at)
        top += len(own) + max(len(values) // 100, 1)
    axes.axvline(float(values.mean()), color="0.3", linestyle="--", linewidth=1)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(top, 0)
    axes.set_xlabel(word("value", language))
    axes.set_title(word("silhouettes", language, shown=len(values), mean=float(values.mean())), loc="left", fontsize=11)
    return figure


def draw_rules(result: Result, _: Snapshot, language: str) -> Any:
    """How many customers each rule holds for, and how many of these it is right about."""
    found = result.drawing.get("rules")
    if not found:
        return None
    from matplotlib.figure import Figure

    from plugins.segmentation.trees.rules import in_words

    shown = found[:MOST_RULES]
    zh = language == "zh"
    columns, classes = result.drawing["columns"], result.drawing["classes"]
    labels = ["\n".join([*wrap(in_words(rule, columns)[zh], LINE), f"→ {classes[rule.chosen][zh]}"]) for rule in shown]
    figure = Figure(figsize=(10, 1.4 + 0.17 * sum(label.count("\n") + 2 for label in labels)), layout="constrained")
    axes = figure.subplots()
    right, all_ = [rule.right for rule in shown], [rule.support for rule in shown]
    axes.barh(range(len(shown)), all_, height=0.7, color=NOISE, label=word("wrong", language))
    axes.barh(range(len(shown)), right, height=0.7, color=COLOURS[0], label=word("right", language))
    for at, rule in enumerate(shown):
        axes.annotate(f"{rule.purity:.0%}", (rule.support, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks([])
    for at, label in enumerate(labels):
        axes.annotate(label, (0, at), xycoords=("axes fraction", "data"), xytext=(-6, 0), textcoords="offset points", ha="right",
                      va="center", fontsize=8, annotation_clip=False)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.margins(x=0.1)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(word("customers", language))
    axes.set_title(word("rules", language, size=result.drawing["size"]), loc="left", fontsize=11)
    axes.legend(loc="lower right")
    return figure


CHARTS = {
    "clusters": Chart("Clusters and their convex hulls", "客群与凸包", draw_clusters),
    "kScores": Chart("Choosing the number of clusters", "客群数的选择", draw_scores),
    "silhouettes": Chart("Silhouettes", "轮廓系数", draw_silhouettes),
    "rules": Chart("Rules of the tree", "决策树规则", draw_rules),
}
