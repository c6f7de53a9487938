"""Where a page begins when it is in the order of another table's rows: that table's own index is told."""

import pytest
from sqlalchemy import Column, Float, Integer, MetaData, Table

from schema.querying.keyset import SortKey, beyond

THINGS = Table("things", MetaData(), Column("id", Integer))
SCORES = Table("scores", MetaData(), Column("value", Float))


@pytest.mark.parametrize(("descending", "backwards", "start"), [
    (True, False, "scores.value <= "), (True, True, "scores.value >= "), (False, False, "scores.value >= "),
    (False, True, "scores.value <= ")])
def test_the_index_of_scores_starts_at_the_cursor(descending: bool, backwards: bool, start: str) -> None:
    """PostgreSQL cannot look for values of two tables in one index: it went through all pages before."""
    keys = [SortKey(SCORES.c.value, descending, nullable=False, beside=True), SortKey(THINGS.c.id, descending, nullable=False)]
    found = str(beyond(keys, (0.5, 7), backwards))
    assert found.startswith(start)
    assert f"(scores.value, things.id) {start.split()[1][0]} (" in found


def test_an_index_with_all_keys_needs_no_more() -> None:
    keys = [SortKey(THINGS.c.id, descending=False, nullable=False), SortKey(THINGS.c.id, descending=False, nullable=False)]
    assert str(beyond(keys, (1, 7), backwards=False)).startswith("(things.id, things.id) > (")
