"""Scores of customers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def upgrade() -> None:
    op.create_table(
        "pluginname_scores",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_pluginname_scores_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_pluginname_scores_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_pluginname_scores"),
    )
    op.create_index("ix_pluginname_scores_customer_id", "pluginname_scores", ["customer_id"])
    op.create_index("ix_pluginname_scores_run_id_value", "pluginname_scores", ["run_id", "value"])


def downgrade() -> None:
    op.drop_table("pluginname_scores")
