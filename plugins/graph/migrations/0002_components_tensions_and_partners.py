"""Names of communities, communities at odds, components, and customers who might come together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def of_run(table: str) -> list[SchemaItem]:
    return [sa.Column("run_id", REFERENCE, nullable=False),
            sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name=f"fk_{table}_run_id", ondelete="CASCADE")]


def of_customer(table: str, column: str) -> list[SchemaItem]:
    return [sa.Column(column, REFERENCE, nullable=False),
            sa.ForeignKeyConstraint([column], ["customers.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")]


def upgrade() -> None:
    op.add_column("graph_communities", sa.Column("name", text(), nullable=True))

    op.create_table(
        "graph_tensions",
        *of_run("graph_tensions"),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("community_id", REFERENCE, nullable=False),
        sa.Column("other_id", REFERENCE, nullable=False),
        sa.Column("relationships", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_graph_tensions"),
        sa.UniqueConstraint("id", name="uq_graph_tensions_id"),
    )

    op.create_table(
        "graph_components",
        *of_run("graph_components"),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_graph_components"),
        sa.UniqueConstraint("id", name="uq_graph_components_id"),
    )

    op.create_table(
        "graph_component_members",
        *of_run("graph_component_members"),
        sa.Column("kind", text(), nullable=False),
        *of_customer("graph_component_members", "customer_id"),
        sa.Column("component_id", REFERENCE, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "kind", "customer_id", name="pk_graph_component_members"),
    )
    op.create_index("ix_graph_component_members_component_id_customer_id", "graph_component_members", ["component_id", "customer_id"])
    op.create_index("ix_graph_component_members_customer_id", "graph_component_members", ["customer_id"])

    op.create_table(
        "graph_partners",
        *of_run("graph_partners"),
        *of_customer("graph_partners", "customer_id"),
        *of_customer("graph_partners", "partner_id"),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("common", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", "partner_id", name="pk_graph_partners"),
        sa.UniqueConstraint("id", name="uq_graph_partners_id"),
    )
    op.create_index("ix_graph_partners_customer_id", "graph_partners", ["customer_id"])
    op.create_index("ix_graph_partners_partner_id", "graph_partners", ["partner_id"])

    op.create_table(
        "graph_partner_vias",
        *of_run("graph_partner_vias"),
        sa.Column("partner_row_id", REFERENCE, nullable=False),
        *of_customer("graph_partner_vias", "via_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "partner_row_id", "via_id", name="pk_graph_partner_vias"),
    )
    op.create_index("ix_graph_partner_vias_via_id", "graph_partner_vias", ["via_id"])


def downgrade() -> None:
    op.drop_table("graph_partner_vias")
    op.drop_table("graph_partners")
    op.drop_table("graph_component_members")
    op.drop_table("graph_components")
    op.drop_table("graph_tensions")
    with op.batch_alter_table("graph_communities") as table:
        table.drop_column("name")
