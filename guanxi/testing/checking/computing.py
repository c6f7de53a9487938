"""What the analyses of a plugin do, through the queue and in a process that has nothing but a snapshot."""

import asyncio
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from guanxi.testing.checking import asking
from guanxi.testing.checking.inputs import numbers
from guanxi.testing.checking.subject import Nothing, Subject
from guanxi.testing.server import Refused
from schema.analyses.parameters import read_input

WITHIN = 300.0  # seconds for all analyses of a plugin on all of the small data
TOO_LITTLE = "INSUFFICIENT_DATA"
MANY = 1000  # times as many rows, for an estimate that has to grow


# -- through the queue --
async def runs_through_the_queue(subject: Subject) -> list[str]:
    said = []
    for analysis in subject.analyses:
        try:
            run = subject.runs[analysis.name] = await subject.at_work.run(analysis.name, **subject.given(analysis.name))
        except Refused as refused:
            said.append(f"{analysis.name} refuses {json.dumps(subject.given(analysis.name))}: {refused} "
                        f"Name others: check_plugin(..., parameters={{{analysis.name!r}: ...}}), or --param {analysis.name}.KEY=VALUE.")
            continue
        if run.error and run.error[0] != TOO_LITTLE:
            said.append(f"{analysis.name} ended as {run.status}: {run.error[0]}, {run.error[1]}")
    if not any(run.status == "SUCCEEDED" for run in subject.runs.values()) and not said:
        raise Nothing("The small shop has too little data for its analyses: " + " ".join(
            run.error[1] for run in subject.runs.values() if run.error))
    return said + await shown(subject)


async def shown(subject: Subject) -> list[str]:
    """Once more, now that there are results."""
    try:
        return await asking.answers(subject)
    except Nothing:
        return []


async def bounds_its_parameters(subject: Subject) -> list[str]:
    said, server, found = [], subject.at_work, False
    for analysis in subject.analyses:
        for name, *ends in numbers(server, analysis.name):
            found, accepted = True, 0
            for end in ends:
                given = subject.given(analysis.name) | {name: end, "estimateOnly": True}
                try:
                    accepted += not (await server.start(analysis.name, given))["userErrors"]
                except Refused as refused:
                    said.append(f"{analysis.name}.{name} = {end:g} ends in an error instead of a refusal: {refused}")
            if accepted == len(ends):
                said.append(f"{analysis.name}.{name} takes any number: say its bounds in __post_init__.")
    if not found:
        raise Nothing("No parameter is a number.")
    return said


# -- apart --
async def try_apart(subject: Subject) -> None:
    """Fills `subject.trial`: see trial.py."""
    try:
        analyses = {analysis.name: subject.given(analysis.name) for analysis in subject.analyses}
    except Nothing:
        return
    task = {"plugin": subject.name, "source": subject.known.source, "settings": subject.known.settings, "analyses": analyses}
    subject.trial = await asyncio.to_thread(tried_apart, task)


def tried_apart(task: Mapping[str, Any]) -> Mapping[str, Any]:
    command = [sys.executable, "-P", "-m", "guanxi.testing.checking.trial"]
    try:
        told = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=False, timeout=WITHIN)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {name: {"failed": f"It did not come to an end within {WITHIN:g} s."} for name in task["analyses"]}
    if told.returncode:
        last = (told.stderr.strip().splitlines() or ["(nothing was said)"])[-1]
        return {name: {"failed": f"The process that computed ended with {told.returncode}: {last}"} for name in task["analyses"]}
    found: Mapping[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def results(subject: Subject) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    for analysis in subject.analyses:
        yield analysis, subject.trial[analysis.name]


def repeats_itself(subject: Subject) -> Iterator[str]:
    compared = False
    for analysis, told in results(subject):
        if "failed" in told:
            yield f"{analysis.name}: {told['failed']}"
        elif analysis.deterministic and told.get("digests"):
            run = subject.runs.get(analysis.name)
            digests = {*told["digests"], *([run.digest] if run and run.digest else [])}
            compared = True
            if len(digests) > 1:
                yield f"{analysis.name} gave {len(digests)} different results of the same data, parameters and seed."
    if not compared:
        raise Nothing("There was no result to compare.")


def stands_small_data(subject: Subject) -> Iterator[str]:
    for analysis, told in results(subject):
        for data, outcome in told.get("sets", {}).items():
            if outcome["raised"]:
                yield f"{analysis.name} on {data} data: {outcome['raised']}; raise InsufficientData, or give an empty result."


def gives_finite_figures(subject: Subject) -> Iterator[str]:
    for analysis, told in results(subject):
        for figure in told.get("infinite", ()):
            yield f"{analysis.name}: {figure} is not a finite number; leave it out, or say None."


def draws(subject: Subject) -> Iterator[str]:
    drawn = False
    for analysis, told in results(subject):
        drawn |= bool(analysis.charts) and "digests" in told
        yield from (f"{analysis.name}: {sentence}" for sentence in told.get("charts", ()))
    if not drawn:
        raise Nothing("It has no charts, or no result to draw.")


def estimates(subject: Subject) -> Iterator[str]:
    for analysis in subject.analyses:
        start = read_input(analysis.start, subject.given(analysis.name))
        needs = analysis.tables(start)
        small, large = [analysis.estimate(dict.fromkeys(needs, count), start) for count in (100, 100 * MANY)]
        for name in ("rows", "memory", "seconds"):
            less, more = getattr(small, name), getattr(large, name)
            if not (math.isfinite(less) and math.isfinite(more) and 0 <= less <= more):
                yield f"The estimate of {analysis.name} says {name} {less} for 100 rows and {more} for {100 * MANY:,}."
        if large.memory <= small.memory and large.seconds <= small.seconds:
            yield f"The estimate of {analysis.name} does not grow with the data: runs that are too large would not be refused."
