"""What hangs below a level and is no level itself: computed fields, and counts by groups."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql.execution.values import VariableValues
from sqlalchemy import String, cast, func, select

from schema.context import Context
from schema.errors import RequestError
from schema.permissions import require
from schema.querying.arguments import ArgumentReader
from schema.querying.declare import Grouping
from schema.querying.expired import fetch
from schema.querying.failing import Guard
from schema.querying.level import PageRequest
from schema.querying.statement import Scope, finish, reader

if TYPE_CHECKING:
    from schema.querying.level import Paged

MOST_GROUPS = 1000


@dataclass(frozen=True)
class Computing:
    """A computed field: one call of the author's function for all rows of the level."""

    load: Callable[..., Awaitable[Mapping[Any, Any]]]
    arguments: ArgumentReader
    guard: Guard | None = None

    async def answer(self, context: Context, variables: VariableValues, parents: Iterable[Any]) -> Mapping[Any, Any]:
        ids = list(parents)
        if not ids:
            return {}
        arguments = self.arguments.read(variables)
        return await (self.guard.load(self.load, context, ids, arguments) if self.guard else self.load(context, ids, **arguments))


@dataclass(frozen=True)
class Grouped:
    """How many rows of a list fall into each group; in a second statement, when asked for, the amounts that belong to them."""

    level: "Paged"
    grouping: Grouping
    arguments: ArgumentReader
    summed: bool

    async def answer(self, context: Context, variables: VariableValues, parents: Iterable[PageRequest]) -> dict[Any, Any]:
        page, = parents
        by = self.arguments.read(variables)["by"]
        if not 1 <= len(by) <= 3:
            raise RequestError("BAD_USER_INPUT", "page_size", name="by", least=1, most=3)
        require(context.caller.permissions, [name for key in by for name in self.grouping.requires.get(key, ())])
        counts = await self._fetch(context, page, by, amounts=False)
        sums: dict[Any, dict[str, Any]] = {}
        for *keys, currency, amount in await self._fetch(context, page, by, amounts=True) if self.summed else ():
            sums.setdefault(tuple(keys), {})[currency] = amount
        return {page.shape: [self.grouping.make(list(keys), n, sums.get(tuple(keys), {})) for *keys, n in counts]}

    async def _fetch(self, context: Context, page: PageRequest, by: Sequence[Any], *, amounts: bool) -> list[tuple[Any, ...]]:
        """(key, ..., count) or (key, ..., currency, sum) of each group."""
        scope, speech = Scope(self.level, "t"), self.level.speech
        columns: list[Any] = [cast(self.grouping.keys[key](scope.node, speech), String).label(f"g{i}") for i, key in enumerate(by)]
        conditions = scope.conditions(page.args)
        tree: Any = scope.tree([*conditions, *columns])
        if amounts:
            other, on, amount, currency = self.grouping.amounts(scope.node)
            tree = tree.join(other, on)
            columns += [currency.label(f"g{len(by)}"), amount.label("amount")]
        listed = select(*columns).select_from(tree).where(*conditions).subquery("listed")
        keys = [column for column in listed.c if column.name != "amount"]
        found: Any = func.sum(listed.c.amount, type_=listed.c.amount.type) if amounts else func.count()
        query = select(*keys, found).group_by(*keys)
        if not amounts:
            query = query.order_by(func.count().desc(), *[key.nulls_last() for key in keys]).limit(MOST_GROUPS)
        statement = finish(query, speech.dialect)
        rows = await fetch(context, statement, {**page.values, "reporting_currency": context.reporting_currency})
        process = reader(found.type, speech.dialect)
        return [(*row[:-1], process(row[-1])) for row in rows] if process else rows
