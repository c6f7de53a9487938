"""${message}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "${up_revision}"
down_revision = ${f'"{down_revision}"' if down_revision else None}
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
SCALED = sa.BigInteger()  # money and quantities, in ten-thousandths
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
