"""The checks in their order, and going through them."""

import inspect
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from guanxi.testing.checking import asking, computing, erasing, migrating, standing, wording
from guanxi.testing.checking.subject import Nothing, Subject
from guanxi.testing.preparing import migrated
from guanxi.testing.scale import Finding, Level, Scale
from guanxi.testing.server import opened
from schema.extending.catalogue import PluginStatus

Trying = Callable[[Subject], Iterable[str] | Awaitable[Iterable[str]]]


@dataclass(frozen=True)
class Check:
    level: Level
    what: str
    trying: Trying


ALONE = (
    Check(Level.RUNS, "it loads, and fits the interface", standing.loads),
    Check(Level.RUNS, "it says with which versions of the interface it works", standing.names_its_interface),
    Check(Level.RUNS, "the server stays light with it", standing.stays_light),
    Check(Level.RUNS, "its tables are its own, and what its migrations make", migrating.makes_its_tables),
)
SERVING = (
    Check(Level.RUNS, "its fields, filters and orders answer before anything was computed", asking.answers),
    Check(Level.RUNS, "its analyses run, are published, and are shown", computing.runs_through_the_queue),
    Check(Level.SOUND, "its migrations go up, down and up again", migrating.goes_up_and_down),
    Check(Level.SOUND, "parameters have bounds", computing.bounds_its_parameters),
    Check(Level.SOUND, "the same data and seed give the same result", computing.repeats_itself),
    Check(Level.SOUND, "empty, single and disconnected data end in a result or a sentence", computing.stands_small_data),
    Check(Level.SOUND, "figures are finite", computing.gives_finite_figures),
    Check(Level.GOOD, "a page of customers takes as many statements as one customer", asking.asks_once_for_a_page),
    Check(Level.GOOD, "nobody waits while it answers", asking.lets_others_go_on),
    Check(Level.GOOD, "charts can be drawn in English and Chinese", computing.draws),
    Check(Level.GOOD, "estimates are numbers that grow with the data", computing.estimates),
    Check(Level.GOOD, "labels are in English and Chinese", wording.speaks_two_languages),
    Check(Level.GOOD, "it says what it is for, and has types", wording.is_described),
    Check(Level.SOUND, "erasing a customer or a run takes its rows along", erasing.forgets),  # last: it takes data away
)


async def tried(subject: Subject) -> Scale:
    """Every check. What a check itself stumbles over is a finding too."""
    findings = [await found(one, subject) for one in ALONE[:1]]
    if subject.known.status is PluginStatus.ACTIVE:
        findings += [await found(one, subject) for one in ALONE[1:]]
        findings += [one async for one in served(subject)]
    return Scale(subject.name, findings)


async def served(subject: Subject) -> AsyncIterator[Finding]:
    template = migrated(subject.folder / "template.db")
    async with AsyncExitStack() as stack:
        try:
            given = {subject.name: subject.settings} if subject.settings else {}
            subject.server = await stack.enter_async_context(opened([subject.what], subject.folder, settings=given, template=template))
        except Exception as error:  # noqa: BLE001  whatever a plugin brings about
            yield Finding(Level.RUNS, "it serves", False, [described(error)])
            return
        await computing.try_apart(subject)
        for one in SERVING:
            yield await found(one, subject)


async def found(check: Check, subject: Subject) -> Finding:
    try:
        said: Any = check.trying(subject)
        sentences = list(await said if inspect.isawaitable(said) else said)
    except Nothing as why:
        return Finding(check.level, check.what, None, [str(why)])
    except Exception as error:  # noqa: BLE001  as above
        sentences = [described(error)]
    return Finding(check.level, check.what, not sentences, sentences)


def described(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {words} (at {frame.filename}:{frame.lineno})"
