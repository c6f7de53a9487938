"""What the plugin adds to customers: fields, and keys to filter and sort by."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import FromClause, Table, and_, exists, not_, select
from sqlalchemy.sql import ColumnElement

from guanxi import (
    Customer,
    EdgeDirection,
    Filter,
    IdFilter,
    OpaqueId,
    Order,
    argument,
    computed,
    given_or_published,
    joined,
    published,
    run_argument,
    score,
)
from plugins.graph.degree import degree
from plugins.graph.metrics.scores import READ, SCORES
from plugins.graph.metrics.start import NAME
from plugins.graph.metrics.types import Community, Component
from plugins.graph.models import ComponentMemberRow, MemberRow, ScoreRow

MADE = {one.name: score(ScoreRow, analysis=NAME, slot=one.name, match={"metric": one.name}, requires=one.requires,
                        description=one.description) for one in SCORES}


@dataclass(frozen=True)
class GroupOf:
    """A group that a customer belongs to in a run: the field, and the filter by the group's id. `slot` is what runs answer for;
    `match` are constants that tell the rows of its kind from others of the table of members."""

    name: str
    slot: str
    row: Any
    column: Any  # leads to the group
    type_: Any
    code: str
    description: str
    match: Mapping[str, str]

    @property
    def field(self) -> Any:
        return joined(self.row, self.belongs, self.description, via=self.column, type_=self.type_ | None, arguments=[run_argument()],
                      requires=READ)

    @property
    def filter(self) -> Filter:
        return Filter(Customer, f"{self.name}Id", IdFilter, self.holds, f"By the {self.type_.__name__.lower()} that they belong to.", READ)

    def belongs(self, customer: FromClause, member: FromClause, operand: Any) -> ColumnElement[bool]:
        of_run = member.c.run_id == given_or_published(operand, NAME, self.slot)
        return and_(member.c.customer_id == customer.c.id, *self.of_kind(member), of_run)

    def of_kind(self, member: FromClause) -> list[ColumnElement[bool]]:
        return [member.c[name] == value for name, value in self.match.items()]

    def holds(self, customer: FromClause, operand: Any) -> ColumnElement[bool]:
        """A group's id says of which run and kind it is; `isNull` asks about the published one."""
        table: Table = self.row.__table__
        member = table.alias("member")
        given = dict(operand.value)
        missing = given.pop("isNull", None)
        found: list[ColumnElement[bool]] = []
        if given or missing is None:
            chosen = replace(operand, value=given).holds(member.c[self.column.key], OpaqueId(self.code, self.type_.__name__))
            found.append(customer.c.id.in_(select(member.c.customer_id).where(chosen, *self.of_kind(member))))
        if missing is not None:
            ours = and_(member.c.customer_id == customer.c.id, *self.of_kind(member), member.c.run_id == published(NAME, self.slot))
            present = exists(select(1).where(ours).correlate(customer))
            found.append(not_(present) if missing else present)
        return and_(*found)


def component(name: str, kind: str, description: str) -> GroupOf:
    return GroupOf(name, name, ComponentMemberRow, ComponentMemberRow.component_id, Component, "gn", description, {"kind": kind})


GROUPS = (
    GroupOf("community", "community", MemberRow, MemberRow.community_id, Community, "gc",
            "The community that the customer belongs to; null for who has no relationships.", {}),
    component("weakComponent", "weak", "Everybody whom the customer reaches along relationships, whichever way they point."),
    component("strongComponent", "strong", "Everybody whom the customer reaches as relationships point, and who reaches the customer."),
    component("conflict", "conflict", "Everybody whom the customer reaches through negative relationships; null for who has none."),
)


def python_name(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {
    **{python_name(name): made.field for name, made in MADE.items()},
    **{python_name(group.name): group.field for group in GROUPS},
    "degree": computed(degree, "How many relationships the customer has.", type_=int | None, cost=2, requires=READ, arguments=[
        argument("direction", EdgeDirection, "Only those that point this way; without a direction they always count.", EdgeDirection.ALL),
        argument("kinds", list[str] | None, "Only relationships of these kinds, by key."),
        argument("as_of", datetime.datetime | None, "Only relationships that held at this moment; left out: ended ones too."),
    ]),
}}
FILTERS: tuple[Filter, ...] = (*[made.filter(name, "By this score.") for name, made in MADE.items()], *[group.filter for group in GROUPS])
ORDERS: tuple[Order, ...] = tuple(made.order(name, "By this score.") for name, made in MADE.items())
