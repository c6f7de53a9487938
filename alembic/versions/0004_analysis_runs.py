"""Analysis runs: what a job of that kind keeps, which runs are published, and who may start and publish them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
# role -> what it may do from now on; "admin" may do everything
GRANTS = {"agent": ["analyses.run"], "admin": ["analyses.run", "analyses.publish", "plugins.read"]}


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def run_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("plugin", text(64)), sa.Column("plugin_version", text(64)), sa.Column("plugin_api", text(16)),
        sa.Column("analysis_version", sa.Integer()), sa.Column("label", text(200)), sa.Column("slots", sa.JSON()),
        sa.Column("parameters", sa.JSON()), sa.Column("seed", sa.BigInteger()), sa.Column("estimate", sa.JSON()),
        sa.Column("snapshot", sa.JSON()), sa.Column("environment", sa.JSON()), sa.Column("summary", sa.JSON()),
        sa.Column("metrics", sa.JSON()), sa.Column("charts", sa.JSON()), sa.Column("artifacts", sa.JSON()),
        sa.Column("result_digest", text(64)), sa.Column("rerun_of_id", REFERENCE), sa.Column("language", text(8)),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"), sa.Column("worker", text(64)),
        sa.Column("heartbeat", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def upgrade() -> None:
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as jobs:
        for column in run_columns():
            jobs.add_column(column)
        jobs.alter_column("kind", existing_type=text(32), type_=text(64), existing_nullable=False)
        jobs.create_index("ix_jobs_kind_id", ["kind", "id"])
        jobs.create_index("ix_jobs_rerun_of_id", ["rerun_of_id"])
        jobs.create_foreign_key("fk_jobs_rerun_of_id", "jobs", ["rerun_of_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as jobs:  # defaults for rows that were there
        for name in ("attempts", "heartbeat", "cancel_requested"):
            jobs.alter_column(name, server_default=None)
    op.create_table(
        "published_runs",
        sa.Column("kind", text(64), nullable=False),
        sa.Column("slot", text(200), nullable=False),
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("staff_id", REFERENCE),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_published_runs_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_published_runs_staff_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("kind", "slot", name="pk_published_runs"),
    )
    op.create_index("ix_published_runs_run_id", "published_runs", ["run_id"])
    grant(add=True)


def grant(*, add: bool) -> None:
    roles, bind = sa.table("roles", sa.column("key"), sa.column("permissions", sa.JSON())), op.get_bind()
    for key, names in GRANTS.items():
        held = bind.scalar(sa.select(roles.c.permissions).where(roles.c.key == key))
        if held is not None:  # its owner may have removed the role
            wanted = [*held, *(name for name in names if name not in held)] if add else [name for name in held if name not in names]
            bind.execute(sa.update(roles).where(roles.c.key == key).values(permissions=wanted))


def downgrade() -> None:
    grant(add=False)
    op.drop_table("published_runs")
    op.execute("DELETE FROM jobs WHERE plugin IS NOT NULL")
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as jobs:
        jobs.drop_constraint("fk_jobs_rerun_of_id", type_="foreignkey")
        jobs.drop_index("ix_jobs_rerun_of_id")
        jobs.drop_index("ix_jobs_kind_id")
        jobs.alter_column("kind", existing_type=text(64), type_=text(32), existing_nullable=False)
        for column in run_columns():
            jobs.drop_column(column.name)
