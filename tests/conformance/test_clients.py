"""Other people's clients do what their users do: the tests are written in their language, in clients/."""

import re

import pytest

from tests.conformance.node import Server, run_against


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-request", "graphql-ws", "graphql-sse"])
def test_client(client: str, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    run_tests_of(client, server, capsys)


@pytest.mark.usefixtures("relay_artifacts")
def test_relay(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    run_tests_of("relay", server, capsys)


def run_tests_of(client: str, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run_against(server, "node", "--test", "--test-reporter=tap", f"clients/{client}.js")
    passed, skipped = (int(re.findall(rf"^# {name} (\d+)$", printed, re.MULTILINE)[0]) for name in ("pass", "skipped"))
    with capsys.disabled():
        print(f" {client}: {passed} passed ", end="")
    assert passed > 1
    assert skipped == 0
