"""RFM scores, churn risks and expected purchases, and lifetime values."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def of_a_customer_in_a_run(table: str) -> list[SchemaItem]:
    return [
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name=f"fk_{table}_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=f"fk_{table}_customer_id", ondelete="CASCADE"),
    ]


def upgrade() -> None:
    op.create_table(
        "value_rfm",
        *of_a_customer_in_a_run("value_rfm"),
        sa.Column("recency_days", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.Column("monetary", sa.BigInteger(), nullable=False),
        sa.Column("currency", text(3), nullable=False),
        sa.Column("recency_score", sa.SmallInteger(), nullable=False),
        sa.Column("frequency_score", sa.SmallInteger(), nullable=False),
        sa.Column("monetary_score", sa.SmallInteger(), nullable=False),
        sa.Column("segment", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_value_rfm"),
    )
    op.create_index("ix_value_rfm_customer_id", "value_rfm", ["customer_id"])
    op.create_index("ix_value_rfm_run_id_segment", "value_rfm", ["run_id", "segment"])

    op.create_table(
        "value_scores",
        *of_a_customer_in_a_run("value_scores"),
        sa.Column("metric", text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "metric", "customer_id", name="pk_value_scores"),
    )
    op.create_index("ix_value_scores_customer_id", "value_scores", ["customer_id"])
    op.create_index("ix_value_scores_run_id_metric_value", "value_scores", ["run_id", "metric", "value"])

    op.create_table(
        "value_lifetimes",
        *of_a_customer_in_a_run("value_lifetimes"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", text(3), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_value_lifetimes"),
    )
    op.create_index("ix_value_lifetimes_customer_id", "value_lifetimes", ["customer_id"])
    op.create_index("ix_value_lifetimes_run_id_value", "value_lifetimes", ["run_id", "value"])


def downgrade() -> None:
    op.drop_table("value_lifetimes")
    op.drop_table("value_scores")
    op.drop_table("value_rfm")
