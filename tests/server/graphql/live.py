"""The sample application on a real socket, in a thread of its own, and a client of graphql-transport-ws for it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from server.app import create_app
from server.database import Database, open_database
from server.serving import Server, bind
from server.settings import Settings
from tests.server.processes import START_WITHIN
from tests.server.sample import add_token, sample_schema

PROTOCOL = "graphql-transport-ws"


@dataclass
class Live:
    """`host` is an address with its port; `token` is a reader's."""

    host: str
    token: str
    token_id: int
    database: Database
    server: Server

    def execute(self, sql: str) -> None:
        with self.database.engine.begin() as connection:
            connection.exec_driver_sql(sql)

    @contextmanager
    def socket(self, *, token: str | None = None, headers: dict[str, str] | None = None, origin: str | None = None,
               protocol: str = PROTOCOL, name: str = "127.0.0.1") -> Iterator["Client"]:
        given = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        address, port = self.host.split(":")
        dialled = socket.create_connection((address, int(port)))
        with connect(f"ws://{name}:{port}/graphql", sock=dialled, subprotocols=[Subprotocol(protocol)], additional_headers=given,
                     compression=None, origin=Origin(origin) if origin else None, proxy=None) as connection:
            yield Client(connection)

    @contextmanager
    def ready(self) -> Iterator["Client"]:
        with self.socket(token=self.token) as client:
            client.send({"type": "connection_init"})
            assert client.receive() == {"type": "connection_ack"}
            yield client


class Client:
    def __init__(self, connection: ClientConnection):
        self.connection = connection

    def send(self, message: object) -> None:
        self.connection.send(json.dumps(message))

    def receive(self, seconds: float = 10) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=seconds))
        return message

    def subscribe(self, query: str, id_: str = "1", **payload: Any) -> None:
        self.send({"type": "subscribe", "id": id_, "payload": {"query": query, **payload}})

    def until_end(self, id_: str = "1") -> list[dict[str, Any]]:
        """The operation's messages up to the last."""
        messages: list[dict[str, Any]] = []
        while not messages or messages[-1]["type"] not in ("complete", "error"):
            message = self.receive()
            messages += [message] if message.get("id") == id_ else []
        return messages

    def closed(self, seconds: float = 10) -> tuple[int, str]:
        """The code and the reason with which the server closes the socket; messages before that are passed over."""
        with suppress(ConnectionClosed):
            while True:
                self.connection.recv(timeout=seconds)
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


@contextmanager
def live(url: str, **settings: Any) -> Iterator[Live]:
    database, ready, listener = open_database(url), threading.Event(), bind("127.0.0.1", 0)
    server = Server(create_app(Settings(**settings), database, sample_schema()), Settings(**settings), ready.set)
    token_id, token = add_token(database)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert ready.wait(START_WITHIN)
    host, port = listener.getsockname()
    try:
        yield Live(f"{host}:{port}", token, token_id, database, server)
    finally:
        server.should_exit = True
        thread.join(START_WITHIN)
        listener.close()
    assert not thread.is_alive()
