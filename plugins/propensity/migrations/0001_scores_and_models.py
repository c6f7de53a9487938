"""Purchase probabilities, and the models that gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "propensity_scores",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_propensity_scores"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_propensity_scores_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_propensity_scores_customer_id", ondelete="CASCADE"),
    )
    op.create_index("ix_propensity_scores_customer_id", "propensity_scores", ["customer_id"])
    op.create_index("ix_propensity_scores_run_id_value", "propensity_scores", ["run_id", "value"])

    op.create_table(
        "propensity_models",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_propensity_models"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_propensity_models_run_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("propensity_models")
    op.drop_table("propensity_scores")
