"""Keeping the name index in step with the names. Only what changed is written."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert

from schema.customers.models import NameGramRow
from schema.customers.names import grams

Renamed = tuple[int, str, str]  # a customer's number, and its normalised name before (empty: none) and now


def reindex(connection: Connection, renamed: Iterable[Renamed]) -> None:
    gone, new = set(), set()
    for number, before, now in renamed:
        old, wanted = grams(before), grams(now)
        gone |= {(gram, number) for gram in old - wanted}
        new |= {(gram, number) for gram in wanted - old}
    if gone:
        statement = delete(NameGramRow).where(NameGramRow.gram == bindparam("old_gram"), NameGramRow.customer_id == bindparam("number"))
        connection.execute(statement, [{"old_gram": gram, "number": number} for gram, number in sorted(gone)])
    if new:
        connection.execute(insert(NameGramRow), [{"gram": gram, "customer_id": number} for gram, number in sorted(new)])
