"""What the documentation says is run: every GraphQL example, on the demo data."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schema.context import Caller, Context
from schema.permissions import PERMISSIONS
from schema.roots import build_schema
from server.database import Database, open_database
from tests.databases import copied_sqlite

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [(page.relative_to(ROOT).as_posix(), text) for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
            for text in re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL)]


@pytest.fixture(scope="module")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from server import demo

    path = tmp_path_factory.mktemp("docs") / "demo.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    demo.load(database, lambda _: None)
    database.engine.dispose()
    return path


@pytest.fixture
async def demo_database(demo_template: Path, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    database = open_database(copied_sqlite(demo_template, tmp_path))
    yield database
    await database.close()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 7


@pytest.mark.parametrize(("page", "text"), EXAMPLES)
async def test_example(page: str, text: str, demo_database: Database) -> None:
    async with demo_database.reader() as reader:
        context = Context(reader, demo_database.writer, Caller("staff:1", frozenset(PERMISSIONS), staff_id=1), dialect="sqlite")
        result = await build_schema("sqlite").execute(text, context_value=context)
    assert not result.errors, page
    assert result.data
    assert all(answer is not None for answer in result.data.values()), page
    payloads = [answer for answer in result.data.values() if isinstance(answer, dict) and "userErrors" in answer]
    assert not any(payload["userErrors"] for payload in payloads), page
