"""A real Chromium, a real server with the demo data, and a page that is signed in and can reach nothing but that server."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, StorageState, ViewportSize, sync_playwright

from tests.measured import MeasuredDemo
from tests.server.processes import environment

MISSING = "Chromium is not installed (apt-get install chromium); set GUANXI_REQUIRE_BROWSER=1 to make this a failure"
SIGN_IN_LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S*sign-?in\S*")
VIEWPORT = ViewportSize(width=1280, height=800)
# Chromium's own calls home are off; names of other hosts do not even resolve. Root may not use its sandbox.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@dataclass(frozen=True)
class LiveServer:
    """`url` has no slash at its end; `sign_in_url` works once, sets the cookie and leads to GraphiQL."""

    url: str
    sign_in_url: str


@dataclass
class Visit:
    """A page and what went wrong on it: addresses of other hosts that were asked for, refusals by the page's policy, errors of its code."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this folder's tests: while Playwright runs, it keeps an event loop of its own that others would collide with."""
    executable = shutil.which("chromium")
    if executable is None:
        (pytest.fail if os.environ.get("GUANXI_REQUIRE_BROWSER") == "1" else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def live_server(sqlite_demo: MeasuredDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("server")
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "guanxi", "serve", "--demo", "--port", str(urlsplit(url).port)]
    settings = environment(GUANXI_DATABASE_URL=sqlite_demo.copied(folder), PYTHONUNBUFFERED="1")
    output = folder / "output.txt"
    with output.open("w") as sink, subprocess.Popen(command, cwd=folder, env=settings, stdout=sink, stderr=subprocess.STDOUT) as process:
        try:
            yield LiveServer(url, wait_for_sign_in(url, process, output))
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_sign_in(url: str, process: subprocess.Popen[bytes], output: Path, seconds: float = 300) -> str:
    """The sign-in link that the server prints, once it also answers that it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        said = output.read_text(encoding="utf-8")
        link = SIGN_IN_LINK.search(said)
        if link and is_ready(url):
            return link.group()
        time.sleep(0.1)
    said = output.read_text(encoding="utf-8")
    pytest.fail(f"the server printed no sign-in link, or was not ready, in {seconds:g} s; it said:\n{said}")


def is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="package")
def signed_in(browser: Browser, live_server: LiveServer) -> StorageState:
    """The cookie that the one-time link gave: the link works once, so all pages share it."""
    context = browser.new_context()
    context.new_page().goto(live_server.sign_in_url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, signed_in: StorageState) -> Iterator[Visit]:
    """GraphiQL, loaded. A test that uses it fails when the page asked another host, broke its policy or crashed."""
    context = browser.new_context(storage_state=signed_in, viewport=VIEWPORT, color_scheme="light", locale="en-GB", reduced_motion="reduce")
    opened = Visit(context.new_page())
    watch(context, opened, urlsplit(live_server.url).netloc)
    opened.page.goto(f"{live_server.url}/graphiql/")
    opened.page.locator(".graphiql-query-editor .view-line").first.wait_for()
    yield opened
    context.close()
    assert (opened.foreign, opened.refused, opened.crashed) == ([], [], [])


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page


def watch(context: BrowserContext, visit: Visit, host: str) -> None:
    def let_through(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            visit.foreign.append(route.request.url)
            route.abort()

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            visit.refused.append(message.text)

    context.route(lambda url: not url.startswith(("data:", "blob:")), let_through)
    context.on("console", note)
    context.on("weberror", lambda error: visit.crashed.append(str(error.error)))
