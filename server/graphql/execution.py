"""Executing what callers ask, whichever way it came: the same documents, limits, policy, deadline and words for all."""

import copy
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationType,
    create_source_event_stream,
    execute_subscription_event,
    map_source_to_response_event,
)
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionContext
from strawberry.types import ExecutionResult as StrawberryResult

from schema.compose import Schema
from schema.context import ANONYMOUS, UNWATCHED, Caller, Files, Inquiries, NoInquiries, Watch
from schema.errors import RequestError
from schema.extending.catalogue import EMPTY, Catalogue
from server.access.callers import unauthenticated
from server.database import Database
from server.deadlines import Deadlines
from server.exchange import Exchange
from server.graphql.context import Prepared, RequestContext
from server.graphql.documents import Documents, Operation
from server.graphql.failures import Failure
from server.graphql.limits import check_cost
from server.graphql.persisted import PersistedQueries
from server.graphql.requests import Asked
from server.graphql.results import answer_of, not_executed
from server.runs.limits import limits_of

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

Way = Literal["GET", "POST", "STREAM"]  # a stream has room for many answers: a socket, or events over HTTP


@dataclass(frozen=True)
class Ready:
    """An operation that may be executed, and what it costs."""

    text: str
    variables: dict[str, Any]
    operation: Operation
    cost: int


class Execution:
    """Executes the operations of one application."""

    def __init__(self, schema: Schema, database: Database, files: Files, settings: "Settings",
                 catalogue: Catalogue = EMPTY, watch: Watch = UNWATCHED):
        self.schema = with_prepared_documents(schema)
        self._core = schema._schema  # noqa: SLF001  Strawberry has no other way to graphql-core's schema
        self._database, self._files, self.settings = database, files, settings
        self._catalogue, self._watch, self._limits = catalogue, watch, limits_of(settings)
        self.inquiries: Inquiries = NoInquiries()  # until the server has started
        self._deadlines = Deadlines(settings.limits.deadline)
        self._documents = Documents(schema, settings.limits)
        self._persisted = PersistedQueries()

    def context(self, exchange: Exchange) -> RequestContext:
        return RequestContext(self._database.reader(), self._database.writer, exchange.caller, exchange.language, exchange.request_id,
                              self.settings.reporting_currency, self._database.dialect, self._catalogue, self._watch, self._files,
                              self._limits, self.inquiries)

    def ready(self, asked: Asked, exchange: Exchange, way: Way) -> Ready:
        """Check everything that can be checked before executing. Raises Failure or Rejected."""
        text = self._persisted.text(asked)
        operation = self._documents.operation(text, asked.operation_name, hints=exchange.caller is not ANONYMOUS)
        exchange.operation = operation.name
        check_policy(operation, way, exchange.caller, self.settings)
        cost = check_cost(operation.measure, asked.variables, self.settings.limits)
        self._persisted.keep(asked)
        return Ready(text, asked.variables, operation, cost)

    async def respond(self, asked: Asked, exchange: Exchange, way: Way, *, with_cost: bool = False) -> bytes:
        """The body of the answer to a query or a mutation. Raises Failure, Rejected, RequestError for what was not executed."""
        ready = self.ready(asked, exchange, way)
        answer = await self.execute(ready, self.context(exchange), exchange)
        if with_cost:
            answer["extensions"] = {"cost": {"requested": ready.cost, "limit": self.settings.limits.cost}}
        return orjson.dumps(answer)

    async def execute(self, ready: Ready, context: RequestContext, exchange: Exchange) -> GraphQLHTTPResponse:
        """A query or a mutation, by its plan; by graphql-core where there is none or it stands aside. Raises UNAVAILABLE at the
        deadline."""
        operation = context.operation = ready.operation
        exchange.only_reads = operation.kind is OperationType.QUERY
        with self._deadline():
            async with context.reader:
                data = await self.schema.roads.answer(self._core, operation.node, operation.fragments, context, ready.variables)
                if data is not None:
                    return {"data": data}
                result = await self.schema.execute(ready.text, ready.variables, context, operation_name=operation.name)
                return answer_of(result, exchange)

    async def answers(self, ready: Ready, exchange: Exchange) -> AsyncGenerator[GraphQLHTTPResponse]:
        """One answer to a query or a mutation; one for each event of a subscription, each as of its own moment.

        Raises what was not executed, and what ends a subscription's source.
        """
        context = self.context(exchange)
        if ready.operation.kind is not OperationType.SUBSCRIPTION:
            yield await self.execute(ready, context, exchange)
            return
        async with context.reader, aclosing(self._events(ready, context, exchange)) as results:
            async for result in results:
                await look_again(context)  # no transaction stays open while the answer is sent
                yield answer_of(StrawberryResult(result.data, result.errors), exchange)

    async def _events(self, ready: Ready, context: RequestContext, exchange: Exchange) -> AsyncGenerator[ExecutionResult]:
        """graphql-core's subscribe, with a deadline for each event and the caller's permissions of that moment."""
        executor = Executor.build(self._core, ready.operation.document, context_value=context, raw_variable_values=ready.variables,
                                  operation_name=ready.operation.name)
        if isinstance(executor, list):
            raise not_executed(executor, exchange)

        async def answer(event: Executor[Any]) -> ExecutionResult:
            context.caller = exchange.caller
            with self._deadline():
                result = execute_subscription_event(event)
                return result if isinstance(result, ExecutionResult) else await result

        with self._deadline():
            source = create_source_event_stream(executor)
            if executor.is_awaitable(source):
                source = await source
        if isinstance(source, ExecutionResult):
            yield source
            return
        async with aclosing(map_source_to_response_event(executor, cast("AsyncIterable[Any]", source), answer)) as results:
            async for result in results:
                yield result

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        try:
            with self._deadlines.limited():
                yield
        except TimeoutError:
            raise RequestError("UNAVAILABLE", "deadline", seconds=f"{self._deadlines.seconds:g}") from None


async def look_again(context: RequestContext) -> None:
    """What is read next is as of now."""
    await context.reader.renew()
    context.loaders.clear()


def with_prepared_documents(schema: Schema) -> Schema:
    """The schema as this application executes it: documents come parsed and validated."""
    served = copy.copy(schema)
    served.extensions = (Prepared, *schema.extensions)
    served.process_errors = unheard  # type: ignore[method-assign]  # Strawberry would log each error with the query's text
    return served


def unheard(errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
    """results.py logs what nobody expected."""


def check_policy(operation: Operation, way: Way, caller: Caller, settings: "Settings") -> None:
    """Raises Failure for an operation that may not be asked like this, or by this caller."""
    if way != "STREAM" and operation.kind is OperationType.SUBSCRIPTION:
        raise Failure("BAD_REQUEST", "subscription_by_http")
    if way == "GET" and operation.kind is not OperationType.QUERY:
        raise Failure("BAD_REQUEST", "mutation_by_get", status=405, headers={"Allow": "POST"})
    if caller is ANONYMOUS and not operation.measure.only_introspection:
        raise unauthenticated()
    if settings.introspection == "nobody" and operation.measure.introspection_depth:
        raise Failure("FORBIDDEN", "introspection_off")
