"""`python -m server.cluster.relay`: stands beside the server for a worker that is elsewhere. It is told what a worker is told, and says
what that one says; `{"away": why}` when there is no cluster to ask, and `{"lost": why}` when what computed the run is gone.

It does not end before it knows that nobody computes for it any more, because the server sweeps what a run left when it has ended.
"""

import asyncio
import os
import sys
from typing import Any

import orjson

from schema.messages import say as words
from server.worker.libraries import MISSING, missing_library

LONGEST_LINE = 8 * 2**20  # bytes


def say(**message: Any) -> None:
    line = orjson.dumps(message) + b"\n"
    while line:
        line = line[os.write(1, line):]


async def main() -> None:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    preload = orjson.loads(await reader.readline())["preload"]
    try:
        import server.cluster.checking  # a second, ahead of time
        import server.cluster.errand  # noqa: F401
    except ModuleNotFoundError as error:
        missing = missing_library(error)
        if missing is None:
            raise
    else:
        missing = None
    say(ready=True)
    line = await reader.readline()
    if line:
        await relay(orjson.loads(line), preload, missing, asyncio.create_task(reader.read()))


async def relay(task: dict[str, Any], preload: list[str], missing: str | None, dismissed: "asyncio.Task[bytes]") -> None:
    """`dismissed` is done when the server has closed the input."""
    if missing:
        say(failure={"code": MISSING, "message": words("cluster_library", task["language"], library=missing)})
        return
    from server.cluster.checking import Plugin, unfit
    from server.cluster.errand import Errand
    from server.cluster.wire import Broken, connected

    cluster, plugin = task.pop("cluster"), Plugin(task["plugin"], task["source"], task.pop("distribution"))
    try:
        async with connected(cluster["scheduler"], cluster["tls"]) as client:
            problems = await unfit(client, [plugin], task["language"])
            if problems:
                say(failure={"code": "CLUSTER_UNFIT", "message": " ".join(problems)})
            else:
                await Errand(client, task, preload, say).run(dismissed)
    except Broken as broken:
        say(away=str(broken))


if __name__ == "__main__":
    asyncio.run(main())
