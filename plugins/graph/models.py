"""What graph runs leave: scores of customers, groups they fall into, groups at odds, and pairs who might come together."""

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, customer_key, run_key

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


class ScoreRow(Tables):
    """`metric` is a name such as pageRank. `rank` is 1 for the highest value; `percentile` the share of customers not above, in percent."""

    __tablename__ = "graph_scores"
    run_id: Mapped[int] = run_key()
    metric: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]
    rank: Mapped[int]
    percentile: Mapped[float]

    __table_args__ = (Index("ix_graph_scores_run_id_metric_value", "run_id", "metric", "value"),)


class CommunityRow(Tables):
    """`number` tells the communities of a run apart: 0 is the largest. `size` counts the members when it was found; `name` is what
    they have in common more than others do, where there is such a thing."""

    __tablename__ = "graph_communities"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    number: Mapped[int]
    size: Mapped[int]
    name: Mapped[str | None]

    __table_args__ = (UniqueConstraint("id"),)


class MemberRow(Tables):
    """A customer's community in a run. `community_id` is an id of `graph_communities`; both go with the run."""

    __tablename__ = "graph_members"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    community_id: Mapped[int] = mapped_column(NUMBER)

    __table_args__ = (Index("ix_graph_members_community_id_customer_id", "community_id", "customer_id"),)


class TensionRow(Tables):
    """Two communities with negative relationships between them: how many, and how much they weigh. The first is the larger one."""

    __tablename__ = "graph_tensions"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(NUMBER)
    other_id: Mapped[int] = mapped_column(NUMBER)
    relationships: Mapped[int]
    weight: Mapped[float]

    __table_args__ = (UniqueConstraint("id"),)


class ComponentRow(Tables):
    """Customers who reach each other. `kind` is weak, strong or conflict; `number` 0 is the largest of its kind."""

    __tablename__ = "graph_components"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    number: Mapped[int]
    size: Mapped[int]

    __table_args__ = (UniqueConstraint("id"),)


class ComponentMemberRow(Tables):
    """A customer's component of each kind in a run. `component_id` is an id of `graph_components`."""

    __tablename__ = "graph_component_members"
    run_id: Mapped[int] = run_key()
    kind: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = customer_key()
    component_id: Mapped[int] = mapped_column(NUMBER)

    __table_args__ = (Index("ix_graph_component_members_component_id_customer_id", "component_id", "customer_id"),)


class PartnerRow(Tables):
    """A customer and another who is not tied to them and might be. `position` 1 is the likeliest of the customer's; `common` counts
    whom they both are tied to."""

    __tablename__ = "graph_partners"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    partner_id: Mapped[int] = customer_key()
    id: Mapped[int] = mapped_column(NUMBER)
    position: Mapped[int]
    score: Mapped[float]
    common: Mapped[int]

    __table_args__ = (UniqueConstraint("id"),)


class ViaRow(Tables):
    """Somebody through whom two might come together. `partner_row_id` is an id of `graph_partners`; `position` 1 counts most."""

    __tablename__ = "graph_partner_vias"
    run_id: Mapped[int] = run_key()
    partner_row_id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    via_id: Mapped[int] = customer_key()
    position: Mapped[int]
