"""What the database works out, against the same with Python's sets: laws on small invented worlds."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.context import SYSTEM
from schema.customers.models import CustomerKind
from schema.relationships import shared_purchases
from schema.relationships.derive_inputs import DeriveWeighting
from schema.relationships.models import RelationshipKindRow
from schema.relationships.shared_purchases import PAIRS, Question
from server.database import Database
from tests.schema.relationships.purchases import Line, expected, store

START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
EVERYBODY = RelationshipKindRow(from_person=True, from_organization=True, to_person=True, to_organization=True)
PERSON_TO_FIRM = RelationshipKindRow(from_person=True, from_organization=False, to_person=False, to_organization=True)



def line(invoice: int, customer: int | None, product: int, quantity: int, after: int) -> Line:
    name = f"{'C' if quantity < 0 else ''}{invoice}-{customer}"
    return Line(name, customer, product, quantity, START + datetime.timedelta(hours=after))


some_lines = st.lists(st.builds(line, st.integers(1, 5), st.none() | st.integers(1, 5), st.integers(1, 4), st.integers(-2, 3).filter(bool),
                                st.integers(0, 25).map(lambda many: many * 400)), max_size=30)
hours = st.none() | st.integers(0, 30).map(lambda many: many * 400)
slowly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def pairs(database: Database, lines: Sequence[Line], question: Question, *, most: int | None = None,
          kinds: dict[int, CustomerKind] | None = None) -> dict[tuple[int, int], tuple[float, int, int]]:
    """(weight, evidence, first second shared) by pair, worked out in a transaction that leaves nothing behind."""
    with Session(database.engine) as session:
        work = Change(SYSTEM, "store")
        work.begin(session)
        store(lines, kinds)(work)
        session.flush()
        connection = session.connection()
        with shared_purchases.tables(connection):
            shared_purchases.fill_bought(connection, question)
            if most is not None:
                shared_purchases.leave_out_crowded(connection, most)
            shared_purchases.bought_is_complete(connection, question)
            shared_purchases.fill_pairs(connection, question)
            found = connection.execute(select(PAIRS)).all()
        session.rollback()
    return {(row.from_id, row.to_id): (row.weight, row.evidence_count, row.first_at) for row in found}


def moment(after: int | None) -> datetime.datetime | None:
    return None if after is None else START + datetime.timedelta(hours=after)


@slowly
@given(lines=some_lines, minimum=st.integers(1, 3), begin=hours, end=hours, most=st.none() | st.integers(2, 4))
def test_the_database_agrees_with_sets(database: Database, lines: list[Line], minimum: int, begin: int | None, end: int | None,
                                       most: int | None) -> None:
    wanted = expected(lines, minimum, begin=moment(begin), end=moment(end), most=most)
    for weighting, name in zip(DeriveWeighting, ("count", "jaccard", "recency"), strict=True):
        found = pairs(database, lines, Question(moment(begin), moment(end), minimum, weighting, EVERYBODY), most=most)
        assert found.keys() == wanted.keys()
        for pair, (weight, evidence, first) in found.items():
            assert (evidence, first) == (wanted[pair].count, int(wanted[pair].since.timestamp()))
            assert weight == pytest.approx(getattr(wanted[pair], name), rel=0, abs=1e-8)


@slowly
@given(lines=some_lines, minimum=st.integers(1, 3))
def test_ties_are_mutual_rest_on_enough_and_weigh_within_bounds(database: Database, lines: list[Line], minimum: int) -> None:
    mirrored = [replace(one, customer=one.customer and 6 - one.customer) for one in lines]
    for weighting in DeriveWeighting:
        question = Question(None, None, minimum, weighting, EVERYBODY)
        found, reflected = pairs(database, lines, question), pairs(database, mirrored, question)
        assert {(6 - to, 6 - from_): tie for (from_, to), tie in reflected.items()} == found
        assert all(from_ < to and evidence >= minimum for (from_, to), (_, evidence, _) in found.items())
        assert all(0 < weight <= (1 if weighting is DeriveWeighting.JACCARD else evidence) for weight, evidence, _ in found.values())


def test_who_may_not_be_tied_by_the_kind_is_not(database: Database) -> None:
    at = START
    lines = [Line(str(customer), customer, product, 1, at) for customer in (1, 2, 3, 4) for product in (1, 2)]
    kinds = {1: CustomerKind.ORGANIZATION, 3: CustomerKind.ORGANIZATION}
    found: Any = pairs(database, lines, Question(None, None, 2, DeriveWeighting.COUNT, PERSON_TO_FIRM), kinds=kinds)
    assert sorted(found) == [(1, 2), (1, 4), (2, 3), (3, 4)]
    assert len(pairs(database, lines, Question(None, None, 2, DeriveWeighting.COUNT, EVERYBODY), kinds=kinds)) == 6
