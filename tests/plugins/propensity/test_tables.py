"""The plugin's tables come and go beside the core's, with rows in place, and are what the models say."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.propensity import storage
from plugins.propensity.models import ModelRow, ScoreRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

PROPENSITY = plugin_owner("propensity", storage())


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in (CustomerRow(id=1, kind=CustomerKind.PERSON, name="李伟", search_name="李伟"),
                    JobRow(id=7, kind="propensity", status=JobStatus.SUCCEEDED, plugin="propensity"),
                    ScoreRow(run_id=7, customer_id=1, value=0.5, rank=1, percentile=100.0), ModelRow(run_id=7, content="{}")):
            session.add(row)
            session.flush()
        session.commit()


def counts(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(row)).scalar_one() for row in (ScoreRow, ModelRow)]


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, PROPENSITY)
    assert migrations.differences(database, PROPENSITY) == migrations.differences(database) == []
    filled(database)
    assert counts(database) == [1, 1]
    migrations.downgrade(database, "base", PROPENSITY)
    migrations.upgrade(database, PROPENSITY)
    assert counts(database) == [0, 0]


def test_results_go_with_the_customer_and_with_the_run(database: Database) -> None:
    migrations.upgrade(database, PROPENSITY)
    filled(database)
    with database.engine.begin() as connection:
        connection.execute(delete(CustomerRow))
    assert counts(database) == [0, 1]
    with database.engine.begin() as connection:
        connection.execute(delete(JobRow))
    assert counts(database) == [0, 0]
