"""Which test suits a comparison, and why: a sentence in either language."""

from dataclasses import dataclass

import numpy as np

from plugins.satisfaction.grouping import Label
from plugins.satisfaction.statistics.variance import Groups, Normality, Test

SIGNIFICANT = 0.05
FEW_STEPS = 7  # of one question: its answers are no measure but an order
LARGE = 30  # responses of a group from which on means are as good as normal


@dataclass(frozen=True)
class Choice:
    """`test` is ANOVA, WELCH, KRUSKAL_WALLIS or NONE; `pairs` is TUKEY or GAMES_HOWELL."""

    test: str
    pairs: str
    reason: Label


def choose(found: Groups, steps: int | None, variances: Test | None, shape: Normality | None, *, welch: bool) -> Choice:
    """`steps`: of the question that is compared, None for a mean of several; `welch`: whether that test could be made."""
    smallest = int(found.size.min())
    if not found.squares.sum():
        return Choice("NONE", "TUKEY", same(found))
    if steps is not None and steps <= FEW_STEPS:
        return Choice("KRUSKAL_WALLIS", "GAMES_HOWELL", {
            "en": f"Kruskal and Wallis's test: one question with {steps} steps was compared, which have an order but no known distances.",
            "zh": f"Kruskal-Wallis 检验：比较的是 {steps} 级的单一题目，选项有顺序但间距未知。"})
    if variances is not None and variances.p < SIGNIFICANT and welch:
        return Choice("WELCH", "GAMES_HOWELL", {
            "en": f"Welch's test: the variances of the groups differ (Levene's test, p {said(variances.p)}).",
            "zh": f"Welch 检验：各组方差不齐（Levene 检验，p {said(variances.p)}）。"})
    if shape is not None and shape.p < SIGNIFICANT and smallest < LARGE:
        return Choice("KRUSKAL_WALLIS", "GAMES_HOWELL", {
            "en": f"Kruskal and Wallis's test: what groups leave is not normal (p {said(shape.p)}), and the smallest group has {smallest} "
                  f"responses, too few for means to be so all the same.",
            "zh": f"Kruskal-Wallis 检验：残差不服从正态分布（p {said(shape.p)}），且最小组仅 {smallest} 份答卷。"})
    normal = shape is None or shape.p >= SIGNIFICANT
    return Choice("ANOVA", "TUKEY", {
        "en": "Analysis of variance: " + ("the variances of the groups are alike, and what groups leave looks normal." if normal else
              f"the variances of the groups are alike, and with {smallest:,} responses or more in each their means are as good as normal."),
        "zh": "方差分析：各组方差齐性，" + ("残差近似正态。" if normal else f"每组不少于 {smallest:,} 份答卷，均值近似正态。")})


def same(found: Groups) -> Label:
    if np.ptp(found.centre):
        return {"en": "No test: within each group everybody answered alike, so chance has no measure.",
                "zh": "无适用检验：各组内答案完全一致，无法衡量随机误差。"}
    return {"en": "No test: everybody answered alike, there is nothing to compare.", "zh": "无适用检验：所有答案相同，无可比较。"}


def said(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
