"""The picture of a run: how many customers are how late."""

from typing import Any

from guanxi import Result, Snapshot

MOST = 5.0  # who is later stands in the last bar
WORDS = {
    "value": ("Days since the last purchase / usual days between two", "距上次购买天数 / 平均购买间隔"),
    "customers": ("Customers", "客户数"),
    "title": ("{late:,} of {all:,} customers are late", "{all:,} 位客户中有 {late:,} 位逾期"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def draw(result: Result, _: Snapshot, language: str) -> Any:
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    values = result.tables["pluginname_scores"]["value"].to_numpy()
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.hist(np.minimum(values, MOST), bins=np.linspace(0, MOST, 21).tolist(), color="#2f6db0")
    axes.axvline(1, color="#b8433a")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=word("value", language), ylabel=word("customers", language),
             title=word("title", language, late=int(np.sum(values > 1)), all=len(values)))
    return figure
