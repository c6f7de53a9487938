"""A plugin for tests, as an author writes it: it asks the warm process at the root of queries, and misbehaves on request."""

import datetime
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import strawberry

from guanxi import (
    Customer,
    Desk,
    ImageFormat,
    Inquiry,
    InsufficientData,
    InvalidParameters,
    Query,
    Relationship,
    argument,
    file_address,
    hook,
    inquire,
    raw,
    read_input,
    referred,
    selection,
)

REQUIRES_API = ">=1.0,<2"
SOURCE = str(Path(__file__))
PLUGIN = "curious"
READ = ["relationships.read"]


@strawberry.input(description="What is wondered about.")
class WonderInput:
    trouble: str = strawberry.field(default="", description="How to misbehave.")
    seconds: float = strawberry.field(default=0.0, description="How long to think.")
    where: Mapping[str, Any] | None = selection(lambda: Customer, "About whom.")
    as_of: datetime.datetime | None = strawberry.field(default=None, description="For which moment.")

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise InvalidParameters("Nobody thinks for so short a time.", "seconds")


@strawberry.type(description="Somebody among others.")
class Somebody:
    number: strawberry.Private[int]
    place: int = strawberry.field(description="Where in the row.")
    customer: Customer = referred("number", "Who it is.")


@strawberry.type(description="What was found.")
class Wonder:
    given: strawberry.Private[Mapping[str, Any]]
    tie_numbers: strawberry.Private[list[int]]
    process: int = strawberry.field(description="Which process answered.")
    data: int = strawberry.field(description="Which snapshot it was.")
    graph: int = strawberry.field(description="Which graph it was.")
    people: list[Somebody] = strawberry.field(description="Everybody.")
    ties: list[Relationship] = referred("tie_numbers", "What ties them.")

    @strawberry.field(description="How it looks.")  # type: ignore[untyped-decorator]  # Strawberry leaves it untyped
    async def picture(self, info: strawberry.Info[Any, None], format: ImageFormat = ImageFormat.SVG) -> str | None:
        found = await inquire(info.context, PLUGIN, "picture", self.given)
        return file_address(info.context, found[format.name.lower()])

    @strawberry.field(description="A file of it.")  # type: ignore[untyped-decorator]  # as above
    async def file(self, info: strawberry.Info[Any, None]) -> str | None:
        return file_address(info.context, await inquire(info.context, PLUGIN, "file", self.given))

    @strawberry.field(description="Never there.")  # type: ignore[untyped-decorator]  # as above
    async def lost(self) -> int | None:
        raise KeyError("4711")

    @strawberry.field(description="Not a number.")  # type: ignore[untyped-decorator]  # as above
    def odd(self) -> int | None:
        return "many"  # type: ignore[return-value]  # on purpose


async def wonder(context: Any, input: Mapping[str, Any]) -> Wonder:
    asked = read_input(WonderInput, input, ("input",))
    found = await inquire(context, PLUGIN, "size", input, asked.where, asked.as_of)
    people = [Somebody(number=number, place=place) for place, number in enumerate(found["people"])]
    return Wonder(given=input, tie_numbers=found["ties"], process=found["process"], data=found["data"], graph=found["graph"], people=people)


def size(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    misbehave(given, desk)
    snapshot = desk.snapshot
    graph = snapshot.graph(directed=False)
    ties = snapshot.table("relationships")["id"].to_pylist()
    return {"people": snapshot.table("customers")["id"].to_pylist(), "ties": ties[:len(graph.source)], "process": os.getpid(),
            "data": id(snapshot) % 2**31, "graph": id(graph) % 2**31}


TROUBLES = {"raise": RuntimeError("4711"), "exit": SystemExit(4), "insufficient": InsufficientData("There is nobody."),
            "long": InvalidParameters("x" * 100_000)}


def misbehave(given: Mapping[str, Any], desk: Desk) -> None:
    time.sleep(given.get("seconds", 0))
    trouble = given.get("trouble")
    if trouble in TROUBLES:
        raise TROUBLES[trouble]
    if trouble == "invalid":
        raise InvalidParameters("这里不对。" if desk.language == "zh" else "Something is wrong here.", "trouble", "0")
    if trouble == "die":
        os._exit(3)
    hoard = []
    while trouble == "loop":
        pass
    while trouble == "memory":
        hoard.append(bytearray(16 * 2**20))


def no_json(desk: Desk, given: Mapping[str, Any]) -> Any:
    return {"when": object()}


def no_data(desk: Desk, given: Mapping[str, Any]) -> Any:
    return desk.snapshot


def picture(desk: Desk, given: Mapping[str, Any]) -> dict[str, str]:
    from matplotlib.figure import Figure

    def figure() -> Any:
        misbehave(given, desk)
        drawn = Figure(figsize=(200, 200) if given.get("trouble") == "huge" else (4, 3))
        drawn.subplots().set_title("$人脉 < \\frac")
        return drawn

    return desk.draw("人脉", figure)


def file(desk: Desk, given: Mapping[str, Any]) -> str:
    return desk.write("gexf", lambda: f"<gexf>{desk.snapshot.table('customers').num_rows}</gexf>".encode())


NEEDS = ("customers", "relationships")


@hook
def inquiries() -> list[Inquiry]:
    return [Inquiry(name="size", answer=size, needs=NEEDS), Inquiry(name="picture", answer=picture, needs=NEEDS),
            Inquiry(name="file", answer=file, needs=NEEDS), Inquiry(name="noJson", answer=no_json),
            Inquiry(name="noData", answer=no_data), Inquiry(name="noTable", answer=no_json, needs=("weather",))]


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    given = [argument("input", WonderInput, "What.")]
    return {Query: {"wonder": raw(wonder, "Wonders.", arguments=given, requires=READ, type_=Wonder | None)}}
