"""What the answers must be, said once more in plain Python: lists, comparisons and sorts over the seeded rows."""

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from schema.commerce.models import TransactionKind
from schema.customers.names import normalise
from tests.schema.querying.data import World

Row = dict[str, Any]


def matches(operators: dict[str, Any], value: Any) -> bool:
    """Whether a value satisfies all operators; None satisfies isNull: true alone."""
    return all(operate(name, given, value) for name, given in operators.items() if name != "currency")


def operate(name: str, given: Any, value: Any) -> bool:
    if name == "isNull":
        return (value is None) is given
    if value is None:
        return False
    return bool(OPERATIONS[name](value, given))


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "in": lambda value, given: value in given, "contains": operator.contains, "startsWith": str.startswith,
}


class Oracle:
    """Answers about the seeded world."""

    def __init__(self, world: World):
        self.world = world
        self.levels, self.kinds = world.by_id("service_levels"), world.by_id("relationship_kinds")

    def where(self, row: Row, where: dict[str, Any], keys: dict[str, Callable[[Row, Any], bool]]) -> bool:
        """Every key of a filter holds; a condition that is not known counts as not holding."""
        for name, given in where.items():
            if name == "and":
                holds = all(self.where(row, one, keys) for one in given)
            elif name == "or":
                holds = any(self.where(row, one, keys) for one in given)
            elif name == "not":
                holds = not self.where(row, given, keys)
            else:
                holds = keys[name](row, given)
            if not holds:
                return False
        return True

    def of(self, table: str, customer: int) -> list[Row]:
        return self._by_customer(table).get(customer, [])

    @functools.cache  # noqa: B019  (one oracle a session)
    def _by_customer(self, table: str) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.world[table]:
            found.setdefault(row["customer_id"], []).append(row)
        return found

    # -- customers --
    def purchase_total(self, customer: int, currency: str) -> Decimal | None:
        amounts = [t["total_amount"] for t in self.of("transactions", customer) if t["total_currency"] == currency]
        return sum(amounts, Decimal()) if amounts else None

    def last_purchase(self, customer: int) -> Any:
        return max((t["occurred_at"] for t in self.of("transactions", customer) if t["kind"] is TransactionKind.PURCHASE), default=None)

    def search(self, row: Row, text: str) -> bool:
        return all(word in normalise(row["name"]) for word in normalise(text).split())

    def any_of(self, table: str, column: str) -> Callable[[Row, Any], bool]:
        return lambda row, given: any(matches(given, one[column]) for one in self.of(table, row["id"]))

    def customer_keys(self, currency: str) -> dict[str, Callable[[Row, Any], bool]]:
        return {
            "id": lambda row, given: matches(given, f"c_{row['id']}"),
            "kind": lambda row, given: matches(given, row["kind"].name),
            "name": lambda row, given: matches(given, row["name"]),
            "createdAt": lambda row, given: matches(given, row["created_at"]),
            "tag": self.any_of("customer_tags", "name"),
            "country": self.any_of("addresses", "country"),
            "externalId": self.any_of("external_ids", "value"),
            "serviceLevel": lambda row, given: matches(given, self.level(row)),
            "ownerId": lambda row, given: matches(given, row["owner_id"] and f"s_{row['owner_id']}"),
            "purchaseTotal": lambda row, given: matches(given, self.purchase_total(row["id"], given.get("currency", currency))),
            "search": self.search,
            "relatedTo": self.related,
        }

    def related(self, row: Row, given: Any) -> bool:
        """Breadth first, from the customer that is given."""
        ties = [tie for tie in self.world["relationships"] if self.counts(tie, given)]
        start = int(given["customerId"].removeprefix("c_"))
        found = {start}
        for _ in range(given.get("maxHops", 1)):
            found |= {tie[there] for tie in ties for here, there in (("from_id", "to_id"), ("to_id", "from_id")) if tie[here] in found}
        return row["id"] in found - {start}

    def counts(self, tie: Row, given: Any) -> bool:
        return (("kinds" not in given or self.kinds[tie["kind_id"]]["key"] in given["kinds"])
                and ("sign" not in given or tie["sign"].name == given["sign"])
                and ("asOf" not in given or held(tie, given["asOf"])))

    def level(self, row: Row) -> Any:
        return self.levels[row["service_level_id"]]["key"] if row["service_level_id"] else None

    def customer_orders(self, currency: str) -> dict[str, Callable[[Row], Any]]:
        return {"name": lambda row: row["name"].encode(), "createdAt": lambda row: row["created_at"],
                "updatedAt": lambda row: row["updated_at"], "purchaseTotal": lambda row: self.purchase_total(row["id"], currency),
                "lastPurchaseAt": lambda row: self.last_purchase(row["id"])}

    # -- relationships --
    def relationship_keys(self) -> dict[str, Callable[[Row, Any], bool]]:
        return {
            "kind": lambda row, given: matches(given, self.kinds[row["kind_id"]]["key"]),
            "sign": lambda row, given: row["sign"].name == given,
            "origin": lambda row, given: row["origin"].name == given,
            "weight": lambda row, given: matches(given, row["weight"]),
            "otherId": lambda row, given: matches(given, f"c_{row['from_id']}") or matches(given, f"c_{row['to_id']}"),
        }

    def relationship_orders(self) -> dict[str, Callable[[Row], Any]]:
        return {"weight": lambda row: row["weight"], "validFrom": lambda row: row["valid_from"]}


def held(row: Row, moment: Any) -> bool:
    """Whether a relationship had begun, and had not ended."""
    return (row["valid_from"] is None or row["valid_from"] <= moment) and (row["valid_to"] is None or row["valid_to"] > moment)


def ordered(rows: Iterable[Row], orders: Sequence[tuple[Callable[[Row], Any], bool]]) -> list[Row]:
    """Sorted by each key (and whether it descends), rows without a value last either way, then by id in the last key's direction."""
    found = sorted(rows, key=lambda row: row["id"], reverse=bool(orders) and orders[-1][1])
    for key, descending in reversed(orders):
        found = [*sorted([row for row in found if key(row) is not None], key=key, reverse=descending),
                 *[row for row in found if key(row) is None]]
    return found
