"""Pictures of a graph run: who has the highest PageRank, how large communities are, how many relationships customers have, and which
triangles are in balance. Each is drawn only where the run worked it out."""

from collections.abc import Sequence
from typing import Any

from guanxi import Chart, Result, Snapshot

SHOWN = 20
LONGEST = 40  # characters of a name
WIDE = 50  # degrees up to which each has a bar of its own
RED, BLUE = "#b8433a", "#2f6db0"
WORDS = {
    "pageRank": ("PageRank (all add up to 1)", "PageRank（全部之和为 1）"),
    "community": ("Community", "社群"),
    "members": ("Members", "成员数"),
    "titlePageRank": ("The {shown} of {all:,} customers with the highest PageRank", "PageRank 最高的 {shown} 位客户（共 {all:,} 位）"),
    "titleCommunities": ("The {shown} largest of {all:,} communities", "最大的 {shown} 个社群（共 {all:,} 个）"),
    "degree": ("Relationships of a customer", "每位客户的关系数"),
    "customers": ("Customers", "客户数"),
    "share": ("Customers with so many or more", "关系数不低于该值的客户比例"),
    "titleDegrees": ("How many relationships {all:,} customers have; half have {middle:,} or fewer",
                     "{all:,} 位客户的关系数分布（中位数 {middle:,}）"),
    "allPositive": ("+ + +  all are friends", "+ + +  朋友的朋友是朋友"),
    "onePositive": ("+ - -  two against one", "+ - -  敌人的敌人是朋友"),
    "twoPositive": ("+ + -  two friends at odds", "+ + -  朋友的朋友是敌人"),
    "allNegative": ("- - -  all are at odds", "- - -  互为敌人"),
    "triangles": ("Triangles", "三角关系数"),
    "titleBalance": ("{share:.1%} of {all:,} triangles are in balance", "{all:,} 个三角关系中 {share:.1%} 处于平衡"),
    "balanced": ("in balance", "平衡"),
    "unbalanced": ("out of balance", "失衡"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def draw_page_rank(result: Result, snapshot: Snapshot, language: str) -> Any:
    table = scores(result, "pageRank")
    if table is None:
        return None
    import pyarrow.compute as pc

    top = table.take(pc.select_k_unstable(table, SHOWN, [("rank", "ascending"), ("customer_id", "ascending")]))
    names = [shortened(name) for name in snapshot.names(top["customer_id"].to_pylist())]
    return bars(names, top["value"].to_pylist(), word("titlePageRank", language, shown=len(names), all=table.num_rows),
                word("pageRank", language))


def draw_communities(result: Result, _: Snapshot, language: str) -> Any:
    table = result.tables.get("graph_communities")
    if table is None:
        return None
    sizes, names = (table[column].to_pylist()[:SHOWN] for column in ("size", "name"))
    called = [" ".join(filter(None, [word("community", language), str(number), name])) for number, name in enumerate(names)]
    return bars([shortened(name) for name in called], sizes, word("titleCommunities", language, shown=len(sizes), all=table.num_rows),
                word("members", language), form="{:,.0f}")


def draw_degrees(result: Result, _: Snapshot, language: str) -> Any:
    """Bars while there are few different degrees; else how many customers have so many or more, on logarithmic scales."""
    table = scores(result, "totalDegree")
    if table is None:
        return None
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    degrees = table["value"].to_numpy().astype(np.int64)
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(word("degree", language))
    axes.set_title(word("titleDegrees", language, all=len(degrees), middle=int(np.sort(degrees)[(len(degrees) - 1) // 2])), loc="left",
                   fontsize=11)
    if degrees.max() <= WIDE:
        axes.bar(*np.unique(degrees, return_counts=True), width=0.85)
        axes.set_ylabel(word("customers", language))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return figure
    values, counts = np.unique(degrees[degrees > 0], return_counts=True)
    axes.loglog(values, np.cumsum(counts[::-1])[::-1] / len(degrees), marker=".", markersize=4, linewidth=1)
    axes.set_ylabel(word("share", language))
    return figure


def draw_balance(result: Result, _: Snapshot, language: str) -> Any:
    found = result.summary.get("balance")
    if found is None or found["balancedShare"] is None:
        return None
    from matplotlib.patches import Patch

    kinds = ("allPositive", "onePositive", "twoPositive", "allNegative")
    counts = [found[kind] for kind in kinds]
    title = word("titleBalance", language, share=found["balancedShare"], all=sum(counts))
    figure = bars([word(kind, language) for kind in kinds], counts, title, word("triangles", language), form="{:,.0f}",
                  colours=[BLUE, BLUE, RED, RED])
    meaning = [Patch(color=colour, label=word(key, language)) for colour, key in ((BLUE, "balanced"), (RED, "unbalanced"))]
    figure.axes[0].legend(handles=meaning, loc="lower right")
    return figure


CHARTS = {
    "pageRank": Chart("Highest PageRank", "PageRank 最高的客户", draw_page_rank),
    "communities": Chart("Largest communities", "最大的社群", draw_communities),
    "degrees": Chart("How many relationships customers have", "客户关系数分布", draw_degrees),
    "balance": Chart("Structural balance", "结构平衡", draw_balance),
}


def scores(result: Result, metric: str) -> Any:
    """The rows of one score, or None."""
    table = result.tables.get("graph_scores")
    if table is None:
        return None
    import pyarrow.compute as pc

    rows = table.filter(pc.equal(table["metric"].cast("string"), metric))
    return rows if rows.num_rows else None


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else name[:LONGEST - 1] + "…"


def bars(names: Sequence[str], values: Sequence[float], title: str, unit: str, form: str = "{:#.3g}",
         colours: Sequence[str] | None = None) -> Any:
    """One bar below the other, the largest on top, each with its value."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 1.3 + 0.26 * len(names)), layout="constrained")
    axes = figure.subplots()
    drawn = axes.barh(range(len(names)), values, height=0.72, color=colours)
    axes.bar_label(drawn, [form.format(value) for value in values], padding=4, fontsize=8)
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(unit)
    axes.set_title(title, loc="left", fontsize=11)
    return figure
