"""Reading, and what stays true while it happens."""

from server.database import Database


async def test_a_reader_reads(database: Database) -> None:
    async with database.reader() as reader:
        mark = "?" if database.dialect == "sqlite" else "%s"
        assert await reader.fetch(f"SELECT key, name_zh FROM roles WHERE key = {mark}", ("admin",)) == [("admin", "管理员")]


async def test_a_migrated_database_is_ready(database: Database) -> None:
    assert await database.ready() is None
