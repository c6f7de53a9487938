"""The scale: every plugin that ships stands at its top, and each check finds what it is there to find."""

import re
from pathlib import Path

import pytest

from guanxi.testing import Level, Scale, check_plugin
from plugins.finding import installed
from tests.guanxi import small_plugin
from tests.plugins.fakes import HEAD, LUCK, plugin_file, write

SMALL = Path(small_plugin.__file__).read_text()
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None
REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

def upgrade():
    op.create_table("small_luck",
        sa.Column("run_id", REFERENCE, nullable=False), sa.Column("customer_id", REFERENCE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False), sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_small_luck"),
        sa.ForeignKeyConstraint(["run_id"], ["jobs.id"], name="fk_small_luck_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_small_luck_customer_id", ondelete="CASCADE"))
    op.create_index("ix_small_luck_customer_id", "small_luck", ["customer_id"])

def downgrade():
    op.drop_table("small_luck")
"""
BUNDLED = [pytest.param(one.name, marks=() if one.name == "graph" else pytest.mark.slow) for one in installed() if one.bundled]

PARAMETERS = {  # where the smallest input says nothing
    # No other plugin is there that would bring features.
    "propensity": {"target": {"productId": "p_4"}, "windowDays": 60, "windows": 8, "features": [], "seed": 1},
    "ruleMining": {"minimumSupport": 0.05},
    "satisfaction": {"surveyId": "sv_1", "overallId": "sq_1", "factors": [{"attribute": "KIND"}], "minimumGroup": 2},
    "segmentation": {"features": ["behaviour.purchaseCount", "behaviour.purchaseTotal"], "algorithm": {"kMeans": {"k": 2}}},
}


def checked(folder: Path, *changes: tuple[str, str], migration: str = MIGRATION) -> Scale:
    """Of the small plugin, with some of its text changed."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    write(folder / "migrations" / "0001_luck.py", migration)
    return check_plugin(write(folder / "small.py", text))


def complaint(scale: Scale, what: str) -> str:
    finding = next(one for one in scale.findings if one.what.startswith(what))
    assert finding.holds is False, str(scale)
    return " ".join(finding.sentences)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_plugin_that_ships_is_good(name: str) -> None:
    scale = check_plugin(name, parameters=PARAMETERS)
    assert (scale.reached, scale.complaints) == (Level.GOOD, []), str(scale)


def test_the_small_plugin_is_good_and_the_scale_says_so(tmp_path: Path) -> None:
    scale = checked(tmp_path)
    assert scale.reached is Level.GOOD, str(scale)
    told = str(scale)
    assert [line for line in told.splitlines() if not line.startswith(" ")] == ["runs", "sound", "good", "small: good"]
    assert "  -   charts can be drawn in English and Chinese\n        It has no charts" in told


# Wrong in ways that do not hide each other: (what is changed, which check finds it, what it says).
SEVERAL = (
    ('REQUIRES_API = ">=1.0,<2"', 'REQUIRES_API = ">=1.0"\nimport numpy as np', [
        ("it says with which versions", "has no upper end"), ("the server stays light", "imports numpy, which the process")]),
    ("random.default_rng(start.seed)", "random.default_rng()", [("the same data and seed", "luck gave 3 different results")]),
    ('summary={"mean": float(values.mean())}', 'summary={"mean": float(values.mean()), "most": float("inf")}', [
        ("figures are finite", "summary.most is not a finite number")]),
    ("    customers = snapshot.table",
     "    if len(snapshot.table('customers')) < 2:\n        raise KeyError('one')\n    customers = snapshot.table", [
        ("empty, single and disconnected", "luck on single data: KeyError: 'one'")]),
    ('memory=64.0 * rows, seconds=1e-6 * rows', 'memory=64.0, seconds=1.0', [("estimates are numbers", "does not grow with the data")]),
    ('title_zh="运气"', 'title_zh="Luck"', [("labels are in", "The analysis luck has no title in Chinese")]),
    ("def check(settings: Settings) -> list[Problem]:", "def check(settings):", [("it says what it is for", "check has no types")]),
    ("    seed: int = strawberry.field(",
     "    most: int = strawberry.field(default=5, description='Any.')\n    seed: int = strawberry.field(", [
        ("parameters have bounds", "luck.most takes any number")]),
    ('{Customer: {"luck": LUCK.field}}', '''{Customer: {"luck": LUCK.field, "slow": computed(slow, "Slow.", type_=int | None)}}


async def slow(context: Any, ids: Any) -> Any:
    import time
    from schema.querying.reading import question
    from sqlalchemy import select
    time.sleep(0.15)
    for number in ids:
        await question(select(LuckRow.customer_id).where(LuckRow.customer_id == number), context.dialect).ask(context, {})
    return {}''', [("a page of customers", "slow takes 2 statements for one customer and 14 for a page"),
                   ("nobody waits", "Everybody else waits for")]),
)


def test_each_check_finds_what_is_wrong(tmp_path: Path) -> None:
    changes = [(old, new) for old, new, said in SEVERAL if said]
    imports = ("from guanxi import (\n", "from guanxi import (\n    computed,\n")
    wrong = MIGRATION.replace('    op.drop_table("small_luck")', "    pass").replace('sa.Column("rank", sa.Integer(), nullable=False)',
                                                                                 'sa.Column("rank", sa.Integer())')
    scale = checked(tmp_path, *changes, imports, migration=wrong)
    for *_, expected in SEVERAL:
        for what, words in expected:
            assert words in complaint(scale, what)
    assert "models and its migrations differ" in complaint(scale, "its tables are its own")
    assert "Going down leaves small_luck behind" in complaint(scale, "its migrations go up")
    assert scale.reached is None


def test_a_field_that_fails_a_key_that_fails_and_what_stays_of_somebody(tmp_path: Path) -> None:
    text = LUCK.replace("    return {number", "    raise KeyError(1)\n    return {number") + """
@hook
def orders():
    return [Order(Customer, "luck", lambda row, _: row.c.nothing, "By luck.")]
"""
    scale = check_plugin(plugin_file(tmp_path, text))
    said = complaint(scale, "its fields, filters and orders answer")
    assert "isLucky: PLUGIN_ERROR" in said
    assert "luck: PLUGIN_ERROR" in said


def test_rows_that_outlive_their_customer_are_found(tmp_path: Path) -> None:
    loose = re.sub(r"\n        sa.ForeignKeyConstraint\(.*", "", MIGRATION).replace('name="pk_small_luck"),', 'name="pk_small_luck"))')
    assert "CASCADE" not in loose
    scale = checked(tmp_path, migration=loose)
    assert "small_luck still has rows of what was erased from customers" in complaint(scale, "erasing a customer")


def test_what_does_not_load_goes_no_further(tmp_path: Path) -> None:
    scale = check_plugin(plugin_file(tmp_path, "1 / 0"))
    assert [one.what for one in scale.findings] == ["it loads, and fits the interface"]
    assert (scale.reached, scale.complaints) == (None, ["FAILED. It cannot be imported: ZeroDivisionError: division by zero."])
    scale = check_plugin(plugin_file(tmp_path, LUCK, name="newer", head=HEAD.replace(">=1.0,<2", ">=2,<3")))
    assert scale.complaints[0].startswith("INCOMPATIBLE. It was written for version >=2,<3 of the plugin interface, and this is 1.0")
    with pytest.raises(LookupError, match="There is no plugin nosuch"):
        check_plugin("nosuch")
