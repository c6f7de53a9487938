"""What rule runs leave: itemsets with their items, and rules, whose two sides are itemsets too."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, run_key
from guanxi.tables import ProductRow

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


class ItemsetRow(Tables):
    """Items that `count` baskets hold together, a share of `support`. `closed`: no larger one of the run is in as many; `maximal`: the
    run has no larger one."""

    __tablename__ = "rules_itemsets"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    size: Mapped[int]
    count: Mapped[int]
    support: Mapped[float]
    closed: Mapped[bool]
    maximal: Mapped[bool]

    __table_args__ = (UniqueConstraint("id"), Index("ix_rules_itemsets_run_id_count", "run_id", "count"))


class ItemRow(Tables):
    """An item of an itemset: a product, or in runs by category the name of one. `itemset_id` is an id of `rules_itemsets`."""

    __tablename__ = "rules_items"
    run_id: Mapped[int] = run_key()
    itemset_id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int | None] = mapped_column(NUMBER, ForeignKey(ProductRow.__table__.c.id, ondelete="CASCADE"))
    category: Mapped[str | None]

    __table_args__ = (Index("ix_rules_items_itemset_id", "itemset_id"), Index("ix_rules_items_product_id_run_id", "product_id", "run_id"),
                      Index("ix_rules_items_category_run_id", "category", "run_id"))


class RuleRow(Tables):
    """Who has the antecedent has the consequent too: both are ids of `rules_itemsets`. `count` baskets hold both. `conviction` is NULL
    for a rule without exception."""

    __tablename__ = "rules_rules"
    run_id: Mapped[int] = run_key()
    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    antecedent_id: Mapped[int] = mapped_column(NUMBER)
    consequent_id: Mapped[int] = mapped_column(NUMBER)
    count: Mapped[int]
    support: Mapped[float]
    confidence: Mapped[float]
    lift: Mapped[float]
    leverage: Mapped[float]
    conviction: Mapped[float | None]
    gain: Mapped[float]
    p_value: Mapped[float]
    adjusted_p_value: Mapped[float]

    __table_args__ = (UniqueConstraint("id"), Index("ix_rules_rules_antecedent_id", "antecedent_id"),
                      Index("ix_rules_rules_consequent_id", "consequent_id"), Index("ix_rules_rules_run_id_lift", "run_id", "lift"))
