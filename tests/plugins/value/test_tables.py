"""The plugin's tables come and go beside the core's, with rows in place, and are what the models say."""

from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.value import storage
from plugins.value.models import LifetimeRow, RfmRow, ScoreRow
from plugins.value.rfm.segments import RfmSegment
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

VALUE = plugin_owner("value", storage())


def rows() -> list[object]:
    return [CustomerRow(id=1, kind=CustomerKind.PERSON, name="李伟", search_name="李伟"),
            JobRow(id=7, kind="rfm", status=JobStatus.SUCCEEDED, plugin="value"),
            RfmRow(run_id=7, customer_id=1, recency_days=3, frequency=2, monetary=Decimal("12.5"), currency="CNY", recency_score=5,
                   frequency_score=4, monetary_score=1, segment=RfmSegment.CHAMPIONS),
            ScoreRow(run_id=7, metric="churnRisk", customer_id=1, value=0.5, rank=1, percentile=100.0),
            LifetimeRow(run_id=7, customer_id=1, value=Decimal("99.95"), currency="CNY", rank=1, percentile=100.0)]


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in rows():
            session.add(row)
            session.flush()
        session.commit()


def counts(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(row)).scalar_one() for row in (RfmRow, ScoreRow, LifetimeRow)]


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, VALUE)
    assert migrations.differences(database, VALUE) == migrations.differences(database) == []
    filled(database)
    assert counts(database) == [1, 1, 1]
    migrations.downgrade(database, "base", VALUE)
    migrations.upgrade(database, VALUE)
    assert counts(database) == [0, 0, 0]


def test_results_go_with_the_customer_and_with_the_run(database: Database) -> None:
    migrations.upgrade(database, VALUE)
    for table in (CustomerRow, JobRow):
        filled(database)
        with database.engine.begin() as connection:
            connection.execute(delete(table))
        assert counts(database) == [0, 0, 0]
        with database.engine.begin() as connection:
            connection.execute(delete(JobRow))
            connection.execute(delete(CustomerRow))
