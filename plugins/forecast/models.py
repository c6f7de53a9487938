"""What forecast runs leave: a series for each subject, with what went before, what is expected, and how well that was tested."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, run_key
from guanxi.tables import CustomerRow, ProductRow, SegmentRow

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


def reference(row: type) -> Mapped[int | None]:
    """The subject of a series, where it is one of this kind: the series goes with it."""
    return mapped_column(NUMBER, ForeignKey(row.__table__.c.id, ondelete="CASCADE"))  # type: ignore[attr-defined]


class SeriesRow(Tables):
    """At most one of `customer_id`, `product_id`, `segment_id` and `category` says what it is about; none: the total. `position` 1 is the
    series with the most purchases. `grain` is a member of ForecastGrain by name, `first_period` the number of the first value's period
    and `next_period` that of the first one that is forecast. `history`, `points` and `scores` are JSON, as types.py reads them."""

    __tablename__ = "forecast_series"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    position: Mapped[int]
    target: Mapped[str]
    customer_id: Mapped[int | None] = reference(CustomerRow)
    product_id: Mapped[int | None] = reference(ProductRow)
    segment_id: Mapped[int | None] = reference(SegmentRow)
    category: Mapped[str | None]
    grain: Mapped[str]
    first_period: Mapped[int]
    next_period: Mapped[int]
    history: Mapped[str]
    model: Mapped[str]
    form: Mapped[str | None]
    naive_wins: Mapped[bool | None]
    fallback: Mapped[str | None]
    points: Mapped[str]
    scores: Mapped[str]

    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_forecast_series_customer_id_run_id", "customer_id", "run_id"),
        Index("ix_forecast_series_product_id_run_id", "product_id", "run_id"),
        Index("ix_forecast_series_segment_id_run_id", "segment_id", "run_id"),
    )
