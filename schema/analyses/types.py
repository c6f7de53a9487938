"""Types of analysis runs. A run is a job: a row of the table of jobs whose kind is the analysis's name."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from schema.analyses import particulars
from schema.analyses.freshness import published, published_slots, stale
from schema.analyses.kinds import AnalysisKind, PluginVersion, plugin_version
from schema.analyses.particulars import Artifact, Chart, DataSnapshot, RunEstimate, RunMetric
from schema.jobs.models import JobRow
from schema.jobs.types import Job
from schema.querying.connection import Connection
from schema.querying.declare import column, computed, derived, one

HERE = "schema.analyses.types"
LazyRun = Annotated["AnalysisRun", strawberry.lazy(HERE)]


def kind(key: str) -> AnalysisKind:
    return AnalysisKind(key=key)


def words(stored: list[str] | None) -> list[str]:
    return stored or []


def as_json(stored: Mapping[str, Any] | None) -> JSON:
    return JSON(stored or {})


@strawberry.interface(description=(
    "One run of an analysis: what it was given, what it read, what came of it. It is a draft until it is published."))
class AnalysisRun(Job):
    kind: AnalysisKind = derived(kind, JobRow.kind, description="Which analysis.")
    label: str | None = column(JobRow.label, "What whoever started it called it.")
    slots: list[str] = derived(words, JobRow.slots, description="What it answers for once it is published, such as pageRank.")
    parameters: JSON = derived(as_json, JobRow.parameters, description="What it was started with, as a client would send it.")
    seed: int | None = column(JobRow.seed, "Where its chance comes from: given again, it gives the same result. Null: no chance in it.")
    estimate: RunEstimate | None = derived(particulars.estimate, JobRow.estimate, description="What it was expected to need.")
    plugin: PluginVersion = derived(plugin_version, JobRow.plugin, JobRow.plugin_version, JobRow.plugin_api,
                                    description="The plugin that computes it, as it was when the run was asked for.")
    snapshot: DataSnapshot | None = derived(particulars.snapshot, JobRow.snapshot, description="What it read; null until it has.")
    environment: JSON = derived(as_json, JobRow.environment,
                                description="With which versions of what it was computed; empty until it has ended.")
    metrics: list[RunMetric] = derived(particulars.metrics, JobRow.metrics, description="How good the result is.")
    charts: list[Chart] = derived(particulars.charts, JobRow.id, JobRow.charts, description="Pictures of the result.")
    artifacts: list[Artifact] = derived(particulars.artifacts, JobRow.id, JobRow.artifacts, description="Files that it left.")
    result_digest: str | None = column(JobRow.result_digest, "The same for the same result: SHA-256 of all that was found.")
    published: bool = computed(published, "Whether scores answer from it.")  # type: ignore[assignment]  # every run has an answer
    published_slots: list[str] = computed(published_slots, "The slots that it answers for.")  # type: ignore[assignment]  # as above
    stale: bool = computed(stale, "Whether data of a kind that it read was changed since.")  # type: ignore[assignment]  # as above
    rerun_of: LazyRun | None = one(JobRow.rerun_of_id, "The run that this one repeats.")


@strawberry.type(description="A run of an analysis that is not here now: its plugin is gone, or does not serve.")
class UnavailableRun(AnalysisRun):
    pass


AnalysisRunConnection = Connection[LazyRun]


def from_summary(key: str, description: str, make: Callable[[Any], Any] | None = None) -> Any:
    """A field of a run type: one of the figures in the summary of its result; null until there is one. `make` turns the JSON that is
    there into an object of the field's type."""

    def read(summary: Mapping[str, Any] | None) -> Any:
        found = (summary or {}).get(key)
        return make(found) if make and found is not None else found

    return derived(read, JobRow.summary, description=description)
