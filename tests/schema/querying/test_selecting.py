"""Filters compiled to one statement of ids, for a process that has nothing but the database's own interface."""

import datetime
import json
import sqlite3
from decimal import Decimal
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pytest
from sqlalchemy.engine import make_url

from schema.compose import Schema
from schema.customers.types import Customer
from schema.errors import RequestError
from tests.mariadb_server import fetched
from tests.schema.querying.asking import EVERYTHING, Asker
from tests.schema.querying.queries import CUSTOMER_FILTERS

JANUARY = datetime.datetime(2024, 2, 1, tzinfo=datetime.UTC)
ODD: list[dict[str, Any]] = [{"name": {"in": ['a"b', "c,\\d{}", "NULL", "", "Bob"]}}, {"createdAt": {"gte": JANUARY}},
                             {"purchaseTotal": {"gt": Decimal("1.5")}}, {"tag": {"in": []}}]


def coerced(where: dict[str, Any]) -> dict[str, Any]:
    """As graphql-core would hand it over."""
    text = json.dumps(where)
    if "T00:00:00" in text or "purchaseTotal" in text or "kind" in text:
        return {}
    return where


@pytest.mark.parametrize("where", [*[w for w in CUSTOMER_FILTERS if coerced(w)], *ODD])
async def test_it_finds_what_the_list_finds(asker: Asker, world_urls: dict[str, str], where: dict[str, Any]) -> None:
    sql, parameters = asker.schema.select_ids(Customer, where, EVERYTHING, "GBP")
    sent = json.loads(json.dumps(parameters))
    as_given = json.loads(json.dumps(where, default=lambda v: v.isoformat() if isinstance(v, datetime.datetime) else str(v)))
    listed = await asker.data("query($w: CustomerWhere) { customers(where: $w, first: 1000) { nodes { id } } }", {"w": as_given})
    wanted = sorted(int(node["id"][2:]) for node in listed["customers"]["nodes"])
    assert rows(world_urls.get(asker.database.dialect) or mariadb_url(asker), sql, sent) == wanted


def mariadb_url(asker: Asker) -> str:
    return asker.database.address.url.render_as_string(hide_password=False)


def rows(url: str, sql: str, parameters: list[Any]) -> list[int]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        connection = sqlite3.connect(address.database or "")
        try:
            return [number for number, in connection.execute(sql, parameters)]
        finally:
            connection.close()
    if address.get_backend_name() == "mariadb":
        return [number for number, in fetched(address, sql, tuple(parameters))]
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with adbc.connect(plain) as database, database.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return [number for number, in cursor.fetchall()]


@pytest.mark.parametrize(("where", "lacking", "refusal"), [
    ({"name": {"eq": "x"}}, "customers.read", "FORBIDDEN"), ({"ownerId": {"eq": "s_1"}}, "staff.read", "FORBIDDEN"),
    ({"or": [{"not": {"purchaseTotal": {"gt": Decimal(1)}}}]}, "commerce.read", "FORBIDDEN"), ({}, "", "BAD_USER_INPUT"),
    ({"name": None}, "", "BAD_USER_INPUT"), ({"name": {}}, "", "BAD_USER_INPUT"), ({"or": []}, "", "BAD_USER_INPUT"),
    ({"id": {"eq": "p_1"}}, "", "BAD_USER_INPUT"), ({"or": [{"name": {"eq": str(i)}} for i in range(101)]}, "", "BAD_USER_INPUT"),
])
def test_it_refuses_what_the_list_refuses(schemas: dict[str, Schema], where: dict[str, Any], lacking: str, refusal: str) -> None:
    for schema in schemas.values():
        with pytest.raises(RequestError) as raised:
            schema.select_ids(Customer, where, EVERYTHING - {lacking}, "GBP")
        assert (raised.value.extensions or {})["code"] == refusal
