"""Running an analysis again with the parameters of a run that there was."""

from typing import Any

from graphql import GraphQLError, GraphQLSchema, coerce_input_value
from graphql.utilities import validate_input_value
from sqlalchemy import bindparam, select

from schema.analyses.contract import Analysis
from schema.analyses.starting import Wanted, enqueue, prepare
from schema.checking import Faults, checked_id
from schema.context import Context
from schema.errors import ErrorCode, Refused, problem
from schema.jobs.models import JobRow
from schema.querying.entities import Entities
from schema.querying.reading import question

PATH = ("input", "id")  # what a client can change about it


async def rerun(context: Context, schema: GraphQLSchema, entities: Entities, id_: str, *, fresh: bool) -> int:
    """The number of the new run. Raises `Refused` when there is no such run, when its analysis is not here, when its parameters do
    not fit any more, and for what any start is refused for."""
    place = Faults(PATH)
    number = checked_id(id_, "j", "AnalysisRun", place)
    place.refuse()
    assert number is not None
    kind, label, parameters = await kept(context, number, place, id_, fresh=fresh)
    analysis = context.catalogue.analyses.get(kind)
    if analysis is None:
        raise Refused(problem(ErrorCode.CONFLICT, "analysis_gone", *PATH, kind=kind))
    wanted = await prepare_again(context, schema, entities, analysis, parameters | {"label": label})
    answer = await enqueue(context, wanted, "analysisRunRerun", rerun_of=number, same_data=not fresh)
    run: int = answer["run"]
    return run


async def kept(context: Context, number: int, place: Faults, id_: str, *, fresh: bool) -> tuple[str, str | None, dict[str, Any]]:
    query = select(JobRow.kind, JobRow.label, JobRow.parameters, JobRow.snapshot).where(JobRow.id == bindparam("run"),
                                                                                        JobRow.plugin.is_not(None))
    found = await question(query, context.dialect).ask(context, {"run": number})
    if not found:
        place.add(ErrorCode.NOT_FOUND, "no_run", id=id_)
    elif found[0][3] is None and not fresh:
        place.add(ErrorCode.CONFLICT, "run_no_snapshot")
    place.refuse()
    (kind, label, parameters, _), = found
    return kind, label, parameters


async def prepare_again(context: Context, schema: GraphQLSchema, entities: Entities, analysis: Analysis[Any],
                        parameters: dict[str, Any]) -> Wanted:
    """As a start would be prepared. Its refusals name the parameter in words: the client sent none."""
    try:
        wanted = await prepare(context, entities, analysis, coerced(schema, analysis, parameters))
        wanted.refuse_over(context.limits)
    except Refused as refused:
        raise Refused(*[problem(p.code, "run_refused", *PATH, where=".".join(p.path[1:]) or analysis.name, reason=p.text(context.language))
                        for p in refused.problems]) from None
    return wanted


def coerced(schema: GraphQLSchema, analysis: Analysis[Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Parameters that were kept, as GraphQL would hand them to a resolver. Raises `Refused` where they do not fit the input any more."""
    start: Any = analysis.start
    type_: Any = schema.type_map[start.__strawberry_definition__.name]
    faults = Faults()

    def wrong(error: GraphQLError, path: list[str | int]) -> None:
        faults.at(*path).add(ErrorCode.INVALID, "parameters", reason=error.message)

    validate_input_value(stored, type_, wrong)
    faults.refuse()
    values: dict[str, Any] = coerce_input_value(stored, type_)
    return values
