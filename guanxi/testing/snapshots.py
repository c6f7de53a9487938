"""A snapshot made of a data set, without a database: what `compute` is given, for tests that call it as the plain function it is."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from guanxi.testing.data import CURRENCY, SHOP, DataSet
from schema.analyses.contract import Snapshot

KINDS = {  # key -> number, whether it leads one way, sign: as an installation starts with them
    "co_purchase": (1, False, 1), "trust": (2, True, 1), "partner": (3, False, 1), "supplies": (4, True, 1), "refers": (5, True, 1),
    "competes": (6, False, -1), "conflict": (7, False, -1), "employs": (8, True, 0), "family": (9, False, 1), "knows": (10, False, 0),
    "parent_company": (11, True, 0),
}


def snapshot(data: DataSet = SHOP, *, needs: Sequence[str] | None = None, as_of: datetime.datetime | None = None,
             customers: Collection[int] | None = None) -> Snapshot:
    """`needs`: the tables that it holds, all of them if left out. `customers`: only these, by number."""
    from server.worker.snapshots.snapshot import TakenSnapshot
    from server.worker.snapshots.tables import TABLES

    names = {number: one.name for number, one in enumerate(data.customers, 1)}
    chosen = None if customers is None else sorted(customers)
    held = tuple(name for name in TABLES if name != "consents") if needs is None else tuple(needs)
    return TakenSnapshot(as_of or data.seen, tables(data), held, chosen, lambda ids: {id_: names[id_] for id_ in ids if id_ in names})


def tables(data: DataSet) -> dict[str, Any]:
    """pyarrow.Table by name, as they would be read from a database that the data set was stored in."""
    import pyarrow as pa

    from server.worker.snapshots.tables import TABLES

    rows: dict[str, list[tuple[Any, ...]]] = {
        "customers": [(number, one.kind, data.seen) for number, one in enumerate(data.customers, 1)],
        "relationships": [(number, one.source, one.target, *KINDS[one.kind], one.weight, None, None)
                          for number, one in enumerate(data.ties, 1)],
        "relationshipKinds": [(number, key) for key, (number, *_) in KINDS.items()],
        "consents": [(number, "analytics", False) for number, one in enumerate(data.customers, 1) if one.refuses],
        "products": [(number, f"T{number}", one.name, one.category or "") for number, one in enumerate(data.products, 1)],
        "browseEvents": [(one.customer, one.product or 0, one.at, one.seconds) for one in _in_order(data.visits)],
        "reviews": [(one.customer, one.product or 0, one.score, one.at) for one in _in_order(data.reviews)],
        "demographics": [(number, 0, "", -1.0, "", one.industry or "", -1, "", len(one.tags))
                         for number, one in enumerate(data.customers, 1)],
        "segmentMembers": [], "traits": traits(data), "customerGroups": groups(data), **sales(data), **survey(data),
    }
    return {name: pa.Table.from_pylist([dict(zip(table.schema.names, row, strict=True)) for row in rows[name]], table.schema)
            for name, table in TABLES.items()}


def _in_order(events: Sequence[Any]) -> list[Any]:
    return sorted(events, key=lambda one: (one.customer, one.at))


def traits(data: DataSet) -> list[tuple[int, str, str]]:
    found = set()
    for number, one in enumerate(data.customers, 1):
        found |= {(number, "tag", tag) for tag in one.tags}
        given = (("industry", one.industry), ("country", one.country), ("city", one.city))
        found |= {(number, trait, value) for trait, value in given if value}
    return sorted(found)


def groups(data: DataSet) -> list[tuple[int, str, str]]:
    found = []
    for number, one in enumerate(data.customers, 1):
        given = (("CITY", one.city), ("COUNTRY", one.country), ("INDUSTRY", one.industry), ("KIND", one.kind))
        found += [(number, attribute, value) for attribute, value in given if value]
    return found


def survey(data: DataSet) -> dict[str, list[tuple[Any, ...]]]:
    return {
        "surveyQuestions": [(number, 1, one.key, number, "SCALE", f"{one.key}?", "", one.low, one.high, False, one.scale, "", "")
                            for number, one in enumerate(data.questions, 1)],
        "surveyResponses": [(number, 1, one.customer or 0, one.wave, one.at) for number, one in enumerate(data.responses, 1)],
        "surveyAnswers": [(number, place, value) for number, one in enumerate(data.responses, 1)
                          for place, value in enumerate(one.answers, 1) if value is not None],
    }


def sales(data: DataSet) -> dict[str, list[tuple[Any, ...]]]:
    """Purchases one by one, line by line, and summed up by customer."""
    each, lines = [], []
    summed: dict[int, tuple[int, float, datetime.datetime]] = {}
    for number, one in enumerate(data.purchases, 1):
        amounts = [float(data.products[product - 1].price * count) for product, count in one.lines]
        of = (one.customer or 0, "PURCHASE", one.at, CURRENCY)
        each.append((number, *of, sum(amounts)))
        lines += [(number, product, *of, float(count), amount) for (product, count), amount in zip(one.lines, amounts, strict=True)]
        if one.customer is not None:
            count, total, last = summed.get(one.customer, (0, 0.0, one.at))
            summed[one.customer] = count + 1, total + sum(amounts), max(last, one.at)
    behaviour = [(customer, CURRENCY, *found) for customer, found in sorted(summed.items())]
    return {"transactions": each, "transactionLines": lines, "behaviour": behaviour}
