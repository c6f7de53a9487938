"""What runs leave: RFM scores of customers, churn risks and expected purchases as scores, and lifetime values as money."""

import enum
from decimal import Decimal

from sqlalchemy import Enum, Index, SmallInteger, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, customer_key, run_key
from plugins.value.rfm.segments import RfmSegment

CURRENCY = String(3).with_variant(String(3, collation="C"), "postgresql")


def named(kind: type[enum.Enum]) -> Enum:
    """Stored by the member's name in a VARCHAR."""
    return Enum(kind, native_enum=False, length=32, create_constraint=False)


class Tables(PluginRow, DeclarativeBase):
    pass


class RfmRow(Tables):
    """A customer who bought within the window of a run. Scores are from 1 to 5, the best."""

    __tablename__ = "value_rfm"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    recency_days: Mapped[int]
    frequency: Mapped[int]
    monetary: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(CURRENCY)
    recency_score: Mapped[int] = mapped_column(SmallInteger)
    frequency_score: Mapped[int] = mapped_column(SmallInteger)
    monetary_score: Mapped[int] = mapped_column(SmallInteger)
    segment: Mapped[RfmSegment] = mapped_column(named(RfmSegment))

    __table_args__ = (Index("ix_value_rfm_run_id_segment", "run_id", "segment"),)


class ScoreRow(Tables):
    """`metric` is churnRisk or expectedPurchases. `rank` is 1 for the highest value; `percentile` the share of customers not above, in
    percent."""

    __tablename__ = "value_scores"
    run_id: Mapped[int] = run_key()
    metric: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_value_scores_run_id_metric_value", "run_id", "metric", "value"),)


class LifetimeRow(Tables):
    """What a customer is worth over the horizon of a run, with rank and percentile as those of scores."""

    __tablename__ = "value_lifetimes"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(CURRENCY)
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_value_lifetimes_run_id_value", "run_id", "value"),)
