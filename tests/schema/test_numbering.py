"""Numbers that are never given twice."""

from sqlalchemy import delete, select

from schema.changes.change import Change, change
from schema.commerce.models import ProductRow
from schema.context import SYSTEM
from schema.numbering import new_ids
from schema.rows import Row
from server.database import Database


def test_the_number_of_a_row_that_is_gone_is_not_given_again(database: Database) -> None:
    def add(work: Change) -> dict[str, int]:
        row = ProductRow(sku="A", name="A")
        work.session.add(row)
        work.session.flush()
        return {"id": row.id}

    def remove(work: Change) -> dict[str, int]:
        work.session.delete(work.session.scalars(select(ProductRow)).one())
        return {}

    first = change(database.engine, SYSTEM, "add", add)["id"]
    change(database.engine, SYSTEM, "remove", remove)
    assert change(database.engine, SYSTEM, "add", add)["id"] > first
    with database.engine.begin() as connection:
        connection.execute(delete(ProductRow))
        assert new_ids(connection, Row.metadata.tables["products"], 2)[0] > first + 1


def test_numbers_for_many_rows_ascend(database: Database) -> None:
    with database.engine.begin() as connection:
        assert new_ids(connection, Row.metadata.tables["products"], 3) == [1, 2, 3]
