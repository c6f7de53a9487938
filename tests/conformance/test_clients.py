"""Other people's clients do what their users do: the tests are written in their language, in clients/."""

import re

import pytest

from tests.conformance.node import run
from tests.server_process import RunningServer


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-request"])
def test_client(client: str, server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    run_tests_of(client, server, capsys)


@pytest.mark.usefixtures("relay_artifacts")
def test_relay(server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    run_tests_of("relay", server, capsys)


def run_tests_of(client: str, server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    address = {"GUANXI_URL": f"{server.url}/graphql", "GUANXI_TOKEN": server.token}
    printed = run("node", "--test", "--test-reporter=tap", f"clients/{client}.js", **address)
    passed, skipped = (int(re.findall(rf"^# {name} (\d+)$", printed, re.MULTILINE)[0]) for name in ("pass", "skipped"))
    with capsys.disabled():
        print(f" {client}: {passed} passed ", end="")
    assert passed > 1
    assert skipped == 0
