"""The application: every route of one server, hung on one object. Two of them live in one process without knowing each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import strawberry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from server.access.callers import Access
from server.access.routes import sign_in_routes
from server.database import Database
from server.frame import Frame
from server.graphql.failures import Failure
from server.graphql.view import GraphQLView
from server.health import alive, readiness
from server.ide import ide_routes

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


def create_app(settings: "Settings", database: Database, schema: strawberry.Schema) -> Starlette:
    """The application closes the database when it stops."""
    access = Access(database, settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await access.close()
        await database.close()

    routes: list[BaseRoute] = [
        Route("/graphql", GraphQLView(schema, database, access, settings)),
        Route("/healthz", alive),
        Route("/readyz", readiness(database)),
        *sign_in_routes(database, access, settings),
    ]
    if settings.graphiql:
        routes += [Route("/", to_graphiql), *ide_routes(access)]
    return Starlette(routes=routes, middleware=[Middleware(Frame, hosts=settings.hosts)], lifespan=lifespan,
                     exception_handlers={HTTPException: unknown})


async def to_graphiql(_: Request) -> Response:
    return RedirectResponse("/graphiql/", 307)


async def unknown(_: Request, error: Exception) -> Response:
    """Starlette's own refusals are plain text; ours are GraphQL error documents."""
    status, headers = (error.status_code, dict(error.headers or {})) if isinstance(error, HTTPException) else (500, {})
    if status == 404:
        raise Failure("NOT_FOUND", "no_such_path")
    raise Failure("BAD_REQUEST", "method_here", status=status, headers=headers)
