"""Scores of customers, communities, and who belongs to which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "graph_scores",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("metric", text(), nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_graph_scores_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_graph_scores_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "metric", "customer_id", name="pk_graph_scores"),
    )
    op.create_index("ix_graph_scores_customer_id", "graph_scores", ["customer_id"])
    op.create_index("ix_graph_scores_run_id_metric_value", "graph_scores", ["run_id", "metric", "value"])

    op.create_table(
        "graph_communities",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_graph_communities_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_graph_communities"),
        sa.UniqueConstraint("id", name="uq_graph_communities_id"),
    )

    op.create_table(
        "graph_members",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("community_id", REFERENCE, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_graph_members_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_graph_members_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_graph_members"),
    )
    op.create_index("ix_graph_members_community_id_customer_id", "graph_members", ["community_id", "customer_id"])
    op.create_index("ix_graph_members_customer_id", "graph_members", ["customer_id"])


def downgrade() -> None:
    op.drop_table("graph_members")
    op.drop_table("graph_communities")
    op.drop_table("graph_scores")
