"""The plugin's tables come and go beside the core's, with rows in place, and are what the models say."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.recommend import storage
from plugins.recommend.models import CustomerRecommendationRow, ProductRecommendationRow, ViaRow
from schema.commerce.models import ProductRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database
from server.revisions import plugin_owner

RECOMMEND = plugin_owner("recommend", storage())
FIRST = 7 * 2**32


def rows() -> list[object]:
    people = [CustomerRow(id=id_, kind=CustomerKind.PERSON, name="李伟", search_name="李伟") for id_ in (1, 2)]
    goods = [ProductRow(id=id_, sku=f"S{id_}", name="茶") for id_ in (1, 2)]
    shared = {"run_id": 7, "customer_id": 1, "position": 1, "score": 1.0, "support": 1}
    return [*people, *goods, JobRow(id=7, kind="recommendation", status=JobStatus.SUCCEEDED, plugin="recommend"),
            ProductRecommendationRow(**shared, product_id=1, id=FIRST, method="ITEM_NEIGHBOURS", because_id=2),
            CustomerRecommendationRow(**shared, other_id=2, id=FIRST + 1, method="USER_NEIGHBOURS"),
            ViaRow(run_id=7, recommendation_id=FIRST, via_id=2, position=1)]


def filled(database: Database) -> None:
    with Session(database.engine) as session:
        for row in rows():
            session.add(row)
            session.flush()
        session.commit()


def counts(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(row)).scalar_one()
                for row in (ProductRecommendationRow, CustomerRecommendationRow, ViaRow)]


def test_they_come_and_go(database: Database) -> None:
    migrations.upgrade(database, RECOMMEND)
    assert migrations.differences(database, RECOMMEND) == migrations.differences(database) == []
    filled(database)
    migrations.downgrade(database, "base", RECOMMEND)
    migrations.upgrade(database, RECOMMEND)
    assert counts(database) == [0, 0, 0]


def test_results_go_with_customers_products_and_the_run(database: Database) -> None:
    migrations.upgrade(database, RECOMMEND)
    cases: list[tuple[Any, int, list[int]]] = [(CustomerRow, 2, [1, 0, 0]), (ProductRow, 2, [0, 1, 1]), (JobRow, 7, [0, 0, 0])]
    for row, gone, left in cases:
        filled(database)
        with database.engine.begin() as connection:
            connection.execute(delete(row).where(row.id == gone))
        assert counts(database) == left
        with database.engine.begin() as connection:
            for each in (JobRow, CustomerRow, ProductRow):
                connection.execute(delete(each))
