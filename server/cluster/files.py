"""The folder of files of a run on a machine of the cluster: the server's own, where the machine sees it, or one of the run's own, whose
files go to the server before the run's result does.

What goes between two folders goes by two queues, called after the host's: `-there` and `-back`. A rerun on the same data is sent the
files of the earlier run. Any other reads the database into its own folder, and what it read is kept by the server for reruns.
"""

import asyncio
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from distributed import Client, Queue

from server.cluster.seeing import sees
from server.cluster.wire import Broken, opened

CHUNK, AT_ONCE = 2**20, 4  # bytes, and chunks that the scheduler holds
WITHIN = 600.0  # seconds for a chunk: the other end may be writing to a slow disk
NAME = re.compile(r"(snapshots/[A-Za-z]+-[0-9]+-[0-9a-f]{16}|runs/[0-9]+/[A-Za-z0-9_-][A-Za-z0-9_.-]*)\.[A-Za-z0-9]+")
Tell = Callable[..., Awaitable[None]]  # the relay


class Place(Protocol):
    @property
    def task(self) -> dict[str, Any]:
        """What the worker is told."""
        ...

    async def bring_back(self) -> None:
        """Before the result is told. Raises `Broken`."""
        ...

    def clear(self) -> None: ...


class Shared:
    """The server's folder."""

    def __init__(self, task: Mapping[str, Any]):
        self.task = dict(task)

    async def bring_back(self) -> None:
        pass

    def clear(self) -> None:
        pass


class Apart:
    """A folder of the run's own. `there` and `back` are queues."""

    def __init__(self, task: Mapping[str, Any], tell: Tell, there: Queue, back: Queue):
        self._folder = Path(tempfile.mkdtemp(prefix="guanxi-run-"))
        self.task = dict(task) | {"files": str(self._folder)}
        self._tell, self._there, self._back = tell, there, back
        self._given: frozenset[str] = frozenset()

    async def fetch(self) -> None:
        """What a rerun on the same data needs. What the server does not have any more, the worker misses."""
        await self._tell(wants=needed(self.task))
        await receive(self._there, self._folder)
        self._given = frozenset(files_in(self._folder))

    async def bring_back(self) -> None:
        await self._tell(offers=[name for name in files_in(self._folder) if name not in self._given])
        wanted = await taken(self._there)
        await send(self._back, self._folder, wanted)
        await taken(self._there)  # they are kept

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._there.close()
        self._back.close()


async def place_for(task: Mapping[str, Any], probe: Mapping[str, str], client: Client, name: str, tell: Tell) -> Place:
    """`probe`: a file of the server's folder, and what it holds. Raises `Broken`."""
    if sees(Path(task["files"]), probe):
        return Shared(task)
    apart = Apart(task, tell, *await passages(client, name))
    await apart.fetch()
    return apart


async def passages(client: Client, name: str) -> tuple[Queue, Queue]:
    return await opened(client, f"{name}-there", AT_ONCE), await opened(client, f"{name}-back", AT_ONCE)


# -- whether a machine sees the server's folder --
def write_probe(files: Path) -> dict[str, str]:
    """Whoever writes it removes it."""
    probe = {"name": f".probe-{secrets.token_hex(8)}", "text": secrets.token_hex(16)}
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    (files / probe["name"]).write_text(probe["text"], "ascii")
    return probe


# -- which files --
def needed(task: Mapping[str, Any]) -> list[str]:
    same_as = task["same_as"] or {}
    tables = [f"snapshots/{name}" for name in ((same_as.get("snapshot") or {}).get("files") or {}).values()]
    beside = [str(PurePosixPath(name).with_suffix(".sha256")) for name in tables]
    return [*tables, *beside, f"runs/{same_as['run']}/selection.arrow"] if same_as else []


def files_in(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return [name for name in found if NAME.fullmatch(name)]


# -- sending and receiving --
async def send(queue: Queue, folder: Path, names: Iterable[str]) -> None:
    """Those that are there. Raises `Broken`."""
    for name in names:
        if NAME.fullmatch(name) and (folder / name).is_file():
            async for chunk in chunks_of(folder / name):
                await put(queue, [name, chunk])
            await put(queue, [name, None])
    await put(queue, None)


async def chunks_of(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


async def receive(queue: Queue, folder: Path) -> None:
    """Each file is there under its name when it is whole, and on the disk. Raises `Broken`."""
    mark = secrets.token_hex(4)
    while (piece := await taken(queue)) is not None:
        name, chunk = piece
        if not NAME.fullmatch(name):
            raise Broken("a file with a name that no run gives")
        path = folder / name
        draft = path.with_name(f"{path.name}.{mark}.unfinished")
        if chunk is None:
            draft.replace(path)
        else:
            await asyncio.to_thread(append, draft, chunk)


def append(path: Path, chunk: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


async def put(queue: Queue, value: Any) -> None:
    try:
        async with asyncio.timeout(WITHIN):
            await queue.put(value)
    except Exception as error:
        raise Broken(type(error).__name__) from error


async def taken(queue: Queue) -> Any:
    try:
        async with asyncio.timeout(WITHIN):
            return await queue.get()
    except Exception as error:
        raise Broken(type(error).__name__) from error
