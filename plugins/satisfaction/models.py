"""What runs leave: how satisfied each customer is, the groups that were compared, and who belongs to them."""

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, customer_key, run_key

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


class ScoreRow(Tables):
    """`value` is from 0 to 100; `rank` is 1 for the highest, `percentile` the share of customers not above, in percent."""

    __tablename__ = "satisfaction_scores"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_satisfaction_scores_run_id_value", "run_id", "value"),)


class GroupRow(Tables):
    """A group that a factor makes: `factor` is its place among the factors of the run. Values are those of what was compared; bounds are
    NULL where the group says too little for them. `low_scoring`: the interval lies below the mean of all."""

    __tablename__ = "satisfaction_groups"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    factor: Mapped[int] = mapped_column(SmallInteger)
    label_en: Mapped[str]
    label_zh: Mapped[str]
    size: Mapped[int]
    mean: Mapped[float]
    deviation: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    median: Mapped[float]
    low_scoring: Mapped[bool]

    __table_args__ = (UniqueConstraint("id"),)


class MemberRow(Tables):
    """A customer whose response is in a group; `value` is what they said of what was compared."""

    __tablename__ = "satisfaction_members"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    factor: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(NUMBER)
    value: Mapped[float]

    __table_args__ = (Index("ix_satisfaction_members_group_id_customer_id", "group_id", "customer_id"),)
