"""GraphQL over HTTP to the letter: the server audits of npm's graphql-http, which anybody can run."""

import collections
import json

import pytest

from tests.conformance.node import run
from tests.server_process import RunningServer

AUDITS = 61


def test_every_audit_is_ok(server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run("node", "audits.js", GUANXI_URL=f"{server.url}/graphql", GUANXI_TOKEN=server.token)
    results = [json.loads(line) for line in printed.splitlines()]
    counts = collections.Counter(one["status"] for one in results)
    with capsys.disabled():
        print(f" graphql-http: {counts['ok']} of {len(results)} audits ok ", end="")
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == AUDITS
