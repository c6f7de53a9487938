"""A page of 50 customers by PageRank, asked of a running server again and again, at a place further on each time."""

import subprocess
import sys
import time
from typing import Any

import httpx

from bench.scale._measuring import Measured, Measuring
from bench.serving.processes import cpu

PAGES = 500
QUERY = """query($after: String) {
  customers(first: 50, after: $after, orderBy: [{pageRank: {direction: DESC}}], where: {pageRank: {gt: 0}}) {
    nodes { id name addresses { city } pageRank { value rank } } pageInfo { endCursor } } }"""


def token(measuring: Measuring) -> str:
    done = subprocess.run([sys.executable, "-m", "guanxi", "token", "create", "--name", "bench", "--role", "reader"], cwd=measuring.folder,
                          env=measuring.environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def measured(measuring: Measuring) -> Measured:
    headers = {"Authorization": f"Bearer {token(measuring)}"}
    server = subprocess.Popen([sys.executable, "-m", "guanxi", "serve", "--port", "0"], cwd=measuring.folder, env=measuring.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout
        address = server.stdout.readline().split()[-1]
        with httpx.Client(headers=headers, timeout=60) as client:
            turn_pages(client, address, 5)
            time.sleep(5)  # the process that is kept ready for a run has imported its libraries by then
            before = cpu(server.pid)
            with measuring.watched() as result:
                turn_pages(client, address, PAGES)
            return result(cpu(server.pid) - before)
    finally:
        server.terminate()
        server.wait()


def turn_pages(client: httpx.Client, address: str, pages: int) -> None:
    after: Any = None
    for _ in range(pages):
        answer = client.post(address, json={"query": QUERY, "variables": {"after": after}}).json()
        assert "errors" not in answer, answer
        after = answer["data"]["customers"]["pageInfo"]["endCursor"]
