"""`joined`: a field that shows a row of another table, found by any condition, in the same statement as the row it belongs to.

This is how what an analysis found about a customer becomes part of the customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table
from strawberry.types.arguments import StrawberryArgument

from schema.directives import PiiLevel
from schema.querying.declare import Column, Declaration, Source, make, named, table_of
from schema.querying.inputs import Operand

Match = Callable[[FromClause, FromClause, Operand], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Joined(Declaration):
    """At most one row of `table`: the one for which `match(here, there, operand)` holds. The field's type is made of `columns`, by
    the Python names of its fields; or it is the declared type that the foreign key `via` leads to; or the table's own type."""

    table: Table
    match: Match
    columns: Mapping[str, Declaration] | None = None
    via: str | None = None

    @property
    def present(self) -> str:
        """A column that is NULL only where there is no row."""
        return next(iter(self.table.primary_key)).name


def joined(row: Any, match: Match, description: str, *, columns: Mapping[str, Source | Declaration] | None = None,
           via: Source | None = None, type_: Any = None, arguments: Sequence[StrawberryArgument] = (), requires: Sequence[str] = (),
           pii: PiiLevel | None = None, cost: int = 1) -> Any:
    """A row of `row`'s table, or null.

    `match(here, there, operand)` gives the condition between the row that has the field and the row that is shown; it must hold for
    at most one. `operand.parameter("runId", type_)` is the field's argument as a bound parameter, NULL when it was not given.
    `columns` says for each field of the type, by its Python name, where it comes from: a column of `row`, or a declaration over its
    table, such as `One(column="run_id")`. `type_` is the field's type where no annotation says it.
    """
    own = None if columns is None else {name: plain(source) for name, source in columns.items()}
    declaration = Joined(table=table_of_row(row), match=match, columns=own, via=named(via), requires=tuple(requires))
    return make(declaration, description, cost=cost, pii=pii, arguments=arguments, type_=type_)


def plain(source: Source | Declaration) -> Declaration:
    return source if isinstance(source, Declaration) else Column(name=source.key, table=table_of(source))


def table_of_row(row: Any) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table
