"""When customers are expected to buy next, and of which category."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "forecast_next_purchases",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("expected_at", INSTANT, nullable=True),
        sa.Column("lower80", INSTANT, nullable=True),
        sa.Column("upper80", INSTANT, nullable=True),
        sa.Column("categories", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_forecast_next_purchases"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_forecast_next_purchases_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_forecast_next_purchases_customer_id", ondelete="CASCADE"),
    )
    op.create_index("ix_forecast_next_purchases_customer_id", "forecast_next_purchases", ["customer_id"])
    op.create_index("ix_forecast_next_purchases_run_id_expected_at", "forecast_next_purchases", ["run_id", "expected_at"])


def downgrade() -> None:
    op.drop_table("forecast_next_purchases")
