"""What several servers of one database tell one another: failed sign-ins, and on PostgreSQL every change of a job, as it is committed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
# The heartbeat of a run is nobody's business but of those who watch for lost runs, so a change of it alone tells nobody.
TOLD_COLUMNS = "status, stage, done, total, warnings, snapshot, cancel_requested"
TRIGGERS = (
    """CREATE FUNCTION guanxi_tell_of_job() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('guanxi_jobs', NEW.id::text); RETURN NULL; END $$""",
    """CREATE FUNCTION guanxi_tell_of_published_run() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('guanxi_jobs', COALESCE(NEW.run_id, OLD.run_id)::text); RETURN NULL; END $$""",
    f"""CREATE TRIGGER tell_of_job AFTER INSERT OR UPDATE OF {TOLD_COLUMNS} ON jobs
    FOR EACH ROW EXECUTE FUNCTION guanxi_tell_of_job()""",
    """CREATE TRIGGER tell_of_published_run AFTER INSERT OR UPDATE OR DELETE ON published_runs
    FOR EACH ROW EXECUTE FUNCTION guanxi_tell_of_published_run()""",
)


def upgrade() -> None:
    op.create_table(
        "failed_sign_ins",
        sa.Column("address_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_failed_sign_ins"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in TRIGGERS:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table in (("job", "jobs"), ("published_run", "published_runs")):
            op.execute(f"DROP TRIGGER tell_of_{name} ON {table}")
            op.execute(f"DROP FUNCTION guanxi_tell_of_{name}()")
    op.drop_table("failed_sign_ins")
