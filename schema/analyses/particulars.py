"""What a run keeps of itself, as clients see it: what was read, what it was estimated to need, its figures, charts and files."""

import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from schema.context import Context

Info = strawberry.Info[Context, None]


@strawberry.enum(description="In which form a picture is wanted.")
class ImageFormat(enum.Enum):
    SVG = strawberry.enum_value("SVG", description="Lines and letters: sharp at any size.")
    PNG = strawberry.enum_value("PNG", description="Pixels: for programs that do not read SVG.")


Form = Annotated[ImageFormat, strawberry.argument(description="In which form.")]


@strawberry.type(description="How many rows of a kind were read.")
class SnapshotCount:
    entity: str = strawberry.field(description="Of what, such as customers.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="The data that a run was computed from: what was read, and when.")
class DataSnapshot:
    as_of: datetime.datetime = strawberry.field(description="The moment for which relationships hold.")
    digest: str = strawberry.field(description="The same for the same data: SHA-256 of all that was read.")
    selection: JSON = strawberry.field(description="What was asked for of the data.")
    row_counts: list[SnapshotCount] = strawberry.field(description="How much was read.")
    excluded_for_consent: int = strawberry.field(description="How many customers were left out because they refused to be analysed.")


@strawberry.type(description="A figure that says how good a result is.")
class RunMetric:
    name: str = strawberry.field(description="What was measured.")
    value: float | None = strawberry.field(description="The figure; null when it is not defined.")
    baseline: float | None = strawberry.field(description="What the simplest method reaches, where there is one.")
    fold: int | None = strawberry.field(description="Which part of a cross-validation it belongs to.")


@strawberry.type(description="What a run will need, roughly, and rather too much than too little.")
class RunEstimate:
    rows: int = strawberry.field(description="How many rows it will read.")
    memory_bytes: float = strawberry.field(description="How much memory.")
    seconds: float = strawberry.field(description="How long, on one processor.")
    within_limits: bool = strawberry.field(description="Whether it may be started here.")


def chart_title(root: strawberry.Parent["Chart"], info: Info) -> str:
    return root.titles.get(info.context.language) or root.titles["en"]


def chart_url(root: strawberry.Parent["Chart"], info: Info, format: Form = ImageFormat.SVG) -> str | None:
    ending = format.name.lower()
    return info.context.files.address(f"runs/{root.run}/{root.name}.{ending}", info.context.caller) if ending in root.formats else None


@strawberry.type(description="A picture of a result.")
class Chart:
    run: strawberry.Private[int]
    titles: strawberry.Private[Mapping[str, str]]  # by language
    formats: strawberry.Private[Sequence[str]]
    name: str = strawberry.field(description="What programs call it.")
    title: str = strawberry.field(resolver=chart_title, description="What it shows, in the caller's language.")
    url: str | None = strawberry.field(resolver=chart_url,
                                       description="Where to fetch it, for a while; null when it was not drawn in this form.")


def artifact_url(root: strawberry.Parent["Artifact"], info: Info) -> str:
    return info.context.files.address(f"runs/{root.run}/{root.name}", info.context.caller)


@strawberry.type(description="A file that a run left.")
class Artifact:
    run: strawberry.Private[int]
    name: str = strawberry.field(description="The file's name.")
    media_type: str = strawberry.field(description="What kind of file it is.")
    bytes: float = strawberry.field(description="Its size; a whole number.")
    sha256: str = strawberry.field(description="Its SHA-256, in hexadecimal digits.")
    url: str = strawberry.field(resolver=artifact_url, description="Where to fetch it, for a while.")


# -- from what is stored --
def snapshot(stored: Mapping[str, Any] | None) -> DataSnapshot | None:
    if stored is None:
        return None
    counts = [SnapshotCount(entity=entity, count=count) for entity, count in stored["rowCounts"].items()]
    return DataSnapshot(as_of=datetime.datetime.fromisoformat(stored["asOf"]), digest=stored["digest"], selection=stored["selection"],
                        row_counts=counts, excluded_for_consent=stored["excludedForConsent"])


def metrics(stored: Sequence[Mapping[str, Any]] | None) -> list[RunMetric]:
    return [RunMetric(name=one["name"], value=one.get("value"), baseline=one.get("baseline"), fold=one.get("fold")) for one in stored or ()]


def estimate(stored: Mapping[str, Any] | None) -> RunEstimate | None:
    if stored is None:
        return None
    return RunEstimate(rows=stored["rows"], memory_bytes=stored["memory"], seconds=stored["seconds"], within_limits=stored["withinLimits"])


def charts(run: int, stored: Sequence[Mapping[str, Any]] | None) -> list[Chart]:
    return [Chart(run=run, name=one["name"], titles={"en": one["title"], "zh": one["titleZh"]}, formats=list(one["formats"]))
            for one in stored or ()]


def artifacts(run: int, stored: Sequence[Mapping[str, Any]] | None) -> list[Artifact]:
    return [Artifact(run=run, name=one["name"], media_type=one["mediaType"], bytes=one["bytes"], sha256=one["sha256"])
            for one in stored or ()]
