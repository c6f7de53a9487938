"""The law of the name index: after any sequence of changes it holds just the grams of the names that there are."""


import strawberry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from strawberry import Some

from schema import ids
from schema.changes.change import change
from schema.context import SYSTEM
from schema.customers.changing import create_customer, update_customer
from schema.customers.inputs import CustomerCreateInput, CustomerDetailsInput, CustomersUpsertInput, CustomerUpdateInput, PersonDetailsInput
from schema.customers.models import CustomerRow, NameGramRow
from schema.customers.names import grams, normalise
from schema.customers.queries import ExternalIdInput
from schema.customers.upserting import Upsert
from server.database import Database

LETTERS = "王伟aAbＢß\u0130ﬁ ́ ﷺ\u3000"  # folding, widening and shrinking ones, and space
names = st.text(LETTERS, min_size=1, max_size=8).filter(lambda name: name.strip())
steps = st.lists(st.tuples(st.sampled_from(["create", "update", "upsert"]), st.integers(0, 4), names), min_size=1, max_size=8)


def new(name: str, external_id: str | None = None) -> CustomerCreateInput:
    known_as = [ExternalIdInput(source="s", value=external_id)] if external_id else None
    return CustomerCreateInput(name=name, details=CustomerDetailsInput(person=Some(PersonDetailsInput())), external_ids=Some(known_as))


def take(database: Database, made: list[int], step: str, which: int, name: str) -> None:
    """One change of the name of one customer, or a new customer."""
    if step == "upsert":
        upsert = Upsert(CustomersUpsertInput(match_on=["externalId"], rows=[new(name, str(which)), new(name[::-1], str(which + 1))]))
        made += change(database.engine, SYSTEM, step, upsert.perform)["customers"]
    elif step == "create" or not made:
        made.append(change(database.engine, SYSTEM, step, lambda work: create_customer(work, new(name)))["customer"])
    else:
        wanted = CustomerUpdateInput(id=strawberry.ID(ids.encode("c", made[which % len(made)])), name=Some(name))
        change(database.engine, SYSTEM, step, lambda work: update_customer(work, wanted))


@given(steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_holds_the_grams_of_the_names(database: Database, sequence: list[tuple[str, int, str]]) -> None:
    with Session(database.engine) as session, session.begin():
        session.execute(delete(CustomerRow))
    made: list[int] = []
    for step in sequence:
        take(database, made, *step)
    with Session(database.engine) as session:
        rows = session.scalars(select(CustomerRow)).all()
        assert [row.search_name for row in rows] == [normalise(row.name) for row in rows]
        found = {(row.customer_id, row.gram) for row in session.scalars(select(NameGramRow))}
    assert found == {(row.id, gram) for row in rows for gram in grams(row.search_name)}
