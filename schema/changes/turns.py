"""Taking turns on MariaDB, which has no lock that ends with a transaction."""

from sqlalchemy import Connection, func, select

from schema.errors import RequestError

PATIENCE = 10  # seconds
HELD = "guanxi_turns"  # in Connection.info: whoever takes the connection back into its pool ends its turns


def wait_turn(connection: Connection, what: str) -> None:
    """Nobody else has a turn at the same thing in this database until the connection goes back to its pool, after the transaction.
    Raises `RequestError` UNAVAILABLE when the one before takes too long."""
    connection.info[HELD] = True
    name = func.concat(func.database(), f":guanxi:{what}")
    if connection.scalar(select(func.get_lock(name, PATIENCE))) != 1:
        raise RequestError("UNAVAILABLE", "unavailable")
