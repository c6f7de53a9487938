"""Failed sign-ins are counted by all servers of a database together, for a minute."""

import datetime
from functools import partial
from typing import Any

from sqlalchemy import update

from schema.changes.change import change
from schema.context import SYSTEM
from schema.errors import RequestError
from schema.rows import utc_now
from schema.staff.models import FailedSignInRow
from server.access.failures import WINDOW, FailedSignIns, count_failure
from server.database import Database
from server.graphql.failures import Failure

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def refused(server: FailedSignIns, address: str) -> bool:
    try:
        server.check(address)
    except Failure as failure:
        return int(failure.headers["Retry-After"]) > 0
    return False


async def test_two_servers_allow_one_try_more_than_one(database: Database) -> None:
    servers = [FailedSignIns(5, database.writer) for _ in range(2)]
    tries = 0
    while not all(refused(server, HERE) for server in servers):
        server = servers[tries % 2]
        if not refused(server, HERE):
            await server.add(HERE)
        tries += 1
        assert tries <= 6
    assert not any(refused(server, ELSEWHERE) for server in servers)


async def test_the_count_begins_anew_after_a_minute(database: Database) -> None:
    count = partial(change, database.engine, SYSTEM, "signInFailure")
    assert [count(partial(count_failure, address=HERE))["count"] for _ in range(3)] == [1, 2, 3]
    count(partial(count_failure, address=ELSEWHERE))
    with database.engine.begin() as connection:
        connection.execute(update(FailedSignInRow).values(since=utc_now() - datetime.timedelta(seconds=WINDOW + 1)))
    assert count(partial(count_failure, address=HERE)) == {"count": 1, "age": 0.0}
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM failed_sign_ins").scalar() == 1  # the other one is tidied away


async def test_no_address_is_stored(database: Database) -> None:
    await FailedSignIns(5, database.writer).add(HERE)
    with database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM failed_sign_ins").one()
    assert HERE not in str(stored)
    assert HERE.encode() not in bytes(stored[0])


class Away:
    """A writer whose database is away."""

    async def change(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise RequestError("UNAVAILABLE", "unavailable")


async def test_without_the_database_a_server_counts_alone() -> None:
    server = FailedSignIns(2, Away())
    for _ in range(2):
        assert not refused(server, HERE)
        await server.add(HERE)
    assert refused(server, HERE)
