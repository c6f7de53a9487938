"""What runs of next purchases leave: for each customer when, and of which category."""

import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from guanxi import customer_key, run_key
from plugins.forecast.models import Tables


class NextPurchaseRow(Tables):
    """`expected_at` is NULL where it is further off than the past tells of, and so are the ends of the interval. `categories` is JSON, as
    types.py reads it, the most probable one first."""

    __tablename__ = "forecast_next_purchases"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    expected_at: Mapped[datetime.datetime | None]
    lower80: Mapped[datetime.datetime | None]
    upper80: Mapped[datetime.datetime | None]
    categories: Mapped[str]

    __table_args__ = (Index("ix_forecast_next_purchases_run_id_expected_at", "run_id", "expected_at"),)
