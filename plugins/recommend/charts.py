"""Pictures of a run: how well each method guesses beside the best sellers, and how many customers each product is recommended to."""

from typing import Any

from guanxi import Chart, Result, Snapshot
from plugins.recommend.words import in_language, method_called

BLUE, GREY, GREEN = "#2f6db0", "#9a9a9a", "#3d8b5f"
SHOWN = (("hit_rate", "hitRate"), ("ndcg", "ndcg"), ("coverage", "coverage"))
WORDS = {
    "hitRate": ("Hit rate: bought something of it", "命中率：购买了推荐商品的客户"),
    "ndcg": ("NDCG: and how far up it stood", "NDCG：兼顾推荐名次"),
    "coverage": ("Coverage: products recommended", "覆盖率：被推荐的商品"),
    "title": ("What {customers:,} customers bought next, guessed by {n} products each (purchases from {at:%Y-%m-%d} on were hidden)",
              "对 {customers:,} 位客户后续购买的预测，每位推荐 {n} 种商品（隐藏 {at:%Y-%m-%d} 起的购买记录）"),
    "untested": ("The methods were not tested in this run.", "本次运行未评估推荐方法。"),
    "share": ("Share of the products, the most frequent ones first", "商品比例（按次数从多到少）"),
    "covered": ("Share of all recommendations, or purchases", "占全部推荐（或购买）的比例"),
    "recommended": ("Recommendations", "推荐"), "sold": ("Purchases so far", "既往购买"), "even": ("All products alike", "均匀分布"),
    "spread": ("{count:,} of {all:,} products that were sold are recommended to somebody ({share:.0%})",
               "已售出的 {all:,} 种商品中，有 {count:,} 种被推荐（{share:.0%}）"),
}


def word(key: str, language: str, **values: object) -> str:
    return in_language(WORDS[key], language).format(**values)


def draw_test(result: Result, _: Snapshot, language: str) -> Any:
    """A panel for each measure, a bar for each method, the best sellers as a line through them."""
    from matplotlib.figure import Figure

    test = result.drawing["test"]
    if test is None:
        figure = Figure(figsize=(8, 1.2))
        figure.text(0.5, 0.5, word("untested", language), ha="center", va="center")
        return figure
    names = list(test.qualities)
    figure = Figure(figsize=(11, 1.7 + 0.34 * len(names)), layout="constrained")
    figure.suptitle(word("title", language, customers=test.customers, n=test.n, at=test.at), fontsize=11, x=0.01, ha="left")
    for axes, (attribute, key) in zip(figure.subplots(1, len(SHOWN), sharey=True), SHOWN, strict=True):
        values = [getattr(test.qualities[name], attribute) for name in names]
        colours = [GREEN if name == "BLEND" else GREY if name == "BEST_SELLERS" else BLUE for name in names]
        drawn = axes.barh(range(len(names)), values, height=0.7, color=colours)
        axes.bar_label(drawn, [f"{value:.3f}" for value in values], padding=3, fontsize=8)
        axes.axvline(values[-1], color=GREY, linestyle="--", linewidth=1)
        axes.set_yticks(range(len(names)), [method_called(name, language) for name in names])
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.margins(x=0.2)
        axes.grid(visible=False, axis="y")
        axes.set_title(word(key, language), fontsize=9, loc="left")
    return figure


def draw_coverage(result: Result, _: Snapshot, language: str) -> Any:
    """How evenly recommendations fall on products, beside how evenly purchases do: Lorenz curves."""
    table = result.tables.get("recommend_products")
    if table is None or not table.num_rows:
        return None
    import numpy as np
    from matplotlib.figure import Figure

    sold = result.drawing["buyers"]
    times = np.unique(table["product_id"].to_numpy(), return_counts=True)[1]
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for key, counts, colour in (("recommended", times, GREEN), ("sold", sold[sold > 0], BLUE)):
        ordered = np.zeros(result.summary["soldCount"])
        ordered[:len(counts)] = np.sort(counts)[::-1]
        curve = np.concatenate([[0], np.cumsum(ordered) / ordered.sum()])
        axes.plot(np.linspace(0, 1, len(curve)), curve, color=colour, linewidth=2, label=word(key, language))
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label=word("even", language))
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel=word("share", language), ylabel=word("covered", language))
    title = word("spread", language, count=len(times), all=result.summary["soldCount"], share=result.summary["coverage"])
    axes.set_title(title, loc="left", fontsize=11)
    axes.legend(loc="lower right")
    return figure


CHARTS = {
    "test": Chart("How well methods guess what is bought next", "推荐方法效果评估", draw_test),
    "coverage": Chart("How many products are recommended", "推荐商品覆盖率", draw_coverage),
}
