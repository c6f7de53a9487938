"""What the pictures of forecasts have in common: words in both languages, colours, and the axis of time."""

from collections.abc import Sequence
from typing import Any

from plugins.forecast.calendar import moment

BLUE, RED, GREY, GREEN = "#2f6db0", "#b8433a", "0.6", "#3f8f5f"
TARGETS = {"AMOUNT": ("Amount", "金额"), "QUANTITY": ("Quantity", "数量"), "PRICE": ("Price", "均价"), "ORDERS": ("Orders", "订单数")}
GRAINS = {"DAY": ("by day", "按日"), "WEEK": ("by week", "按周"), "MONTH": ("by month", "按月")}
MODELS = {
    "THETA_ETS": ("Theta and ETS, mean", "Theta 与 ETS 均值"), "THETA": ("Theta", "Theta"), "ETS": ("ETS", "指数平滑 ETS"),
    "ARIMA": ("ARIMA", "ARIMA"), "SVR": ("SVR", "支持向量回归"), "RANDOM_FOREST": ("Random forest", "随机森林"), "TSB": ("TSB", "TSB"),
    "CROSTON": ("Croston", "Croston"), "NAIVE": ("Naive", "朴素法"), "SEASONAL_NAIVE": ("Seasonal naive", "季节性朴素法")}
WORDS = {
    "past": ("Past", "历史"), "ahead": ("Forecast", "预测"), "total": ("Total", "总计"),
    "interval": ("{level} % interval", "{level}% 预测区间"),
    "actual": ("What came", "实际"), "fan": ("{what} {grain}: {steps} steps ahead", "{what}（{grain}）：未来 {steps} 期预测"),
    "backtest": ("The end of the past, hidden and forecast {folds} times", "滚动回测：隐藏末段并预测 {folds} 次"),
    "mase": ("MASE, mean (1: as the naive method within the past)", "平均 MASE（1 为样本内朴素法水平）"),
    "coverage": ("Share within the intervals", "落入区间的比例"),
    "errors": ("Errors in the backtest of {count:,} series", "{count:,} 条序列的回测误差"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def called(names: dict[str, tuple[str, str]], name: str, language: str) -> str:
    return names[name][language == "zh"]


def dates(first: int, count: int, grain: str) -> Sequence[Any]:
    return [moment(first + place, grain).replace(tzinfo=None) for place in range(count)]


def unit(drawing: Any, language: str) -> str:
    """What the axis of values counts."""
    name = called(TARGETS, drawing["target"], language)
    return f"{name} ({drawing['currency']})" if drawing["currency"] and drawing["target"] in ("AMOUNT", "PRICE") else name


def on_dates(axes: Any) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    places = AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]  # Matplotlib has no types here
    axes.xaxis.set_major_locator(places)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(places))  # type: ignore[no-untyped-call]  # as above


def shortened(text: str, most: int = 34) -> str:
    return text if len(text) <= most else f"{text[:most - 1]}…"
