"""Pictures of a run: how well the method finds hidden ties again, and how the scores of its proposals are spread."""

from typing import Any

from guanxi import Result, Snapshot
from plugins.graph.partners.words import in_language, method_called

BINS = 40
WORDS = {
    "roc": ("How well ties that were hidden are found again", "隐藏关系的找回效果"),
    "wrong": ("Pairs without a tie that score as high", "得分不低于阈值的无关系对比例"),
    "right": ("Hidden ties found", "找回的隐藏关系比例"),
    "popularity": ("Popularity alone", "仅按联系人数量"),
    "chance": ("Chance", "随机"),
    "scores": ("Scores of the {pairs:,} proposals ({method})", "{pairs:,} 条推荐的得分分布（{method}）"),
    "score": ("Score", "得分"),
    "proposals": ("Proposals", "推荐数"),
    "untested": ("The method was not tested in this run.", "本次运行未评估推荐方法。"),
}


def word(key: str, language: str, **values: object) -> str:
    return in_language(WORDS[key], language).format(**values)


def draw_curve(result: Result, _: Snapshot, language: str) -> Any:
    """The ROC curves of the method and of popularity, with the area under each; chance is the diagonal."""
    from matplotlib.figure import Figure

    test = result.drawing["test"]
    if test is None:
        figure = Figure(figsize=(8, 1.2))
        figure.text(0.5, 0.5, word("untested", language), ha="center", va="center")
        return figure
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    axes = figure.subplots()
    called = method_called(result.summary["method"], language)
    axes.plot(test.method.wrong, test.method.right, label=f"{called}: AUC {test.method.auc:.3f} ± {test.method.error:.3f}", linewidth=2)
    axes.plot(test.popularity.wrong, test.popularity.right, label=f"{word('popularity', language)}: AUC {test.popularity.auc:.3f}")
    axes.plot([0, 1], [0, 1], label=f"{word('chance', language)}: AUC 0.500", color="0.6", linestyle="--", linewidth=1)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=word("wrong", language), ylabel=word("right", language), aspect="equal")
    axes.set_title(word("roc", language), loc="left", fontsize=11)
    axes.legend(loc="lower right")
    return figure


def draw_scores(result: Result, _: Snapshot, language: str) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    scores = result.tables["graph_partners"]["score"].to_numpy()
    axes.hist(scores, bins=BINS)
    axes.set(xlabel=word("score", language), ylabel=word("proposals", language))
    axes.set_title(word("scores", language, pairs=len(scores), method=method_called(result.summary["method"], language)),
                   loc="left", fontsize=11)
    return figure
