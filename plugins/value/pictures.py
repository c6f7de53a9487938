"""What pictures of both analyses have in common."""

from typing import Any

BLUE, RED, GREY = "#2f6db0", "#b8433a", "0.6"


def titled(axes: Any, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=11)


def percent(axis: Any) -> None:
    """Shares from 0 to 1 as percentages."""
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1))
