"""The plugin's tables come and go beside the core's, with rows in place, and are what the models say."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.rules import storage
from plugins.rules.models import ItemRow, ItemsetRow, RuleRow
from schema.commerce.models import ProductRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

RULES = plugin_owner("rules", storage())
FIRST = 7 * 2**32


def rows() -> list[object]:
    measured = {"count": 2, "support": 0.5, "confidence": 0.7, "lift": 1.1, "leverage": 0.01, "conviction": None, "gain": 0.1,
                "p_value": 0.0, "adjusted_p_value": 0.0}
    return [ProductRow(id=1, sku="A", name=""), JobRow(id=7, kind="ruleMining", status=JobStatus.SUCCEEDED, plugin="rules"),
            ItemsetRow(run_id=7, id=FIRST, size=1, count=2, support=0.5, closed=True, maximal=False),
            ItemRow(run_id=7, itemset_id=FIRST, position=0, product_id=1),
            ItemRow(run_id=7, itemset_id=FIRST + 1, position=0, category="茶"),
            RuleRow(run_id=7, id=FIRST, antecedent_id=FIRST, consequent_id=FIRST + 1, **measured)]


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in rows():
            session.add(row)
            session.flush()
        session.commit()


def counts(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(row)).scalar_one() for row in (ItemsetRow, ItemRow, RuleRow)]


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, RULES)
    assert migrations.differences(database, RULES) == migrations.differences(database) == []
    filled(database)
    migrations.downgrade(database, "base", RULES)
    migrations.upgrade(database, RULES)
    assert counts(database) == [0, 0, 0]


def test_results_go_with_the_product_and_with_the_run(database: Database) -> None:
    migrations.upgrade(database, RULES)
    filled(database)
    with database.engine.begin() as connection:
        connection.execute(delete(ProductRow))
    assert counts(database) == [1, 1, 1]
    with database.engine.begin() as connection:
        connection.execute(delete(JobRow))
    assert counts(database) == [0, 0, 0]
