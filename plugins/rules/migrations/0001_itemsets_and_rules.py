"""Itemsets, the items in them, and rules between them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def text() -> TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def of_run(table: str) -> list[SchemaItem]:
    return [sa.Column("run_id", REFERENCE, nullable=False),
            sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name=f"fk_{table}_run_id", ondelete="CASCADE")]


def upgrade() -> None:
    op.create_table(
        "rules_itemsets",
        *of_run("rules_itemsets"),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("support", sa.Double(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("maximal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_rules_itemsets"),
        sa.UniqueConstraint("id", name="uq_rules_itemsets_id"),
    )
    op.create_index("ix_rules_itemsets_run_id_count", "rules_itemsets", ["run_id", "count"])

    op.create_table(
        "rules_items",
        *of_run("rules_items"),
        sa.Column("itemset_id", REFERENCE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", REFERENCE, nullable=True),
        sa.Column("category", text(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_rules_items_product_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "itemset_id", "position", name="pk_rules_items"),
    )
    op.create_index("ix_rules_items_itemset_id", "rules_items", ["itemset_id"])
    op.create_index("ix_rules_items_product_id_run_id", "rules_items", ["product_id", "run_id"])
    op.create_index("ix_rules_items_category_run_id", "rules_items", ["category", "run_id"])

    op.create_table(
        "rules_rules",
        *of_run("rules_rules"),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("antecedent_id", REFERENCE, nullable=False),
        sa.Column("consequent_id", REFERENCE, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("support", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("lift", sa.Double(), nullable=False),
        sa.Column("leverage", sa.Double(), nullable=False),
        sa.Column("conviction", sa.Double(), nullable=True),
        sa.Column("gain", sa.Double(), nullable=False),
        sa.Column("p_value", sa.Double(), nullable=False),
        sa.Column("adjusted_p_value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_rules_rules"),
        sa.UniqueConstraint("id", name="uq_rules_rules_id"),
    )
    op.create_index("ix_rules_rules_antecedent_id", "rules_rules", ["antecedent_id"])
    op.create_index("ix_rules_rules_consequent_id", "rules_rules", ["consequent_id"])
    op.create_index("ix_rules_rules_run_id_lift", "rules_rules", ["run_id", "lift"])


def downgrade() -> None:
    op.drop_table("rules_rules")
    op.drop_table("rules_items")
    op.drop_table("rules_itemsets")
