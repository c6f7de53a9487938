"""What whoever reads next purchases should know."""

from collections.abc import Mapping

import numpy as np

from guanxi import Metric, Progress
from plugins.forecast.next_purchase.dating import Dates
from plugins.forecast.next_purchase.testing import CategoryTest, DateTest
from plugins.forecast.next_purchase.visits import NONE, Visits

WRONG = 0.15  # by which the share within intervals may differ from 80 %


def caution(past: Visits, dates: Dates, test: DateTest, categories: CategoryTest | None, metrics: list[Metric], progress: Progress) -> None:
    by_name = {one.name: one for one in metrics}
    of_dates(past, dates, test, by_name, progress)
    of_categories(past, categories, by_name, progress)


def of_dates(past: Visits, dates: Dates, test: DateTest, metrics: Mapping[str, Metric], progress: Progress) -> None:
    error = metrics["date: mean absolute error in days"]
    if error.value is not None and error.baseline is not None and error.value >= error.baseline:
        progress.warn(f"In the last {test.length:,.0f} days dates were told no better than by a plain guess: each customer going on at "
                      f"their own pace, or all the same. Off by {error.value:.1f} days on average, the better guess by "
                      f"{error.baseline:.1f}.")
    inside = metrics.get("date: inside the 80 % interval")
    if inside and inside.value is not None and abs(inside.value - 0.8) > WRONG:
        progress.warn(f"Of the intervals of 80 %, {inside.value:.0%} held in the last {test.length:,.0f} days.")
    beyond = int(np.isinf(dates.middle).sum())
    if beyond:
        progress.warn(f"{beyond:,} of {len(dates.middle):,} customers have no date: by the model they are likelier not to buy within what "
                      f"the past tells of ({past.end - float(past.at.min()):,.0f} days) than to buy.")
    buyers = len(np.unique(past.customer))
    once = buyers - len(np.unique(past.customer[~past.first_of_customer]))
    if once > buyers / 2:
        progress.warn(f"{once:,} of {buyers:,} customers bought on one day only: what is told of them is what others did.")


def of_categories(past: Visits, test: CategoryTest | None, metrics: Mapping[str, Metric], progress: Progress) -> None:
    if not past.categories:
        progress.warn("No categories are told: no product that was bought has one.")
        return
    if test is None:
        progress.warn("Categories were not tested, and may be no better than chance: too few customers bought something of a category "
                      "again.")
    elif (right := metrics["category: accuracy"]).value is not None and (right.value or 0) <= (right.baseline or 0):
        progress.warn("In the last days categories were told no better than by what each customer bought most so far: "
                      f"{right.value:.1%} right, the plain guess {right.baseline:.1%}.")
    without = int((past.category == NONE).sum())
    if without:
        progress.warn(f"{without:,} of {len(past.category):,} days with a purchase are of no category, and are passed over for categories.")
