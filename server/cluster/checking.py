"""Whether the parts of a cluster are of the same versions as the server, and have what it needs.

`python -m server.cluster.checking` reads `{"cluster", "files", "plugins"}` and prints sentences, for `guanxi doctor`.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from distributed import Client

from schema.messages import say
from server.cluster.files import write_probe
from server.cluster.seeing import mark_of, sees
from server.cluster.wire import CONNECT_WITHIN, Broken, connected

MOST_SENTENCES = 3
EVERYWHERE = ("python", "distributed")  # the scheduler has to have these, too
Versions = Mapping[str, str | None]


@dataclass(frozen=True)
class Plugin:
    """`distribution` None: it comes from a file or a module that somebody has named."""

    name: str
    source: str
    distribution: str | None


async def unfit(client: Client, plugins: Sequence[Plugin], language: str) -> list[str]:
    """A sentence for each part that is not as it has to be, three at most. Raises `Broken`, also when there is no worker."""
    distributions = list(dict.fromkeys(one.distribution for one in plugins if one.distribution))
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            found = await client.get_versions(packages=["guanxi", *distributions])
            if not found["workers"]:
                raise Broken("the cluster has no worker")
            sentences = list(differences(found, distributions, client.scheduler.address, language))
            if not sentences:
                sentences = [one for plugin in plugins if not plugin.distribution for one in await lacking(client, plugin, language)]
    except Broken:
        raise
    except Exception as error:
        raise Broken(type(error).__name__) from error
    return sentences[:MOST_SENTENCES]


def differences(found: Mapping[str, Any], distributions: Sequence[str], scheduler: str, language: str) -> Iterator[str]:
    wanted: Versions = found["client"]["packages"]
    parts: list[tuple[str, Versions, Iterable[str]]] = [(scheduler, found["scheduler"]["packages"], EVERYWHERE)]
    of_workers = dict.fromkeys((*EVERYWHERE, "guanxi", *distributions))
    parts += [(address, one["packages"], of_workers) for address, one in found["workers"].items()]
    for who, there, libraries in parts:
        for library in libraries:
            have, want = there.get(library), wanted.get(library)
            if comparable(library, have) == comparable(library, want):
                continue
            yield say("cluster_other" if have else "cluster_lacks", language, who=who, library=library, found=readable(library, have),
                      wanted=readable(library, want))


def comparable(library: str, version: str | None) -> str | None:
    """What is pickled fits every Python of the same minor version.

    >>> comparable("python", "3.11.7.final.0")
    '3.11'
    """
    return ".".join(version.split(".")[:2]) if version and library == "python" else version


def readable(library: str, version: str | None) -> str:
    return ".".join(version.split(".")[:3]) if version and library == "python" else version or "-"


# -- plugins of files and modules, which have no version that could be compared --
async def lacking(client: Client, plugin: Plugin, language: str) -> list[str]:
    mark = mark_of(plugin.source)
    found: Mapping[str, str | None] = await client.run(mark_of, plugin.source)
    words = {"plugin": plugin.name, "source": plugin.source}
    return [say("cluster_plugin_other" if there else "cluster_plugin", language, who=who, **words)
            for who, there in found.items() if there != mark]


# -- for the doctor --
async def findings(asked: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is `wrong`, and `notes`."""
    cluster, plugins = asked["cluster"], [Plugin(*one) for one in asked["plugins"]]
    try:
        async with connected(cluster["scheduler"], cluster["tls"]) as client:
            wrong = await unfit(client, plugins, "en")
            return {"wrong": wrong, "notes": [] if wrong else await apart(client, Path(asked["files"]))}
    except Broken as broken:
        return {"wrong": [f"{broken}. Runs wait until that is mended."], "notes": []}


async def apart(client: Client, files: Path) -> list[str]:
    probe = write_probe(files)
    try:
        found: Mapping[str, bool] = await client.run(sees, files, probe)
    finally:
        (files / probe["name"]).unlink(missing_ok=True)
    blind = [who for who, sees_it in found.items() if not sees_it]
    told = [f"{len(found)} workers, all of the versions of this server."]
    if blind:
        told.append(f"{len(blind)} of them do not see {files}, {blind[0]} for one: a run there reads its data into a folder of its own.")
    return told


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(findings(orjson.loads(sys.stdin.buffer.read())))))
