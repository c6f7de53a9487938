"""The plugin's table comes and goes beside the core's, with rows in place, and is what the model says."""

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.forecast import storage
from plugins.forecast.models import SeriesRow
from schema.commerce.models import ProductRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from schema.marketing.models import SegmentKind, SegmentRow
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

FORECAST = plugin_owner("forecast", storage())
TOLD = {"run_id": 7, "target": "AMOUNT", "grain": "WEEK", "first_period": 2900, "next_period": 2910, "history": "[1.0]", "model": "NAIVE",
        "naive_wins": True, "points": "{}", "scores": "[]"}


def rows() -> list[object]:
    return [CustomerRow(id=1, kind=CustomerKind.PERSON, name="李伟", search_name="李伟"), ProductRow(id=2, sku="T", name="茶"),
            SegmentRow(id=3, name="常客", kind=SegmentKind.STATIC),
            JobRow(id=7, kind="forecast", status=JobStatus.SUCCEEDED, plugin="forecast"),
            SeriesRow(id=1, position=1, customer_id=1, **TOLD), SeriesRow(id=2, position=2, product_id=2, **TOLD),
            SeriesRow(id=3, position=3, segment_id=3, **TOLD)]


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in rows():
            session.add(row)
            session.flush()
        session.commit()


def count(database: Database) -> int:
    with database.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(SeriesRow)).scalar_one()


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, FORECAST)
    assert migrations.differences(database, FORECAST) == migrations.differences(database) == []
    filled(database)
    assert count(database) == 3
    migrations.downgrade(database, "base", FORECAST)
    migrations.upgrade(database, FORECAST)
    assert count(database) == 0


@pytest.mark.parametrize(("table", "left"), [(CustomerRow, 2), (ProductRow, 2), (SegmentRow, 2), (JobRow, 0)])
def test_a_series_goes_with_what_it_is_about_and_with_the_run(database: Database, table: type, left: int) -> None:
    migrations.upgrade(database, FORECAST)
    filled(database)
    with database.engine.begin() as connection:
        connection.execute(delete(table))
    assert count(database) == left
