"""The calendar of series: days, weeks from Monday on, and months, numbered by UTC. Period 0 has the first of January 1970 in it."""

import datetime

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
DAY = 86_400_000_000  # microseconds
MONDAY = 3  # 1970 began on a Thursday: the Monday of its week was three days earlier
SEASONS = {"DAY": 7, "WEEK": 52, "MONTH": 12}  # how many periods make a season


def moment(period: int, grain: str) -> datetime.datetime:
    """When a period begins.

    >>> moment(0, "WEEK").date().isoformat(), moment(13, "MONTH").date().isoformat()
    ('1969-12-29', '1971-02-01')
    """
    if grain == "MONTH":
        return EPOCH.replace(year=1970 + period // 12, month=period % 12 + 1)
    return EPOCH + datetime.timedelta(days=period if grain == "DAY" else period * 7 - MONDAY)
