"""What runs of recommendations leave: products and customers for each customer, and through whom."""

from sqlalchemy import BigInteger, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import PluginRow, customer_key, product_key, run_key
from guanxi.tables import ProductRow

NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Tables(PluginRow, DeclarativeBase):
    pass


class ProductRecommendationRow(Tables):
    """A product for a customer. `position` 1 is the best; `method` is what adds most to the score, and `support` counts who, or what,
    speaks for it; `because_id` is the product that was bought that does so most. `trait` and `value` say what makes the group in which
    a product is popular; they are missing for any other reason, and where the group is everybody."""

    __tablename__ = "recommend_products"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    product_id: Mapped[int] = product_key()
    id: Mapped[int] = mapped_column(NUMBER)
    position: Mapped[int]
    score: Mapped[float]
    method: Mapped[str]
    support: Mapped[int]
    because_id: Mapped[int | None] = mapped_column(NUMBER, ForeignKey(ProductRow.__table__.c.id, ondelete="CASCADE"), index=True)
    trait: Mapped[str | None]
    value: Mapped[str | None]

    __table_args__ = (UniqueConstraint("id"),)


class CustomerRecommendationRow(Tables):
    """A customer who is like another one. `support` counts what they have in common: products, or contacts, as `method` says."""

    __tablename__ = "recommend_customers"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    other_id: Mapped[int] = customer_key()
    id: Mapped[int] = mapped_column(NUMBER)
    position: Mapped[int]
    score: Mapped[float]
    method: Mapped[str]
    support: Mapped[int]

    __table_args__ = (UniqueConstraint("id"),)


class ViaRow(Tables):
    """Somebody who speaks for a recommendation. `recommendation_id` is an id of either of the other tables: within a run they are told
    apart by it. `position` 1 counts most."""

    __tablename__ = "recommend_vias"
    run_id: Mapped[int] = run_key()
    recommendation_id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    via_id: Mapped[int] = customer_key()
    position: Mapped[int]
