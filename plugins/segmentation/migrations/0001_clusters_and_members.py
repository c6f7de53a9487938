"""Clusters, and who belongs to which."""

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
        "segmentation_clusters",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("label_en", text(), nullable=False),
        sa.Column("label_zh", text(), nullable=False),
        sa.Column("rule_en", text(), nullable=True),
        sa.Column("rule_zh", text(), nullable=True),
        sa.Column("centre", text(), nullable=False),
        sa.Column("hull", text(), nullable=False),
        sa.Column("rules", text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_segmentation_clusters_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_segmentation_clusters"),
        sa.UniqueConstraint("id", name="uq_segmentation_clusters_id"),
    )

    op.create_table(
        "segmentation_members",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("cluster_id", REFERENCE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("distance", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_segmentation_members_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_segmentation_members_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_segmentation_members"),
    )
    op.create_index("ix_segmentation_members_cluster_id_customer_id", "segmentation_members", ["cluster_id", "customer_id"])
    op.create_index("ix_segmentation_members_customer_id", "segmentation_members", ["customer_id"])


def downgrade() -> None:
    op.drop_table("segmentation_members")
    op.drop_table("segmentation_clusters")
