"""Generated browsing: what customers looked at in the days before they bought, some of which they then did not buy."""

import datetime
from random import Random
from zoneinfo import ZoneInfo

from examples.demo.purchases import Buyer, Row

COLUMNS = ("externalId", "customer", "sku", "startedAt", "durationSeconds")
BROWSERS = 0.6  # of the customers
ORDERS = 6  # of a customer, before which they are seen
LOOKED_AND_BOUGHT = 5
DAYS = 7
LONDON = ZoneInfo("Europe/London")  # the clock of the file


def browse_events(buyer: Buyer, products: list[str], chance: Random) -> list[Row]:
    """`products` are the codes that anybody may look at."""
    orders: dict[str, list[Row]] = {}
    for row in buyer.bought:
        orders.setdefault(row["InvoiceNo"], []).append(row)
    if not orders or chance.random() > BROWSERS:
        return []
    looks = [look for number in sorted(orders)[:ORDERS] for look in before(orders[number], products, chance)]
    return [dict(zip(COLUMNS, (f"demo-browse-{buyer.number}-{number}", buyer.number, sku, at.isoformat(), str(seconds)), strict=True))
            for number, (at, sku, seconds) in enumerate(sorted(looks), 1)]


def before(order: list[Row], products: list[str], chance: Random) -> list[tuple[datetime.datetime, str, int]]:
    """(when, product, seconds) of the looks that came before an order."""
    codes = sorted({row["StockCode"] for row in order})
    seen = chance.sample(codes, min(len(codes), chance.randint(1, LOOKED_AND_BOUGHT))) + chance.sample(products, chance.randint(0, 2))
    ordered = datetime.datetime.fromisoformat(order[0]["InvoiceDate"]).replace(tzinfo=LONDON).astimezone(datetime.UTC)
    return [(ordered - datetime.timedelta(seconds=chance.randrange(600, DAYS * 86_400)), sku, int(chance.lognormvariate(3.7, 0.9)) + 3)
            for sku in seen]
