"""How satisfied customers are, the groups that runs compared, and who belongs to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def text() -> TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "satisfaction_scores",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_satisfaction_scores_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_satisfaction_scores_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_satisfaction_scores"),
    )
    op.create_index("ix_satisfaction_scores_customer_id", "satisfaction_scores", ["customer_id"])
    op.create_index("ix_satisfaction_scores_run_id_value", "satisfaction_scores", ["run_id", "value"])

    op.create_table(
        "satisfaction_groups",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("factor", sa.SmallInteger(), nullable=False),
        sa.Column("label_en", text(), nullable=False),
        sa.Column("label_zh", text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("deviation", sa.Double()),
        sa.Column("low", sa.Double()),
        sa.Column("high", sa.Double()),
        sa.Column("median", sa.Double(), nullable=False),
        sa.Column("low_scoring", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_satisfaction_groups_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_satisfaction_groups"),
        sa.UniqueConstraint("id", name="uq_satisfaction_groups_id"),
    )
    op.create_table(
        "satisfaction_members",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("factor", sa.SmallInteger(), nullable=False),
        sa.Column("group_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_satisfaction_members_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_satisfaction_members_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "customer_id", "factor", name="pk_satisfaction_members"),
    )
    op.create_index("ix_satisfaction_members_customer_id", "satisfaction_members", ["customer_id"])
    op.create_index("ix_satisfaction_members_group_id_customer_id", "satisfaction_members", ["group_id", "customer_id"])


def downgrade() -> None:
    op.drop_table("satisfaction_members")
    op.drop_table("satisfaction_groups")
    op.drop_table("satisfaction_scores")
