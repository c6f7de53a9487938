"""For those who watch the server: is the process alive, and can it answer?"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schema.errors import RequestError
from server.database import Database


async def alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def readiness(database: Database) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_: Request) -> Response:
        # The reason names an address: it is for the log and for `guanxi doctor`, not for whoever asks.
        if await database.ready() is not None:
            raise RequestError("UNAVAILABLE", "not_ready")
        return JSONResponse({"status": "ok"})

    return ready
