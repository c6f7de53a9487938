"""Pictures of a run: how rules are spread over support and confidence, and what the strongest of them tie together."""

from collections.abc import Sequence
from typing import Any

from guanxi import Result, Snapshot
from plugins.rules.words import word

SHOWN = 18  # sets of items in the network
LINES, LONGEST = 2, 17  # of a name, and characters in each
WIDE = 8.4  # inches
HALF = 0.6, 0.19  # inches: half of what a name covers
WIDE_LETTERS = 0x2E80  # from here on: Chinese, Japanese, Korean
COLOURS = "viridis"
ITEM, INK = "#dfe6ee", "#30404f"


def draw_scatter(result: Result, _: Snapshot, language: str) -> Any:
    """A dot for each rule, the highest lift on top."""
    table = result.tables["rules_rules"]
    if not table.num_rows:
        return None
    from matplotlib.figure import Figure

    support, confidence, lift = (table[name].to_numpy()[::-1] for name in ("support", "confidence", "lift"))
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    drawn = axes.scatter(support, confidence, c=lift, s=14, cmap=COLOURS, norm=scale(lift), linewidths=0)
    figure.colorbar(drawn, ax=axes, label=word("lift", language), format="{x:g}", ticks=ticks(lift)).minorticks_off()
    if support.max() > 20 * support.min():
        axes.set_xscale("log")
        axes.set_xticks(ticks(support))
        axes.minorticks_off()
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.3g} %")
    axes.yaxis.set_major_formatter(lambda y, _: f"{100 * y:.3g} %")
    axes.set(xlabel=word("support", language), ylabel=word("confidence", language), ylim=(0, 1.03))
    axes.set_title(word("scatter", language, shown=len(lift), baskets=result.summary["basketCount"]), loc="left", fontsize=11)
    return figure


def scale(values: Any) -> Any:
    """Of colours: logarithmic where values are far apart."""
    from matplotlib.colors import LogNorm, Normalize

    low, high = float(values.min()), float(values.max())
    if low > 0 and high > 8 * low:
        return LogNorm(low, high)
    return Normalize(low, high if high > low else low + 1)


def ticks(values: Any) -> Any:
    """Round numbers between the lowest and the highest value."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    low, high = float(values.min()), float(values.max())
    wide = low > 0 and high > 8 * low
    found = (LogLocator(subs=(1, 2, 5)) if wide else MaxNLocator(6)).tick_values(low, high)
    inside = [one for one in found if low <= one <= high]
    return inside or [low]


def draw_network(result: Result, snapshot: Snapshot, language: str) -> Any:
    """Items, and a dot for each rule between what is given and what follows."""
    table = result.tables["rules_rules"]
    if not table.num_rows:
        return None
    from matplotlib.figure import Figure

    import plugins.rules.network as network

    rules = network.strongest(result.tables, SHOWN)
    named = names(result, snapshot, sorted({item for rule in rules for item in (*rule.left, *rule.right)}), language)
    places, high = network.laid_out(rules, WIDE)
    figure = Figure(figsize=(WIDE + 1.2, high + 0.8))
    figure.set_layout_engine("none")  # places are in inches
    axes = figure.add_axes((0.01, 0.02, WIDE / (WIDE + 1.2), high / (high + 0.8)))
    for number, rule in enumerate(rules):
        for item in rule.left:
            line(axes, places[number], places[item], "-")
        for item in rule.right:
            line(axes, places[number], places[item], "-|>")
    beside = figure.add_axes((1 - 0.8 / (WIDE + 1.2), 0.2, 0.012, 0.5))
    figure.colorbar(dots(axes, rules, places), cax=beside, label=word("lift", language), format="{x:g}").minorticks_off()
    for item, name in named.items():
        axes.text(*places[item], name, fontsize=7.5, ha="center", va="center", color=INK, zorder=4, parse_math=False, linespacing=1.1,
                  bbox={"boxstyle": "round,pad=0.25", "facecolor": ITEM, "edgecolor": "none"})
    axes.set(xlim=(0, WIDE), ylim=(-high, 0))
    axes.set_axis_off()
    figure.text(0.015, 1 - 0.12 / (high + 0.8), word("network", language, shown=len(rules)), fontsize=11, va="top")
    figure.text(0.015, 1 - 0.4 / (high + 0.8), word("read", language), fontsize=8, va="top", color="0.4")
    return figure


def dots(axes: Any, rules: Sequence[Any], places: Any) -> Any:
    import numpy as np

    lift, most = np.array([rule.lift for rule in rules]), max(rule.support for rule in rules)
    x, y = np.array([places[number] for number in range(len(rules))]).T
    return axes.scatter(x, y, c=lift, cmap=COLOURS, norm=scale(lift), s=[30 + 120 * rule.support / most for rule in rules], zorder=3,
                        linewidths=0)


def line(axes: Any, dot: Any, item: Any, style: str) -> None:
    """From a rule's dot to the edge of an item's name."""
    across = item[0] - dot[0], item[1] - dot[1]
    inside = min([half / abs(part) for half, part in zip(HALF, across, strict=True) if part] or [1.0])
    edge = item[0] - across[0] * inside, item[1] - across[1] * inside
    axes.annotate("", edge, dot, arrowprops={"arrowstyle": style, "color": "0.6", "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0})


def names(result: Result, snapshot: Snapshot, items: Sequence[Any], language: str) -> dict[Any, str]:
    """What items are called: a product by its name, else by its SKU."""
    if result.summary["byCategory"]:
        return {item: shortened(item[1]) for item in items}
    products = snapshot.table("products")
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = products.filter(pc.is_in(products["id"], pa.array([item[1] for item in items]))).to_pylist()
    called = {row["id"]: row["name"].strip() or row["sku"] or word("unnamed", language) for row in rows}
    return {item: shortened(called[item[1]]) for item in items}


def shortened(name: str) -> str:
    """In lines that fit under each other. A Chinese character is as wide as two others."""
    from textwrap import wrap

    wide = sum(ord(letter) > WIDE_LETTERS for letter in name) > len(name) / 2
    lines = wrap(name, LONGEST * 5 // 9 if wide else LONGEST)
    return "\n".join(lines[:LINES]) + ("…" if len(lines) > LINES else "")
