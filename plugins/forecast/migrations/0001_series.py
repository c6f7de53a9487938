"""Series that were continued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
SUBJECTS = {"customer_id": "customers", "product_id": "products", "segment_id": "segments"}


def text() -> TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "forecast_series",
        sa.Column("run_id", REFERENCE, nullable=False),
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target", text(), nullable=False),
        *[sa.Column(name, REFERENCE, nullable=True) for name in SUBJECTS],
        sa.Column("category", text(), nullable=True),
        sa.Column("grain", text(), nullable=False),
        sa.Column("first_period", sa.Integer(), nullable=False),
        sa.Column("next_period", sa.Integer(), nullable=False),
        sa.Column("history", text(), nullable=False),
        sa.Column("model", text(), nullable=False),
        sa.Column("form", text(), nullable=True),
        sa.Column("naive_wins", sa.Boolean(), nullable=True),
        sa.Column("fallback", text(), nullable=True),
        sa.Column("points", text(), nullable=False),
        sa.Column("scores", text(), nullable=False),
        *[sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_forecast_series_{name}", ondelete="CASCADE")
          for name, table in {"run_id": "jobs", **SUBJECTS}.items()],
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_forecast_series"),
        sa.UniqueConstraint("id", name="uq_forecast_series_id"),
    )
    for name in SUBJECTS:
        op.create_index(f"ix_forecast_series_{name}_run_id", "forecast_series", [name, "run_id"])


def downgrade() -> None:
    op.drop_table("forecast_series")
