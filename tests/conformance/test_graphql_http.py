"""GraphQL over HTTP to the letter: the server audits of npm's graphql-http, which anybody can run."""

import collections
import json

import pytest

from tests.conformance.node import Server, run_against

AUDITS = 61


def test_every_audit_is_ok(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run_against(server, "node", "audits.js")
    results = [json.loads(line) for line in printed.splitlines()]
    counts = collections.Counter(one["status"] for one in results)
    with capsys.disabled():
        print(f" graphql-http: {counts['ok']} of {len(results)} audits ok ", end="")
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == AUDITS
