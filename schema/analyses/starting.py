"""Starting a run: its parameters are checked, what it needs is estimated, and it is put into the queue."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry

from schema.analyses.contract import Analysis, InsufficientData, InvalidParameters
from schema.analyses.counting import counts_of
from schema.analyses.parameters import has_field, read_input, to_json
from schema.analyses.particulars import RunEstimate
from schema.analyses.particulars import estimate as shown
from schema.analyses.selections import check_filters
from schema.changes.change import Change
from schema.checking import Faults, checked_text, longest
from schema.context import Context, RunLimits
from schema.errors import ErrorCode, UserError
from schema.features.checking import check_features, tables_of
from schema.jobs.models import JobRow, JobStatus
from schema.mutating import MUTATION_COST, no_errors
from schema.querying.answering import raw
from schema.querying.declare import argument, referred
from schema.querying.entities import Entities
from schema.querying.failing import PluginError, tell

RUN = ["analyses.run"]
MOST_BYTES = 100_000  # of parameters as JSON
ASIDE = ("label", "estimateOnly", "idempotencyKey")  # what a client sends along that is no parameter


@strawberry.input(description="What every run is started with.")
class RunStart:
    label: str | None = strawberry.field(default=strawberry.UNSET, description="What to call the run, at most 200 characters.")
    estimate_only: bool = strawberry.field(default=False, description="Only say what the run would need; start nothing.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="A text of the caller's own: sent again with the same input, it starts no second run.")


@dataclass(frozen=True)
class Wanted:
    """A run that may be started. `parameters` is what is kept of what the client sent, the seed that was drawn included."""

    analysis: Analysis[Any]
    label: str | None
    parameters: Mapping[str, Any]
    slots: list[str]
    estimate: Mapping[str, Any]

    def refuse_over(self, limits: RunLimits) -> None:
        needed, faults = self.estimate, Faults()
        if needed["memory"] > limits.memory:
            faults.add(ErrorCode.LIMIT_EXCEEDED, "run_memory", needed=mebibytes(needed["memory"]), most=mebibytes(limits.memory))
        if needed["seconds"] > limits.seconds:
            faults.add(ErrorCode.LIMIT_EXCEEDED, "run_seconds", needed=f"{needed['seconds']:,.1f}", most=f"{limits.seconds:,.1f}")
        faults.refuse()


def mebibytes(size: float) -> str:
    return f"{size / 2**20:,.0f}"


# -- the root field --
def start_field(analysis: Analysis[Any]) -> Any:
    """The mutation that starts runs of this analysis: a declared field of the root, with a payload type of its own."""
    payload: Any = payload_of(analysis)
    answered: Any = payload | None

    async def resolve(context: Context, entities: Entities, input: dict[str, Any]) -> Any:
        wanted = await prepare(context, entities, analysis, input)
        if input["estimateOnly"]:
            return payload(estimate=shown(wanted.estimate))
        wanted.refuse_over(context.limits)
        answer = await enqueue(context, wanted, f"{analysis.name}RunStart", key=input.get("idempotencyKey"), request=to_json(input))
        return payload(run_id=answer["run"], estimate=shown(answer["estimate"]))

    description = f"{analysis.title}: starts a run, which is computed outside the request. {analysis.description}"
    return raw(resolve, description, payload=payload, requires=RUN, cost=MUTATION_COST, type_=answered, entities=True,
               arguments=[argument("input", analysis.start, "The parameters.")])


def payload_of(analysis: Analysis[Any]) -> Any:
    name = f"{analysis.name[0].upper()}{analysis.name[1:]}RunStartPayload"
    private: Any = strawberry.Private
    made = type(name, (), {
        "__annotations__": {"run_id": private[int | None], "run": analysis.run | None, "estimate": RunEstimate | None,
                            "user_errors": list[UserError]},
        "run_id": None,
        "run": referred("run_id", "The new run; null when it was only estimated."),
        "estimate": strawberry.field(default=None, description="What the run will need."),
        "user_errors": no_errors(),
    })
    return strawberry.type(made, description=f"What became of a run to be started: {analysis.title}.")


# -- checking --
async def prepare(context: Context, entities: Entities, analysis: Analysis[Any], given: Mapping[str, Any]) -> Wanted:
    """`given` are the values of the start input as GraphQL coerced them. Raises `Refused` for what is wrong with them, and when there
    is too little data."""
    faults = Faults()
    label = checked_text(given.get("label"), longest(JobRow.label), faults.at("label"))
    parameters = {name: value for name, value in given.items() if name not in ASIDE}
    if has_field(analysis.start, "seed") and parameters.get("seed") is None:
        parameters["seed"] = secrets.randbelow(2**31)
    kept = to_json(parameters)
    check_size(kept, faults)
    check_filters(context, entities, analysis.start, parameters, faults)
    faults.refuse()
    plugin = context.catalogue.owners[analysis.name]
    with refusing(faults, plugin, analysis.name):
        start = read_input(analysis.start, parameters)
        tables, wanted = analysis.tables(start), analysis.features(start)
    tables = tuple(dict.fromkeys([*tables, *tables_of(await check_features(context, wanted, faults))]))
    faults.refuse()
    counts = await counts_of(context, tables)
    if counts[tables[0]] < analysis.minimum_rows:
        faults.add(ErrorCode.INSUFFICIENT_DATA, "run_rows", table=tables[0], found=counts[tables[0]], least=analysis.minimum_rows)
    with refusing(faults, plugin, analysis.name):
        needed, slots = analysis.estimate(counts, start), list(analysis.slots(start))
        within = needed.memory <= context.limits.memory and needed.seconds <= context.limits.seconds
    estimate = {"rows": needed.rows, "memory": needed.memory, "seconds": needed.seconds, "withinLimits": within}
    return Wanted(analysis, label, kept, slots, estimate)


def check_size(kept: Mapping[str, Any], faults: Faults) -> None:
    size = len(orjson.dumps(kept))
    if size > MOST_BYTES:
        faults.add(ErrorCode.LIMIT_EXCEEDED, "parameters_long", most=MOST_BYTES, given=size)
    if any("\0" in text for text in texts(kept)):
        faults.add(ErrorCode.INVALID, "nul")


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from texts(inner)


@contextmanager
def refusing(faults: Faults, plugin: str, analysis: str) -> Iterator[None]:
    """What an analysis says no to becomes a refusal; whatever else it raises names its plugin."""
    try:
        yield
    except InsufficientData as error:
        faults.add(ErrorCode.INSUFFICIENT_DATA, "parameters", reason=str(error))
    except InvalidParameters as error:
        faults.at(*error.path).add(ErrorCode.INVALID, "parameters", reason=str(error))
    except Exception as error:
        tell(plugin, f"the start of {analysis}", error)
        raise PluginError(plugin) from error
    faults.refuse()


# -- the queue --
async def enqueue(context: Context, wanted: Wanted, action: str, *, key: str | None = None, request: Any = None,
                  rerun_of: int | None = None, same_data: bool = False) -> dict[str, Any]:
    answer = await context.change(action, adding(context, wanted, rerun_of, same_data=same_data), key=key, request=request)
    context.watch.announce(answer["run"])
    return answer


def adding(context: Context, wanted: Wanted, rerun_of: int | None, *, same_data: bool) -> Callable[[Change], dict[str, Any]]:
    catalogue, analysis = context.catalogue, wanted.analysis
    plugin = catalogue.plugin(catalogue.owners[analysis.name])
    assert plugin  # the analysis is in the schema, so its plugin serves

    def perform(work: Change) -> dict[str, Any]:
        row = JobRow(kind=analysis.name, status=JobStatus.QUEUED, staff_id=work.caller.staff_id, plugin=plugin.name,
                     plugin_version=plugin.version, plugin_api=plugin.api, analysis_version=analysis.version, label=wanted.label,
                     slots=wanted.slots, parameters=dict(wanted.parameters), seed=wanted.parameters.get("seed"),
                     estimate=dict(wanted.estimate), language=context.language, rerun_of_id=rerun_of,
                     details={"sameData": True} if same_data else {}, warnings=[])
        work.session.add(row)
        work.session.flush()
        return {"run": row.id, "estimate": row.estimate}

    return perform
