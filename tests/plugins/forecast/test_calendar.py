"""Periods have no gaps and do not overlap, and begin where a second implementation, the standard library's, says."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.forecast.calendar import EPOCH, moment
from plugins.forecast.periods import period_of

MOMENTS = st.integers(-80_000, 80_000_000).map(lambda hours: EPOCH + datetime.timedelta(hours=hours / 40))


def begin(at: datetime.datetime, grain: str) -> datetime.datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"DAY": day, "WEEK": day - datetime.timedelta(days=day.weekday()), "MONTH": day.replace(day=1)}[grain]


@pytest.mark.parametrize("grain", ["DAY", "WEEK", "MONTH"])
@given(at=MOMENTS)
def test_a_moment_lies_in_its_period(grain: str, at: datetime.datetime) -> None:
    number = int(period_of(np.array([(at - EPOCH) // datetime.timedelta(microseconds=1)]), grain)[0])
    assert moment(number, grain) == begin(at, grain)
    assert moment(number, grain) <= at < moment(number + 1, grain)
