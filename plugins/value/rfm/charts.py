"""Pictures of an RFM run: how many customers have which scores, and what each segment brings."""

from typing import Any

from guanxi import Chart, Result, Snapshot
from plugins.value.pictures import BLUE, GREY, percent, titled
from plugins.value.rfm.segments import ORDER, SCORES, TABLE, label

WORDS = {
    "map": ("{all:,} customers by recency and frequency: how many, and what they paid on average ({currency})",
            "{all:,} 位客户的 RFM 热力图：客户数与平均消费金额（{currency}）"),
    "recency": ("Recency score (5: bought last)", "最近购买得分 R（5 为最近）"),
    "frequency": ("Frequency score (5: bought most often)", "购买频率得分 F（5 为最高）"),
    "mean": ("Mean amount per customer ({currency})", "客均消费金额（{currency}）"),
    "segments": ("What each segment brings: {all:,} customers, {total:,.0f} {currency}",
                 "各细分群体的贡献：{all:,} 位客户，{total:,.0f} {currency}"),
    "customers": ("Share of customers", "客户占比"),
    "money": ("Share of what was paid", "消费金额占比"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def cells(result: Result) -> tuple[Any, Any]:
    """float64[5, 5] twice, by recency and frequency: how many customers, and what they paid on average, NaN without one."""
    import numpy as np

    table = result.tables["value_rfm"]
    recency, frequency, amount = (table[name].to_numpy() for name in ("recency_score", "frequency_score", "monetary"))
    place = (recency.astype(np.int64) - 1) * SCORES + frequency - 1
    count, total = (np.bincount(place, weight, minlength=SCORES**2).reshape(SCORES, SCORES) for weight in (None, amount / 10_000))
    return count, np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def draw_map(result: Result, _: Snapshot, language: str) -> Any:
    """A cell for each pair of scores, the best at the top right: the darker, the more its customers paid."""
    import numpy as np
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    count, mean = cells(result)
    currency = result.summary["currency"]
    shown = np.where(mean > 0, mean, np.nan)
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    low, high = (np.nanmin(shown), np.nanmax(shown)) if np.isfinite(shown).any() else (1.0, 2.0)
    norm = LogNorm(low, max(high, low * 1.01))
    image = axes.imshow(np.ma.masked_invalid(shown), origin="lower", cmap="Blues", norm=norm, aspect="auto")
    for (row, column), here in np.ndenumerate(count):
        said = f"{label(TABLE[row][column], language)}\n{int(here):,}" + (f"\nØ {mean[row, column]:,.0f}" if here else "")
        dark = np.isfinite(shown[row, column]) and norm(shown[row, column]) > 0.55
        axes.text(column, row, said, ha="center", va="center", fontsize=8, color="white" if dark else "black", linespacing=1.35)
    for axis, name in ((axes.xaxis, "frequency"), (axes.yaxis, "recency")):
        axis.set_ticks(range(SCORES), [str(score) for score in range(1, SCORES + 1)])
        axis.set_label_text(word(name, language))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    figure.colorbar(image, ax=axes, label=word("mean", language, currency=currency), format="{x:,.0f}")
    titled(axes, word("map", language, all=result.summary["scoredCount"], currency=currency))
    return figure


def draw_segments(result: Result, _: Snapshot, language: str) -> Any:
    """Two bars for each segment. Where returns outweigh what was paid there are no shares of it."""
    from matplotlib.figure import Figure

    found = result.summary["segments"]
    total = float(result.summary["total"]["amount"])
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    places = range(len(ORDER))
    shares = [one["count"] / result.summary["scoredCount"] for one in found]
    paid = [float(one["total"]["amount"]) / total if total > 0 else 0.0 for one in found]
    for offset, values, colour, name in ((-0.2, shares, GREY, "customers"), (0.2, paid, BLUE, "money")):
        bars = axes.barh([place + offset for place in places], values, height=0.38, color=colour, label=word(name, language))
        axes.bar_label(bars, [f"{value:.1%}" for value in values], padding=3, fontsize=8)
    axes.set_yticks(places, [label(segment, language) for segment in ORDER])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    percent(axes.xaxis)
    axes.legend(loc="center right")
    titled(axes, word("segments", language, all=result.summary["scoredCount"], total=total, currency=result.summary["currency"]))
    return figure


CHARTS = {
    "map": Chart("RFM heat map", "RFM 热力图", draw_map),
    "segments": Chart("What each segment brings", "各细分群体的贡献", draw_segments),
}
