"""Products and customers that are recommended to customers, and through whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
PRODUCTS, CUSTOMERS, VIAS = "recommend_products", "recommend_customers", "recommend_vias"


def text() -> TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def of(table: str, column: str, target: str, *, nullable: bool = False) -> list[SchemaItem]:
    return [sa.Column(column, REFERENCE, nullable=nullable),
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")]


def ranked() -> list[SchemaItem]:
    return [sa.Column("id", REFERENCE, nullable=False), sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("score", sa.Double(), nullable=False), sa.Column("method", text(), nullable=False),
            sa.Column("support", sa.Integer(), nullable=False)]


def upgrade() -> None:
    op.create_table(
        PRODUCTS,
        *of(PRODUCTS, "run_id", "jobs"),
        *of(PRODUCTS, "customer_id", "customers"),
        *of(PRODUCTS, "product_id", "products"),
        *ranked(),
        *of(PRODUCTS, "because_id", "products", nullable=True),
        sa.Column("trait", text(), nullable=True),
        sa.Column("value", text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "customer_id", "product_id", name="pk_recommend_products"),
        sa.UniqueConstraint("id", name="uq_recommend_products_id"),
    )
    for column in ("because_id", "customer_id", "product_id"):
        op.create_index(f"ix_recommend_products_{column}", PRODUCTS, [column])

    op.create_table(
        CUSTOMERS,
        *of(CUSTOMERS, "run_id", "jobs"),
        *of(CUSTOMERS, "customer_id", "customers"),
        *of(CUSTOMERS, "other_id", "customers"),
        *ranked(),
        sa.PrimaryKeyConstraint("run_id", "customer_id", "other_id", name="pk_recommend_customers"),
        sa.UniqueConstraint("id", name="uq_recommend_customers_id"),
    )
    for column in ("customer_id", "other_id"):
        op.create_index(f"ix_recommend_customers_{column}", CUSTOMERS, [column])

    op.create_table(
        VIAS,
        *of(VIAS, "run_id", "jobs"),
        sa.Column("recommendation_id", REFERENCE, nullable=False),
        *of(VIAS, "via_id", "customers"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "recommendation_id", "via_id", name="pk_recommend_vias"),
    )
    op.create_index("ix_recommend_vias_via_id", VIAS, ["via_id"])


def downgrade() -> None:
    for table in (VIAS, CUSTOMERS, PRODUCTS):
        op.drop_table(table)
