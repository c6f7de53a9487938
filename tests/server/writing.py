"""Somebody who writes all the time, whatever happens to servers, database and network, and what of it must be there at the end."""

import itertools
import threading
import time
from dataclasses import dataclass, field

import httpx

from server.database import open_database
from tests.server.processes import Serving

CREATE = "mutation($input: SegmentCreateInput!) { segmentCreate(input: $input) { segment { id } userErrors { code message } } }"


@dataclass(eq=False)
class Writing(threading.Thread):
    """Makes segments, one after the other, at whichever server answers, and sends what was not acknowledged again."""

    servers: list[Serving]
    token: str
    acknowledged: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()

    def run(self) -> None:
        for number in itertools.count():
            name = f"segment {number}"
            while not self.over.is_set() and not self._write(name):
                time.sleep(0.3)
            if self.over.wait(0.2):
                return

    def _write(self, name: str) -> bool:
        body = {"query": CREATE, "variables": {"input": {"name": name, "idempotencyKey": name}}}
        server = self.servers[int(time.monotonic() * 7) % len(self.servers)]
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = httpx.post(f"{server.address}/graphql", json=body, headers=headers, timeout=20).json()
        except (httpx.HTTPError, ValueError):
            return False
        payload = (answer.get("data") or {}).get("segmentCreate")
        if payload is None or payload["segment"] is None:
            assert payload is None or {one["code"] for one in payload["userErrors"]} <= {"CONFLICT"}, answer
            return False
        self.acknowledged[name] = payload["segment"]["id"]
        return True


def hold_writes(url: str, writing: Writing) -> None:
    """What was acknowledged is there, once, with one entry of the audit log."""
    opened = open_database(url)
    with opened.engine.connect() as connection:
        names = [name for name, in connection.exec_driver_sql("SELECT name FROM segments WHERE name LIKE 'segment %%'")]
        entries = connection.exec_driver_sql("SELECT count(*) FROM audit_entries WHERE action = 'segmentCreate'").scalar()
    opened.engine.dispose()
    assert len(writing.acknowledged) > 10
    assert len(names) == len(set(names)) == entries
    assert set(writing.acknowledged) <= set(names)
