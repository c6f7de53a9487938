"""The picture of a run: how many customers are how likely to buy again."""

from typing import Any

from guanxi import Result, Snapshot

WORDS = {
    "value": ("Probability of buying again", "再次购买的概率"),
    "customers": ("Customers", "客户数"),
    "title": ("{expected:,.0f} of {all:,} customers are expected to buy again", "预计 {all:,} 位客户中有 {expected:,.0f} 位再次购买"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def draw(result: Result, _: Snapshot, language: str) -> Any:
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    values = result.tables["returning_scores"]["value"].to_numpy()
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.hist(values, bins=np.linspace(0, 1, 21).tolist(), color="#2f6db0")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=word("value", language), ylabel=word("customers", language),
             title=word("title", language, expected=float(values.sum()), all=len(values)))
    return figure
