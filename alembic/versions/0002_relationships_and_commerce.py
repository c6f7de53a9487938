"""Tables of jobs, relationships and commerce."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
SCALED = sa.BigInteger()  # money and quantities, in ten-thousandths
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("sku", text(100), nullable=False),
        sa.Column("name", text(400), nullable=False),
        sa.Column("category", text(200)),
        sa.Column("price_amount", SCALED),
        sa.Column("price_currency", text(3)),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("sku", name="uq_products_sku"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_products_category", "products", ["category"])

    op.create_table(
        "relationship_kinds",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("label_en", text(200)),
        sa.Column("label_zh", text(200)),
        sa.Column("inverse_label_en", text(200)),
        sa.Column("inverse_label_zh", text(200)),
        sa.Column("directed", sa.Boolean(), nullable=False),
        sa.Column("default_sign", text(32), nullable=False),
        sa.Column("from_person", sa.Boolean(), nullable=False),
        sa.Column("from_organization", sa.Boolean(), nullable=False),
        sa.Column("to_person", sa.Boolean(), nullable=False),
        sa.Column("to_organization", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relationship_kinds"),
        sa.UniqueConstraint("key", name="uq_relationship_kinds_key"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "jobs",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("kind", text(32), nullable=False),
        sa.Column("status", text(32), nullable=False),
        sa.Column("stage", text(64)),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("staff_id", REFERENCE),
        sa.Column("error_code", text(64)),
        sa.Column("error_message", text()),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("target", text(32)),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_jobs_staff_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_status", "jobs", ["status"])

    op.create_table(
        "browse_events",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("product_id", REFERENCE),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("duration_seconds", sa.Integer()),
        sa.Column("source", text(64), nullable=False),
        sa.Column("external_id", text(200), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_browse_events_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_browse_events_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_browse_events"),
        sa.UniqueConstraint("source", "external_id", name="uq_browse_events_source_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_browse_events_customer_id_started_at", "browse_events", ["customer_id", "started_at"])
    op.create_index("ix_browse_events_product_id", "browse_events", ["product_id"])

    op.create_table(
        "relationships",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("from_id", REFERENCE, nullable=False),
        sa.Column("to_id", REFERENCE, nullable=False),
        sa.Column("kind_id", REFERENCE, nullable=False),
        sa.Column("directed", sa.Boolean(), nullable=False),
        sa.Column("sign", text(32), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("valid_from", INSTANT),
        sa.Column("valid_to", INSTANT),
        sa.Column("confidence", sa.Double()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", text(32), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", REFERENCE),
        sa.Column("job_id", REFERENCE),
        sa.Column("evidence_count", sa.Integer()),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_relationships_not_self")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_relationships_weight")),
        sa.ForeignKeyConstraint(["from_id"], ["customers.id"], name="fk_relationships_from_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_relationships_job_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["kind_id"], ["relationship_kinds.id"], name="fk_relationships_kind_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_relationships_staff_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["to_id"], ["customers.id"], name="fk_relationships_to_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_relationships"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relationships_from_id_to_id_kind_id", "relationships", ["from_id", "to_id", "kind_id"])
    op.create_index("ix_relationships_job_id", "relationships", ["job_id"])
    op.create_index("ix_relationships_kind_id", "relationships", ["kind_id"])
    op.create_index("ix_relationships_to_id", "relationships", ["to_id"])
    op.create_index("ix_relationships_weight_id", "relationships", ["weight", "id"])

    op.create_table(
        "reviews",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("product_id", REFERENCE),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("content", text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("purchased", sa.Boolean()),
        sa.Column("source", text(64), nullable=False),
        sa.Column("external_id", text(200), nullable=False),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_reviews_score")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_reviews_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_reviews_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("source", "external_id", name="uq_reviews_source_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_customer_id", "reviews", ["customer_id"])
    op.create_index("ix_reviews_product_id", "reviews", ["product_id"])

    op.create_table(
        "row_errors",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("job_id", REFERENCE, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", text(200)),
        sa.Column("code", text(32), nullable=False),
        sa.Column("message", text(), nullable=False),
        sa.Column("raw_value", text()),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_row_errors_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_row_errors"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_row_errors_job_id_id", "row_errors", ["job_id", "id"])

    op.create_table(
        "transactions",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("kind", text(32), nullable=False),
        sa.Column("customer_id", REFERENCE),
        sa.Column("cancels_id", REFERENCE),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("total_amount", SCALED, nullable=False),
        sa.Column("total_currency", text(3), nullable=False),
        sa.Column("source", text(64), nullable=False),
        sa.Column("external_id", text(200), nullable=False),
        sa.ForeignKeyConstraint(["cancels_id"], ["transactions.id"], name="fk_transactions_cancels_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_transactions_customer_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_transactions"),
        sa.UniqueConstraint("source", "external_id", name="uq_transactions_source_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transactions_cancels_id", "transactions", ["cancels_id"])
    op.create_index("ix_transactions_customer", "transactions", ["customer_id", "occurred_at", "kind", "total_currency", "total_amount"])
    op.create_index("ix_transactions_occurred_at_id", "transactions", ["occurred_at", "id"])

    op.create_table(
        "relationship_ends",
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("relationship_id", REFERENCE, nullable=False),
        sa.Column("other_id", REFERENCE, nullable=False),
        sa.Column("direction", text(32), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_relationship_ends_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["customers.id"], name="fk_relationship_ends_other_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["relationship_id"], ["relationships.id"], name="fk_relationship_ends_relationship_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "relationship_id", name="pk_relationship_ends"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_relationship_ends_other_id", "relationship_ends", ["other_id"])
    op.create_index("ix_relationship_ends_relationship_id", "relationship_ends", ["relationship_id"])

    op.create_table(
        "transaction_lines",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("transaction_id", REFERENCE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", REFERENCE, nullable=False),
        sa.Column("quantity", SCALED, nullable=False),
        sa.Column("price_amount", SCALED, nullable=False),
        sa.Column("amount", SCALED, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_transaction_lines_product_id"),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name="fk_transaction_lines_transaction_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_transaction_lines"),
        sa.UniqueConstraint("transaction_id", "position", name="uq_transaction_lines_transaction_id_position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transaction_lines_product_id_transaction_id", "transaction_lines", ["product_id", "transaction_id"])


def downgrade() -> None:
    for table in (
        "transaction_lines", "relationship_ends", "transactions", "row_errors", "reviews", "relationships", "browse_events",
        "jobs", "relationship_kinds", "products",
    ):
        op.drop_table(table)
