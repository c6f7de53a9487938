"""Whether the parts of a cluster are of the same versions as the server, and have what it needs.

`python -m server.cluster.checking` reads `{"cluster", "files", "plugins"}` and prints sentences, for `guanxi doctor`.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from distributed import Client

from plugins.manager import installed
from schema.messages import say
from server.cluster.files import write_probe
from server.cluster.seeing import mark_of, sees
from server.cluster.wire import CONNECT_WITHIN, Broken, connected

MOST_SENTENCES = 3
EVERYWHERE = ("python", "distributed")  # the scheduler has to have these, too
Plugin = tuple[str, str]  # its name and its source
Versions = Mapping[str, str | None]


async def unfit(client: Client, plugins: Sequence[Plugin], language: str) -> list[str]:
    """A sentence for each part that is not as it has to be, three at most. Raises `Broken`, also when there is no worker."""
    distributions = {name: origin for name, source in plugins if (origin := distribution_of(name, source))}
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            found = await client.get_versions(packages=["guanxi", *distributions.values()])
            if not found["workers"]:
                raise Broken("the cluster has no worker")
            sentences = list(differences(found, distributions.values(), client.scheduler.address, language))
            if not sentences:
                sentences = [one for plugin in plugins if plugin[0] not in distributions for one in await lacking(client, plugin, language)]
    except Broken:
        raise
    except Exception as error:
        raise Broken(type(error).__name__) from error
    return sentences[:MOST_SENTENCES]


def distribution_of(name: str, source: str) -> str | None:
    """Of an installed plugin; what is bundled has guanxi's version."""
    return next((one.origin for one in installed() if (one.name, one.source) == (name, source)), None)


def differences(found: Mapping[str, Any], distributions: Any, scheduler: str, language: str) -> Iterator[str]:
    wanted: Versions = found["client"]["packages"]
    parts = [(scheduler, found["scheduler"]["packages"], EVERYWHERE)]
    of_workers = (*EVERYWHERE, "guanxi", *dict.fromkeys(distributions))
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
    name, source = plugin
    mark = mark_of(source)
    found: Mapping[str, str | None] = await client.run(mark_of, source)
    words = {"plugin": name, "source": source}
    return [say("cluster_plugin_other" if there else "cluster_plugin", language, who=who, **words)
            for who, there in found.items() if there != mark]


# -- for the doctor --
async def findings(asked: Mapping[str, Any]) -> list[str]:
    cluster, files = asked["cluster"], Path(asked["files"])
    try:
        async with connected(cluster["scheduler"], cluster["tls"]) as client:
            return await unfit(client, [(name, source) for name, source in asked["plugins"]], "en") or await apart(client, files)
    except Broken as broken:
        return [f"{broken}. Runs wait until it is back."]


async def apart(client: Client, files: Path) -> list[str]:
    """Not wrong, but slower."""
    probe = write_probe(files)
    try:
        found: Mapping[str, bool] = await client.run(sees, files, probe)
    finally:
        (files / probe["name"]).unlink(missing_ok=True)
    return [f"note: {who} does not see {files}: a run there reads its data into a folder of its own." for who, sees_it in found.items()
            if not sees_it][:MOST_SENTENCES]


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(findings(orjson.loads(sys.stdin.buffer.read())))))
