"""What segmentation runs leave: the clusters, and which customer belongs to which."""

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, customer_key, run_key

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


class ClusterRow(Tables):
    """`number` tells the clusters of a run apart: 0 is the largest. `label` is what is unusual about its members, `rule` the most telling
    rule for belonging to it. `centre`, `hull` and `rules` are JSON, as types.py reads it."""

    __tablename__ = "segmentation_clusters"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    number: Mapped[int]
    size: Mapped[int]
    label_en: Mapped[str]
    label_zh: Mapped[str]
    rule_en: Mapped[str | None]
    rule_zh: Mapped[str | None]
    centre: Mapped[str]
    hull: Mapped[str]
    rules: Mapped[str]

    __table_args__ = (UniqueConstraint("id"),)


class MemberRow(Tables):
    """A customer's cluster in a run. `cluster_id` is an id of `segmentation_clusters` and `number` its number. `distance` is that to its
    centre on the run's scale, NULL where a method knows no centres."""

    __tablename__ = "segmentation_members"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    cluster_id: Mapped[int] = mapped_column(NUMBER)
    number: Mapped[int]
    distance: Mapped[float | None]

    __table_args__ = (Index("ix_segmentation_members_cluster_id_customer_id", "cluster_id", "customer_id"),)
