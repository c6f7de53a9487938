"""Two hosts on one machine: a namespace of the network, joined to this one by a cable that can be cut. What is sent then is lost in
silence, as between real hosts; a process that is killed says goodbye instead."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NUMBERS = itertools.count(1)
FORWARDING = """
import asyncio, sys

async def copy(source, target):
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    target.close()

async def join(reader, writer):
    other_reader, other_writer = await asyncio.open_unix_connection(sys.argv[3])
    await asyncio.gather(copy(reader, other_writer), copy(other_reader, writer))

async def main():
    server = await asyncio.start_server(join, sys.argv[1], int(sys.argv[2]))
    await server.serve_forever()

asyncio.run(main())
"""


@dataclass(frozen=True)
class Cable:
    """`here` and `there`: the addresses of its ends."""

    namespace: str
    here: str
    there: str

    @property
    def inside(self) -> list[str]:
        """What a command begins with that runs at the other end."""
        return ["ip", "netns", "exec", self.namespace]

    def cut(self) -> None:
        ip("-n", self.namespace, "link", "set", "far", "down")

    def mend(self) -> None:
        ip("-n", self.namespace, "link", "set", "far", "up")


@contextmanager
def cable() -> Iterator[Cable]:
    """Only root may lay one."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("a namespace of the network needs root, and the command ip of the package iproute2")
    number = next(NUMBERS)
    one = Cable(f"guanxi{os.getpid()}-{number}", f"10.203.{number}.1", f"10.203.{number}.2")
    near = f"gx{os.getpid()}-{number}"
    ip("netns", "add", one.namespace)
    try:
        ip("link", "add", near, "type", "veth", "peer", "name", "far", "netns", one.namespace)
        ip("addr", "add", f"{one.here}/30", "dev", near)
        ip("-n", one.namespace, "addr", "add", f"{one.there}/30", "dev", "far")
        ip("link", "set", near, "up")
        for name in ("lo", "far"):
            ip("-n", one.namespace, "link", "set", name, "up")
        yield one
    finally:
        ip("netns", "delete", one.namespace)


@contextmanager
def forwarded(one: Cable, port: int, path: Path) -> Iterator[None]:
    """The socket at `path` is at the cable's other end too, at `port`."""
    command = [*one.inside, sys.executable, "-c", FORWARDING, one.there, str(port), str(path)]
    with subprocess.Popen(command) as process:
        try:
            until_open(one.there, port)
            yield
        finally:
            process.kill()


def until_open(host: str, port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)
