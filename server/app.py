"""The application: every route of one server, hung on one object. Two of them live in one process without knowing each other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from schema.compose import Schema
from schema.extending.catalogue import EMPTY, Catalogue
from server import logs
from server.access.callers import Access
from server.access.routes import sign_in_routes
from server.database import Database
from server.files.routes import file_routes
from server.files.signing import FileAddresses
from server.frame import Frame
from server.graphql.endpoint import Endpoint
from server.graphql.execution import Execution
from server.graphql.failures import Failure
from server.graphql.socket import Sockets
from server.graphql.stream import Streams
from server.health import alive, readiness
from server.ide import ide_routes
from server.runs.hub import Hub

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


def create_app(settings: "Settings", database: Database, schema: Schema, catalogue: Catalogue = EMPTY,
               beside: Callable[[], Coroutine[Any, Any, None]] | None = None) -> Starlette:
    """The application closes the database when it stops. What runs it sets `closing` of its state first: streams end then.

    `beside` is what it does while it answers; it is cancelled when the application stops.
    """
    access = Access(database, settings)
    files = FileAddresses(settings.files_folder, settings.files_minutes)
    hub, closing = Hub(), asyncio.Event()
    execution = Execution(schema, database, files, settings, catalogue, hub)
    endpoint = Endpoint(execution, access, Streams(execution, access, closing))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        from server.inquiries.assembly import inquiries_of  # an eighth of all there is to import, for those who start it only
        from server.runs.assembly import runs_of
        from server.runs.notices import noticed
        from server.runs.retention import retention_of

        async with (noticed(database, hub), runs_of(settings, database, schema, catalogue, hub) as runs,
                    inquiries_of(settings, database, schema, catalogue, runs) as execution.inquiries,
                    retention_of(settings, database, catalogue), under_way(beside)):
            yield {"closing": closing}
        await access.close()
        await database.close()

    routes: list[BaseRoute] = [
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", Sockets(execution, access)),
        Route("/healthz", alive),
        Route("/readyz", readiness(database)),
        *sign_in_routes(database, access, settings),
        *file_routes(files, access),
    ]
    if settings.graphiql:
        routes += [Route("/", to_graphiql), *ide_routes(access)]
    return Starlette(routes=routes, middleware=[Middleware(Frame, hosts=settings.hosts, direct={"/graphql": endpoint})],
                     lifespan=lifespan, exception_handlers={HTTPException: unknown})


@asynccontextmanager
async def under_way(work: Callable[[], Coroutine[Any, Any, None]] | None) -> AsyncIterator[None]:
    """Work that goes on until it is done or no longer wanted. That it failed is a line of the log."""
    task = asyncio.create_task(_reported(work)) if work else None
    try:
        yield
    finally:
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _reported(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    except Exception as error:  # noqa: BLE001  the server goes on without it
        logs.report(error, "beside")


async def to_graphiql(_: Request) -> Response:
    return RedirectResponse("/graphiql/", 307)


async def unknown(_: Request, error: Exception) -> Response:
    """Starlette's own refusals are plain text; ours are GraphQL error documents."""
    status, headers = (error.status_code, dict(error.headers or {})) if isinstance(error, HTTPException) else (500, {})
    if status == 404:
        raise Failure("NOT_FOUND", "no_such_path")
    raise Failure("BAD_REQUEST", "method_here", status=status, headers=headers)
