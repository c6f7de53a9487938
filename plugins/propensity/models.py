"""What runs of purchase probabilities leave: a probability for each customer, and the model that scores others."""

from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped

from guanxi import PluginRow, customer_key, run_key


class Tables(PluginRow, DeclarativeBase):
    pass


class ScoreRow(Tables):
    """How probable it is that the customer buys. `rank` is 1 for the highest value; `percentile` the share of customers not above, in
    percent."""

    __tablename__ = "propensity_scores"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_propensity_scores_run_id_value", "run_id", "value"),)


class ModelRow(Tables):
    """The model of a run as JSON: how features become numbers, and how numbers become a probability."""

    __tablename__ = "propensity_models"
    run_id: Mapped[int] = run_key()
    content: Mapped[str]
