"""The plugin's tables come and go beside the core's, with rows in place, and are what the models say."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.graph import storage
from plugins.graph.models import CommunityRow, MemberRow, ScoreRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

GRAPH = plugin_owner("graph", storage())
COMMUNITY = 7 * 2**32


def rows() -> list[object]:
    return [CustomerRow(id=1, kind=CustomerKind.PERSON, name="李伟", search_name="李伟"),
            JobRow(id=7, kind="graphMetrics", status=JobStatus.SUCCEEDED, plugin="graph"),
            ScoreRow(run_id=7, metric="pageRank", customer_id=1, value=1.0, rank=1, percentile=100.0),
            CommunityRow(run_id=7, id=COMMUNITY, number=0, size=1), MemberRow(run_id=7, customer_id=1, community_id=COMMUNITY)]


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in rows():
            session.add(row)
            session.flush()
        session.commit()


def counts(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(row)).scalar_one() for row in (ScoreRow, CommunityRow, MemberRow)]


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, GRAPH)
    assert migrations.differences(database, GRAPH) == migrations.differences(database) == []
    filled(database)
    migrations.downgrade(database, "base", GRAPH)
    migrations.upgrade(database, GRAPH)
    assert counts(database) == [0, 0, 0]


def test_results_go_with_the_customer_and_with_the_run(database: Database) -> None:
    migrations.upgrade(database, GRAPH)
    filled(database)
    with database.engine.begin() as connection:
        connection.execute(delete(CustomerRow))
    assert counts(database) == [0, 1, 0]
    with database.engine.begin() as connection:
        connection.execute(delete(JobRow))
    assert counts(database) == [0, 0, 0]
