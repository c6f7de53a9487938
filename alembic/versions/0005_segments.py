"""Segments of customers, who is and was in them, and who may change them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
GRANTED = "segments.write"
ROLES = ("agent", "admin")


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "segments",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("name", text(200), nullable=False),
        sa.Column("description", text(2000)),
        sa.Column("kind", text(32), nullable=False),
        sa.Column("run_id", REFERENCE),
        sa.Column("computed_at", INSTANT),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_segments_run_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
        sa.UniqueConstraint("name", name="uq_segments_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_segments_run_id", "segments", ["run_id"])

    op.create_table(
        "segment_members",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("segment_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_segment_members_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name="fk_segment_members_segment_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_segment_members"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_segment_members_segment_id_customer_id", "segment_members", ["segment_id", "customer_id"])
    op.create_index("ix_segment_members_customer_id_segment_id", "segment_members", ["customer_id", "segment_id"])
    op.create_index("uq_segment_members_current", "segment_members", ["segment_id", "customer_id"], unique=True,
                    sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"))
    grant(add=True)


def grant(*, add: bool) -> None:
    roles, bind = sa.table("roles", sa.column("key"), sa.column("permissions", sa.JSON())), op.get_bind()
    for key in ROLES:
        held = bind.scalar(sa.select(roles.c.permissions).where(roles.c.key == key))
        if held is not None:  # its owner may have removed the role
            others = [name for name in held if name != GRANTED]
            bind.execute(sa.update(roles).where(roles.c.key == key).values(permissions=[*others, GRANTED] if add else others))


def downgrade() -> None:
    grant(add=False)
    op.drop_table("segment_members")
    op.drop_table("segments")
