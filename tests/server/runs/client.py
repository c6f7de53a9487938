"""Asking a real server for runs of the plugin that makes trouble."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

import httpx
import psutil

from tests.server.processes import Serving, guanxi

SETTINGS = {"GUANXI_RUNS__LEASE": "1", "GUANXI_RUNS__MEMORY": "384 MiB", "GUANXI_RUNS__SECONDS": "10"}
START = "mutation($input: TroubleRunStart!) { troubleRunStart(input: $input) { run { id } userErrors { code message path } } }"
RUN = """query($id: ID!) { job(id: $id) { __typename status progress { stage fraction } error { code message }
  ... on TroubleRun { count environment } } }"""
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class Client:
    """An administrator, with a new token unless one is given. `about`: what is asked about a run."""

    def __init__(self, serving: Serving, about: str = RUN, token: str = ""):
        self._about = about
        self.token = token or guanxi(serving.log.parent, "token", "create", "--name", "t", "--role", "admin").stdout.strip()
        self._address, self._headers = f"{serving.address}/graphql", {"Authorization": f"Bearer {self.token}"}

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.whole(query, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def whole(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer with its errors."""
        asked = {"query": query, "variables": variables}
        answer: dict[str, Any] = httpx.post(self._address, json=asked, headers=self._headers, timeout=20).json()
        return answer

    def start(self, **parameters: Any) -> str:
        payload = self.ask(START, input=parameters)["troubleRunStart"]
        assert payload["userErrors"] == []
        run: str = payload["run"]["id"]
        return run

    def run(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(self._about, id=id_)["job"]
        return found

    def until(self, id_: str, holds: Callable[[dict[str, Any]], Any], seconds: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while not holds(found := self.run(id_)):
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found

    def ended(self, id_: str) -> dict[str, Any]:
        return self.until(id_, lambda run: run["status"] in ENDED)

    def counting(self, id_: str) -> dict[str, Any]:
        """Once its worker is inside the plugin."""
        return self.until(id_, lambda run: run["progress"] and run["progress"]["stage"] == "counting")


def workers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return [child for child in psutil.Process(process.pid).children() if "server.worker" in child.cmdline()]
