"""Signing in by a one-time link, and signing out again."""

import datetime
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.changes.change import Change
from schema.context import SYSTEM
from server.access.callers import COOKIE, Access, address_of
from server.access.links import end_session, use_link
from server.database import Database
from server.exchange import exchange_of
from server.graphql.failures import Failure
from server.graphql.requests import has_preflight, is_json

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

LONGEST_CODE = 200


def sign_in_routes(database: Database, access: Access, settings: "Settings") -> list[BaseRoute]:
    lifetime = datetime.timedelta(hours=settings.session_hours)

    async def sign_in(request: Request) -> Response:
        if request.method != "GET":  # Starlette lets HEAD through, and what looks ahead must not use the link up
            raise Failure("BAD_REQUEST", "method_here", status=405, headers={"Allow": "GET"})
        address, code = address_of(request.scope), request.query_params.get("code", "")[:LONGEST_CODE]
        access.failed.check(address)
        answer = await database.writer.change(SYSTEM, "signIn", partial(begin_session, code=code, lifetime=lifetime))
        if answer["secret"] is None:
            await access.failed.add(address)
            raise Failure("UNAUTHENTICATED", "sign_in_link")
        response = RedirectResponse("/graphiql/" if settings.graphiql else "/healthz", 303)
        response.set_cookie(COOKIE, answer["secret"], max_age=int(lifetime.total_seconds()), path="/", httponly=True, samesite="strict",
                            secure=request.url.scheme == "https")
        return response

    async def sign_out(request: Request) -> Response:
        if not (is_json(request.headers.get("content-type", "")) or has_preflight(exchange_of(request.scope))):
            raise Failure("BAD_REQUEST", "preflight")
        secret = request.cookies.get(COOKIE)
        if secret is not None:
            await database.writer.change(SYSTEM, "signOut", partial(leave, secret=secret))
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    return [Route("/sign-in", sign_in, methods=["GET"]), Route("/sign-out", sign_out, methods=["POST"])]


def begin_session(work: Change, code: str, lifetime: datetime.timedelta) -> dict[str, str | None]:
    return {"secret": use_link(work, code, lifetime)}


def leave(work: Change, secret: str) -> dict[str, str]:
    end_session(work, secret)
    return {}
