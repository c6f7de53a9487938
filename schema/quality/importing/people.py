"""Customers by their external ids: those that are known, and those that an import has to make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from schema.customers.models import AddressRow, CustomerRow, ExternalIdRow, NameGramRow
from schema.customers.names import grams, normalise
from schema.errors import ErrorCode, Problem, problem
from schema.numbering import new_ids
from schema.quality.importing.bulk import Bulk, look_up, raw, table_of
from schema.quality.importing.work import Work

CUSTOMERS, EXTERNAL_IDS, GRAMS, ADDRESSES = map(table_of, (CustomerRow, ExternalIdRow, NameGramRow, AddressRow))
DEFAULT_KIND = "PERSON"
DEFAULT_NAME = "Customer {id}"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A customer about to be made."""

    external: str
    name: str | None = None
    kind: str | None = None
    country: str | None = None

    @property
    def full_name(self) -> str:
        return (self.name or DEFAULT_NAME).replace("{id}", self.external)[:400]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    kind: str


def unknown_customer(external: str) -> Problem:
    return problem(ErrorCode.NOT_FOUND, "import_customer", value=external)


def by_external_id(connection: Connection, source: str, externals: Iterable[str]) -> dict[str, Person]:
    query: Select[tuple[str, int, str]] = select(EXTERNAL_IDS.c.value, CUSTOMERS.c.id, raw(CUSTOMERS.c.kind)).join_from(
        EXTERNAL_IDS, CUSTOMERS).where(EXTERNAL_IDS.c.source == source)
    return {external: Person(id_, kind) for external, id_, kind in look_up(connection, query, EXTERNAL_IDS.c.value, externals)}


def known_or_new(work: Work, newcomers: Mapping[str, Newcomer]) -> dict[str, Person]:
    """The customers of these external ids. Those missing are made if the plan says so, else left out."""
    known = by_external_id(work.connection, work.plan.source, newcomers)
    if work.plan.create_missing and len(known) < len(newcomers):
        missing = [newcomer for external, newcomer in newcomers.items() if external not in known]
        known |= create(work, missing)
    return known


def create(work: Work, newcomers: Sequence[Newcomer]) -> dict[str, Person]:
    ids = new_ids(work.bulk.connection, CUSTOMERS, len(newcomers))
    people = [Person(id_, newcomer.kind or DEFAULT_KIND) for id_, newcomer in zip(ids, newcomers, strict=True)]
    names = [newcomer.full_name for newcomer in newcomers]
    work.bulk.insert(CUSTOMERS, ("id", "kind", "name", "search_name", "revision", "created_at", "updated_at"),
                     ((person.id, person.kind, name, normalise(name), 1, work.now, work.now)
                      for person, name in zip(people, names, strict=True)))
    index_names(work.bulk, zip(ids, names, strict=True))
    link(work, ((person.id, newcomer.external) for person, newcomer in zip(people, newcomers, strict=True)))
    work.bulk.insert(ADDRESSES, ("customer_id", "country", "preferred"),
                     ((person.id, newcomer.country, True) for person, newcomer in zip(people, newcomers, strict=True) if newcomer.country))
    work.wrote("customer", len(people))
    return {newcomer.external: person for newcomer, person in zip(newcomers, people, strict=True)}


def link(work: Work, ids: Iterable[tuple[int, str]]) -> None:
    """Record under which external ids the customers are known."""
    work.bulk.insert(EXTERNAL_IDS, ("customer_id", "source", "value"), ((id_, work.plan.source, external) for id_, external in ids))


def index_names(bulk: Bulk, names: Iterable[tuple[int, str]]) -> None:
    """Add names to the search index. The rows go in the order of its key, which both databases are quickest with."""
    bulk.insert(GRAMS, ("gram", "customer_id"), sorted((gram, id_) for id_, name in names for gram in grams(normalise(name))))
