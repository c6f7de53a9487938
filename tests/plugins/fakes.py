"""Plugins for tests: as files, and as distributions that look installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plugins.finding import installed
from plugins.manager import Choices, Plugins
from schema.extending.catalogue import KnownPlugin, PluginStatus

SHIPPED = tuple(one.name for one in installed() if one.bundled)
HEAD = 'from guanxi import *\nREQUIRES_API = ">=1.0,<2"\n'
LUCK = """
async def lucky(context, ids):
    return {number: number % 7 == 0 for number in ids}

@hook
def fields():
    return {Customer: {"is_lucky": computed(lucky, "Whether the customer's number is lucky.", type_=bool | None)}}
"""
TABLES = """
from pathlib import Path
from sqlalchemy.orm import DeclarativeBase, Mapped

class Tables(PluginRow, DeclarativeBase):
    pass

class LuckRow(Tables):
    __tablename__ = "luck_scores"
    run_id: Mapped[int] = run_key()
    customer_id: Mapped[int] = customer_key()
    value: Mapped[float]

@hook
def storage():
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")
"""
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None

def upgrade():
    op.create_table("luck_scores",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_luck_scores"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_luck_scores_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_luck_scores_customer_id", ondelete="CASCADE"))
    op.create_index("ix_luck_scores_customer_id", "luck_scores", ["customer_id"])

def downgrade():
    op.drop_table("luck_scores")
"""


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def plugin_file(folder: Path, text: str = LUCK, *, name: str = "luck", head: str = HEAD) -> str:
    """The path of a plugin that is one file."""
    return write(folder / f"{name}.py", head + text)


def plugin_with_tables(folder: Path, more: str = "") -> str:
    """A plugin with a table and the migration that makes it: what `--plugin` takes."""
    write(folder / "migrations" / "0001_scores.py", MIGRATION)
    return plugin_file(folder, TABLES + more)


@contextmanager
def distribution(folder: Path, text: str = LUCK, *, name: str = "luck", head: str = HEAD, entries: str | None = None) -> Iterator[Path]:
    """While open, a distribution guanxi-NAME 2.5 with the module NAME_plugin is on the path."""
    module = f"{name}_plugin"
    write(folder / f"{module}.py", head + text)
    information = folder / f"guanxi_{name}-2.5.dist-info"
    write(information / "METADATA", f"Metadata-Version: 2.1\nName: guanxi-{name}\nVersion: 2.5\n")
    write(information / "entry_points.txt", entries or f"[guanxi.plugins]\n{name} = {module}\n")
    sys.path.insert(0, str(folder))
    try:
        yield folder
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(module, None)


def plugins(*load: str, **choices: object) -> Plugins:
    return Plugins(Choices(load=load, **choices))  # type: ignore[arg-type]


def found(made: Plugins, name: str = "luck") -> KnownPlugin:
    known = made.catalogue().plugin(name)
    assert known is not None
    return known


def reason(made: Plugins, name: str = "luck", status: PluginStatus = PluginStatus.FAILED) -> str:
    """Why a plugin does not serve."""
    known = found(made, name)
    assert (known.status, name in [one.plugin.name for one in made.serving]) == (status, False)
    assert known.reason
    return known.reason
