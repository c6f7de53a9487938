"""What whoever reads a forecast should know."""

from collections import Counter
from collections.abc import Sequence

from guanxi import Progress
from plugins.forecast.calendar import SEASONS
from plugins.forecast.methods.forecast import seasonal
from plugins.forecast.reading import FEWEST, Past
from plugins.forecast.start import ForecastRunStartInput
from plugins.forecast.working import CONSTANT, Continued

REASONS = {"TOO_SHORT": "they are too short for it", "NOT_POSITIVE": "logarithms take values above 0", "FAILED": "it could not be fitted, "
           "or gave no sound numbers", CONSTANT: "they are the same all the time"}


def caution(past: Past, found: Sequence[Continued], start: ForecastRunStartInput, progress: Progress) -> None:
    if past.short:
        progress.warn(f"Not forecast, because fewer than {FEWEST} whole {start.grain.name.lower()}s have passed since the first purchase: "
                      f"{past.short:,} of {past.short + past.left + len(found):,} series.")
    if past.left:
        progress.warn(f"Not forecast, because mostSeries is {start.most_series:,}: {past.left:,} series with fewer purchases.")
    for reason, count in sorted(Counter(one.fallback for one in found if one.fallback).items()):
        progress.warn(f"Continued by another model than {start.model.name} ({counted(count, found)}): {REASONS[reason]}.")
    of_naive(found, progress)
    of_length(past, found, start, progress)


def of_naive(found: Sequence[Continued], progress: Progress) -> None:
    tested = [one for one in found if one.naive_wins is not None]
    wins = sum(bool(one.naive_wins) for one in tested)
    if wins:
        progress.warn(f"Naive wins ({counted(wins, tested)}): in the backtest no method was better than to repeat the last value, or the "
                      "last season.")
    if len(tested) < len(found):
        progress.warn(f"Not tested ({counted(len(found) - len(tested), found)}): no fold was asked for, or the series is too short, or "
                      "was the same all the time. How good these forecasts are is not known, and their intervals are what the method says "
                      "of itself.")


def of_length(past: Past, found: Sequence[Continued], start: ForecastRunStartInput, progress: Progress) -> None:
    season = start.season if isinstance(start.season, int) else SEASONS[start.grain.name]
    without = sum(seasonal(one.values, season) == 1 for one in past.series)
    if season > 1 and without:
        progress.warn(f"Continued without a season ({counted(without, found)}): a season of {season} steps counts for series of more than "
                      f"{2 * season} steps.")
    far = sum(start.horizon > len(one.values) for one in past.series)
    if far:
        progress.warn(f"Looked further ahead than there is a past ({counted(far, found)}): trust the first steps only.")


def counted(count: int, found: Sequence[object]) -> str:
    return "the only series" if len(found) == 1 else f"{count:,} of {len(found):,} series"
