"""Scores that are amounts of money: what a run says that a customer is worth, shown, filtered by and sorted by in the database."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, String, and_

from schema.analyses.scores import WHICH, ScoreOf, holds, run_argument, shown
from schema.analyses.types import LazyRun
from schema.customers.types import Customer
from schema.money import Money
from schema.querying.attaching import joined, table_of_row
from schema.querying.declare import Column, Embedded
from schema.querying.entities import Filter
from schema.querying.inputs import Operand, operator_input


@strawberry.type(description="What a run found about a customer, as an amount of money.")
class MoneyScore:
    value: Money = strawberry.field(description="The amount.")
    rank: int | None = strawberry.field(description="Its place among all that the run gave, from 1, the largest.")
    percentile: float | None = strawberry.field(description="How much of all that the run gave is smaller or equal, in percent.")
    run: LazyRun = strawberry.field(description="The run that gave it: with which parameters, from which data.")
    computed_at: datetime.datetime = strawberry.field(description="When the run ended.")
    stale: bool = strawberry.field(description="Whether data of a kind that the run read was changed since.")


MoneyScoreFilter = operator_input(
    "MoneyScoreFilter", Decimal, "gt gte lt lte isNull", "Conditions on an amount that a run gave; all of them must hold.",
    currency=(str, "ISO 4217 code: only amounts in this currency; left out: whatever the run's currency is."), runId=(strawberry.ID, WHICH))


@dataclass(frozen=True)
class MoneyScoreOf(ScoreOf):
    """As `ScoreOf`, for amounts. Made by `money_score`."""

    def filter(self, name: str, description: str, input: Any = MoneyScoreFilter) -> Filter:
        return Filter(Customer, name, input, amount_holds, description, self.requires, beside=self.beside)


def amount_holds(there: FromClause, operand: Operand) -> ColumnElement[bool]:
    found = holds(there, operand)
    if "currency" not in operand.value or operand.value.get("isNull"):
        return found
    return and_(found, there.c.currency == operand.parameter("currency", String()))


def money_score(row: Any, *, analysis: str, slot: str, description: str, requires: Sequence[str] = ()) -> MoneyScoreOf:
    """A score of customers out of a plugin's table with the columns run_id, customer_id, value (`Decimal`), currency, rank and
    percentile. `money_score(...).field` is the field, `.filter(name, description)` and `.order(name, description)` the keys."""
    table = table_of_row(row)
    made = MoneyScoreOf(table, analysis, slot, {}, tuple(requires))
    parts = {"amount": Column(name="value", table=table), "currency": Column(name="currency", table=table)}
    columns = {**shown(row), "value": Embedded(columns=parts, present="value")}
    return replace(made, field=joined(row, made.belongs, description, columns=columns, type_=MoneyScore | None, arguments=[run_argument()],
                                      requires=requires))
