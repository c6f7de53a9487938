"""The table of this plugin. After a change: `python -m server.draft "What changes" --plugin pluginname` writes the next migration."""

from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped

from guanxi import PluginRow, customer_key, run_key


class Tables(PluginRow, DeclarativeBase):
    pass


class ScoreRow(Tables):
    """The score of a customer in a run. `rank` is 1 for the highest value; `percentile` the share of customers not above, in percent."""

    __tablename__ = "pluginname_scores"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_pluginname_scores_run_id_value", "run_id", "value"),)
