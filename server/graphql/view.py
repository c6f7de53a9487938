"""The endpoint /graphql: Strawberry's view, with GraphQL over HTTP kept to the letter and every failure a GraphQL error document."""

import asyncio
import copy
from typing import TYPE_CHECKING, Any, cast

import orjson
import strawberry
from cross_web import AsyncHTTPRequestAdapter, StarletteRequestAdapter
from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.types import ExecutionContext, ExecutionResult

from schema.context import ANONYMOUS, Caller
from schema.errors import RequestError
from server.access.callers import Access, unauthenticated
from server.database import Database
from server.exchange import exchange_of
from server.graphql.context import Prepared, RequestContext
from server.graphql.documents import Documents, Operation
from server.graphql.failures import Failure
from server.graphql.limits import check_cost
from server.graphql.negotiation import media_type
from server.graphql.persisted import PersistedQueries
from server.graphql.requests import check_headers, read_request
from server.graphql.results import answer_of

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

COST = "x-guanxi-cost"


class Adapter(StarletteRequestAdapter):
    """Strawberry's view of a request, with the request itself in reach."""

    def __init__(self, request: Request):
        super().__init__(request)
        self.request = request


class GraphQLView(GraphQL[RequestContext, None]):
    """GraphQL over HTTP for one application."""

    request_adapter_class = Adapter

    def __init__(self, schema: strawberry.Schema, database: Database, access: Access, settings: "Settings"):
        super().__init__(with_prepared_documents(schema), graphql_ide=None, subscription_protocols=())
        self._database, self._access, self._settings = database, access, settings
        self._documents = Documents(schema, settings.limits)
        self._persisted = PersistedQueries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what it refuses: server/frame.py words it."""
        request, exchange = Request(scope, receive), exchange_of(scope)
        if self._settings.graphiql and is_visit(request):
            await RedirectResponse("/graphiql/", 303)(scope, receive, send)
            return
        exchange.media_type = media_type(request.headers.get("accept"))
        check_headers(request)
        exchange.caller = await self._access.caller(request)
        response = await self.run(request)
        response.headers["Content-Type"] = f"{exchange.media_type}; charset=utf-8"
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> RequestContext:
        exchange = exchange_of(request.scope)
        return RequestContext(self._database.reader(), self._database.writer, exchange.caller, exchange.language, exchange.request_id,
                              self._settings.reporting_currency, self._database.dialect)

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        return False

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        asked = await read_request(cast("Adapter", request).request, self._settings.limits)
        return GraphQLRequestData(asked.query, asked.variables, asked.operation_name, asked.extensions)

    async def execute_operation(self, request: Request, request_adapter: AsyncHTTPRequestAdapter, request_data: Any,
                                context: RequestContext, root_value: None, sub_response: Response) -> ExecutionResult:
        text = self._persisted.text(request_data)
        context.operation = operation = self._documents.operation(text, request_data.operation_name, hints=context.caller is not ANONYMOUS)
        exchange_of(request.scope).operation = operation.name
        check_policy(operation, request.method, context.caller, self._settings)
        cost = check_cost(operation.measure, request_data.variables, self._settings.limits)
        self._persisted.keep(request_data)
        result = await self._execute(text, request_data, context)
        if COST in request.headers:
            result.extensions = {"cost": {"requested": cost, "limit": self._settings.limits.cost}}
        return result

    async def _execute(self, text: str, asked: GraphQLRequestData, context: RequestContext) -> ExecutionResult:
        seconds = self._settings.limits.deadline
        try:
            async with asyncio.timeout(seconds), context.reader:
                return await self.schema.execute(text, asked.variables, context, operation_name=asked.operation_name)
        except TimeoutError:
            raise RequestError("UNAVAILABLE", "deadline", seconds=f"{seconds:g}") from None

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        return answer_of(result, exchange_of(request.scope))

    def create_response(self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response) -> Response:
        return Response(self.encode_json(response_data))

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def is_visit(request: Request) -> bool:
    """Somebody opened the endpoint's address in a browser."""
    return request.method == "GET" and not request.url.query and "text/html" in request.headers.get("accept", "")


def with_prepared_documents(schema: strawberry.Schema) -> strawberry.Schema:
    """The schema as this application executes it: documents come parsed and validated."""
    served = copy.copy(schema)
    served.extensions = (Prepared, *schema.extensions)
    served.process_errors = unheard  # type: ignore[method-assign]  # Strawberry would log each error with the query's text
    return served


def unheard(errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
    """results.py logs what nobody expected."""


def check_policy(operation: Operation, method: str, caller: Caller, settings: "Settings") -> None:
    """Raises Failure for an operation that may not be asked like this, or by this caller."""
    if operation.kind is OperationType.SUBSCRIPTION:
        raise Failure("BAD_REQUEST", "subscription_by_http")
    if method == "GET" and operation.kind is not OperationType.QUERY:
        raise Failure("BAD_REQUEST", "mutation_by_get", status=405, headers={"Allow": "POST"})
    if caller is ANONYMOUS and not operation.measure.only_introspection:
        raise unauthenticated()
    if settings.introspection == "nobody" and operation.measure.introspection_depth:
        raise Failure("FORBIDDEN", "introspection_off")
