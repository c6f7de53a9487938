"""Tables of staff, customers and the record of changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
SCALED = sa.BigInteger()  # money and quantities, in ten-thousandths
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "data_versions",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("kind", text(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_versions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_data_versions_kind_id", "data_versions", ["kind", "id"])

    op.create_table(
        "departments",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("name_en", text(200)),
        sa.Column("name_zh", text(200)),
        sa.PrimaryKeyConstraint("id", name="pk_departments"),
        sa.UniqueConstraint("key", name="uq_departments_key"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "idempotency_keys",
        sa.Column("caller", text(64), nullable=False),
        sa.Column("action", text(64), nullable=False),
        sa.Column("key", text(200), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("caller", "action", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])

    op.create_table(
        "roles",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("name_en", text(200)),
        sa.Column("name_zh", text(200)),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
        sa.UniqueConstraint("key", name="uq_roles_key"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "service_levels",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("name_en", text(200)),
        sa.Column("name_zh", text(200)),
        sa.Column("first_response_minutes", sa.Integer()),
        sa.Column("resolution_minutes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_service_levels"),
        sa.UniqueConstraint("key", name="uq_service_levels_key"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "staff",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("name", text(200), nullable=False),
        sa.Column("department_id", REFERENCE),
        sa.Column("role_id", REFERENCE, nullable=False),
        sa.Column("manager_id", REFERENCE),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_staff_department_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["manager_id"], ["staff.id"], name="fk_staff_manager_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name="fk_staff_role_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("key", name="uq_staff_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_department_id", "staff", ["department_id"])

    op.create_table(
        "api_tokens",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("name", text(200), nullable=False),
        sa.Column("prefix", text(16), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role_id", REFERENCE, nullable=False),
        sa.Column("staff_id", REFERENCE),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name="fk_api_tokens_role_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_api_tokens_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("prefix", name="uq_api_tokens_prefix"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "customers",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("kind", text(32), nullable=False),
        sa.Column("name", text(400), nullable=False),
        sa.Column("search_name", text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("service_level_id", REFERENCE),
        sa.Column("owner_id", REFERENCE),
        sa.Column("given_name", text(200)),
        sa.Column("family_name", text(200)),
        sa.Column("birth_date", sa.Date()),
        sa.Column("gender", text(32)),
        sa.Column("education_level", text(64)),
        sa.Column("income_amount", SCALED),
        sa.Column("income_currency", text(3)),
        sa.Column("legal_name", text(400)),
        sa.Column("registration_number", text(64)),
        sa.Column("industry", text(200)),
        sa.Column("employee_count", sa.Integer()),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_customers_owner_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["service_level_id"], ["service_levels.id"], name="fk_customers_service_level_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customers_created_at_id", "customers", ["created_at", "id"])
    op.create_index("ix_customers_name_id", "customers", ["name", "id"])
    op.create_index("ix_customers_owner_id", "customers", ["owner_id"])
    op.create_index("ix_customers_updated_at_id", "customers", ["updated_at", "id"])

    op.create_table(
        "sign_ins",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("staff_id", REFERENCE, nullable=False),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("link_expires_at", INSTANT, nullable=False),
        sa.Column("session_hash", sa.LargeBinary(length=32)),
        sa.Column("session_expires_at", INSTANT),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sign_ins_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.UniqueConstraint("link_hash", name="uq_sign_ins_link_hash"),
        sa.UniqueConstraint("session_hash", name="uq_sign_ins_session_hash"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "addresses",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("line", text(400)),
        sa.Column("city", text(200)),
        sa.Column("region", text(200)),
        sa.Column("postal_code", text(32)),
        sa.Column("country", text(100)),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_addresses_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_addresses_country", "addresses", ["country"])
    op.create_index("ix_addresses_customer_id", "addresses", ["customer_id"])

    op.create_table(
        "audit_entries",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("staff_id", REFERENCE),
        sa.Column("token_id", REFERENCE),
        sa.Column("action", text(64), nullable=False),
        sa.Column("subject_kind", text(64), nullable=False),
        sa.Column("subject_id", REFERENCE),
        sa.Column("changed_fields", sa.JSON(), nullable=False),
        sa.Column("request_id", text(128)),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_entries_staff_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name="fk_audit_entries_token_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_staff_id", "audit_entries", ["staff_id"])
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_kind", "subject_id", "id"])

    op.create_table(
        "consents",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("purpose", text(64), nullable=False),
        sa.Column("channel", text(32)),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("source", text(200)),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_consents_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_customer_id", "consents", ["customer_id"])

    op.create_table(
        "contact_points",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("channel", text(32), nullable=False),
        sa.Column("value", text(400), nullable=False),
        sa.Column("normal_value", text(400), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("verified_at", INSTANT),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contact_points_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_points"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_points_channel_normal_value", "contact_points", ["channel", "normal_value"])
    op.create_index("ix_contact_points_customer_id", "contact_points", ["customer_id"])

    op.create_table(
        "customer_tags",
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("name", text(100), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_tags_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "name", name="pk_customer_tags"),
    )
    op.create_index("ix_customer_tags_name_customer_id", "customer_tags", ["name", "customer_id"])

    op.create_table(
        "external_ids",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("source", text(64), nullable=False),
        sa.Column("value", text(200), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_external_ids_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_external_ids"),
        sa.UniqueConstraint("source", "value", name="uq_external_ids_source_value"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_external_ids_customer_id", "external_ids", ["customer_id"])

    op.create_table(
        "name_grams",
        sa.Column("gram", text(8), nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_name_grams_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("gram", "customer_id", name="pk_name_grams"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_grams_customer_id", "name_grams", ["customer_id"])


def downgrade() -> None:
    for table in (
        "name_grams", "external_ids", "customer_tags", "contact_points", "consents", "audit_entries", "addresses", "sign_ins",
        "customers", "api_tokens", "staff", "service_levels", "roles", "idempotency_keys", "departments", "data_versions",
    ):
        op.drop_table(table)
