"""Mutations of analysis runs. Those that start runs are made for each analysis: see starting.py."""

from functools import partial
from typing import Annotated

import strawberry

from schema.analyses import publishing, rerunning
from schema.analyses.kinds import graphql_schema
from schema.analyses.types import AnalysisRun
from schema.compose import Schema
from schema.context import Context
from schema.errors import UserError
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred

RUN, PUBLISH = ["analyses.run"], ["analyses.publish"]
Info = strawberry.Info[Context, None]


@strawberry.input(description="Which run scores answer from.")
class AnalysisRunPublishInput:
    id: strawberry.ID = strawberry.field(description="The run: one that has succeeded.")


@strawberry.input(description="Which run scores answer from no longer.")
class AnalysisRunUnpublishInput:
    id: strawberry.ID = strawberry.field(description="The run.")


@strawberry.input(description="Which run to repeat, and on which data.")
class AnalysisRunRerunInput:
    id: strawberry.ID = strawberry.field(description="The run. The new one gets its parameters, its seed included, and its label.")
    on_fresh_data: bool = strawberry.field(default=False, description="Read the data as it is now; false: the data that the run read.")


@strawberry.type(description="What became of a run to be published.")
class AnalysisRunPublishPayload:
    run_id: strawberry.Private[int | None] = None
    run: AnalysisRun | None = referred("run_id", "The run that scores answer from now.")
    replaced_ids: strawberry.Private[list[int] | None] = None
    replaced: list[AnalysisRun] | None = referred("replaced_ids", "The runs that answered for its slots before.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a run to be withdrawn.")
class AnalysisRunUnpublishPayload:
    run_id: strawberry.Private[int | None] = None
    run: AnalysisRun | None = referred("run_id", "The run, which is a draft again.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="What became of a run to be repeated.")
class AnalysisRunRerunPayload:
    run_id: strawberry.Private[int | None] = None
    run: AnalysisRun | None = referred("run_id", "The new run.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class AnalysisMutations:
    @mutation(AnalysisRunPublishPayload, requires=PUBLISH, description=(
        "Lets scores answer from a run, in place of the runs that answered for its slots before. The last one to publish wins."))
    async def analysis_run_publish(
        self, info: Info, input: Annotated[AnalysisRunPublishInput, strawberry.argument(description="The run.")],
    ) -> AnalysisRunPublishPayload | None:
        context = info.context
        answer = await context.change("analysisRunPublish", partial(publishing.publish, id_=input.id, catalogue=context.catalogue))
        for run in (answer["run"], *answer["replaced"]):
            context.watch.announce(run)
        return AnalysisRunPublishPayload(run_id=answer["run"], replaced_ids=answer["replaced"])

    @mutation(AnalysisRunUnpublishPayload, requires=PUBLISH, description=(
        "Makes a run a draft again: scores of its slots are null until another one is published."))
    async def analysis_run_unpublish(
        self, info: Info, input: Annotated[AnalysisRunUnpublishInput, strawberry.argument(description="The run.")],
    ) -> AnalysisRunUnpublishPayload | None:
        answer = await info.context.change("analysisRunUnpublish", partial(publishing.unpublish, id_=input.id))
        info.context.watch.announce(answer["run"])
        return AnalysisRunUnpublishPayload(run_id=answer["run"])

    @mutation(AnalysisRunRerunPayload, requires=RUN, description=(
        "Runs an analysis again as it was run before. On the same data it gives the same result, if the analysis is deterministic."))
    async def analysis_run_rerun(
        self, info: Info, input: Annotated[AnalysisRunRerunInput, strawberry.argument(description="The run to repeat.")],
    ) -> AnalysisRunRerunPayload | None:
        assert isinstance(info.schema, Schema)
        run = await rerunning.rerun(info.context, graphql_schema(info), info.schema.entities, input.id, fresh=input.on_fresh_data)
        return AnalysisRunRerunPayload(run_id=run)
