"""The GraphiQL page: its built files, filled in with where the endpoint is and what the first tabs hold."""

import html
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.access.callers import Access

FILES = Path(__file__).parent / "graphiql"
PLACE = "__GUANXI_CONFIG__"
# Monaco writes its styles into the page; nothing else is allowed from within it, and nothing at all from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
UNCHANGING = "public, max-age=31536000, immutable"  # a built file has its content's hash in its name


def ide_routes(access: Access) -> list[BaseRoute]:
    return [Mount("/graphiql/assets", Assets(directory=FILES / "assets")), Route("/graphiql/", page(FILES, access))]


def page(files: Path, access: Access) -> Callable[[Request], Awaitable[Response]]:
    template, examples = (files / "index.html").read_text("utf-8"), tabs(files / "examples")
    texts = {signed_in: filled_in(template, examples, signed_in) for signed_in in (True, False)}

    async def show(request: Request) -> Response:
        text = texts[await access.is_signed_in(request)]
        return HTMLResponse(text, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})

    return show


def filled_in(template: str, examples: list[dict[str, str]], signed_in: bool) -> str:
    config = orjson.dumps({"endpoint": "/graphql", "defaultTabs": examples, "signedIn": signed_in}).decode()
    return template.replace(PLACE, html.escape(config))


def tabs(folder: Path) -> list[dict[str, str]]:
    return [{"query": path.read_text("utf-8")} for path in sorted(folder.glob("*.graphql"))]


class Assets(StaticFiles):
    """Files whose content never changes under the same name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = UNCHANGING
        return response
