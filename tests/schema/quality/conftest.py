"""What tests of imports share: an empty database, and a short way to import text into it and look at what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from schema.jobs.models import ImportTarget
from schema.quality.importing.job import Outcome
from schema.quality.importing.plan import Plan
from schema.quality.importing.reading import Source
from schema.quality.importing.run import run_import
from server.database import Database, open_database

# What an import may write, and in which order rows are told apart. Moments of the writing are left out.
CONTENTS = {
    "customers": "kind, name, search_name, given_name, birth_date, industry, income_amount, service_level_id, owner_id ORDER BY name, id",
    "contact_points": "channel, value, normal_value, preferred ORDER BY channel, value",
    "addresses": "line, city, region, postal_code, country, preferred ORDER BY id",
    "external_ids": "source, value ORDER BY source, value",
    "customer_tags": "name, customer_id ORDER BY customer_id, name",
    "name_grams": "gram, customer_id ORDER BY gram, customer_id",
    "relationships": "from_id, to_id, directed, sign, weight, confidence, origin ORDER BY from_id, to_id",
    "relationship_ends": "customer_id, relationship_id, other_id, direction ORDER BY customer_id, relationship_id",
    "products": "sku, name, category, price_amount, price_currency ORDER BY sku",
    "transactions": "kind, customer_id, total_amount, total_currency, source, external_id ORDER BY external_id",
    "transaction_lines": "transaction_id, position, product_id, quantity, price_amount, amount ORDER BY transaction_id, position",
    "browse_events": "customer_id, product_id, duration_seconds, source, external_id ORDER BY external_id",
    "reviews": "customer_id, product_id, score, content, purchased, source, external_id ORDER BY external_id",
    "survey_responses": "customer_id, wave, source, external_id ORDER BY external_id",
    "survey_answers": "response_id, question_id, value ORDER BY response_id, question_id",
}


@dataclass
class Importing:
    database: Database
    folder: Path

    def file(self, content: str | bytes, name: str = "data.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, target: str, content: str | bytes | Path, **plan: Any) -> Outcome:
        """Import text. `maps` and `constants` are given as {column: field} and {field: text}."""
        return self.perform(Plan(ImportTarget[target.upper()]), content, **plan)

    def perform(self, base: Plan, content: str | bytes | Path, **plan: Any) -> Outcome:
        for name in ("maps", "constants"):
            if name in plan:
                plan[name] = tuple(plan[name].items())
        encoding = plan.pop("encoding", "auto")
        path = content if isinstance(content, Path) else self.file(content)
        return run_import(self.database.engine, Source(path, encoding), Plan(**(vars(base) | plan)))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for table, columns in CONTENTS.items():
            what, _, order = columns.partition(" ORDER BY ")
            found[table] = self.rows(f"SELECT {what} FROM {table} ORDER BY {order}")
        return found

    def versions(self) -> list[str]:
        """The kinds of record that have changed so far, but for the jobs themselves."""
        return [kind for (kind,) in self.rows("SELECT kind FROM data_versions WHERE kind <> 'job' ORDER BY id")]


@pytest.fixture
def importing(database_url: str, tmp_path: Path) -> Iterator[Importing]:
    database = open_database(database_url)
    yield Importing(database, tmp_path)
    database.engine.dispose()


def faults(outcome: Outcome) -> list[tuple[int, str | None, str, str]]:
    """(line, column, code, message) of the refused rows."""
    return [(one.line, one.column, one.problem.code.name, one.problem.message) for one in outcome.rejections]
