"""GET and HEAD of /files/{path}: what runs and inquiries left, for whoever holds an address that is still good."""

import asyncio
import os
from http import HTTPStatus
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from schema.permissions import require
from server.access.callers import Access
from server.exchange import exchange_of
from server.files.folder import open_beneath
from server.files.paths import INQUIRIES, PATH
from server.files.signing import FileAddresses
from server.graphql.failures import Failure

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "arrow": "application/vnd.apache.arrow.file",
    "gexf": "application/gexf+xml",
    "graphml": "application/xml",
}
SHOWN = ("svg", "png")  # the rest is saved
# A picture opened by itself is a page: it runs nothing and fetches nothing. Large drawings hold images as data.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
CHUNK = 256 * 1024  # bytes
PERMISSIONS = {"runs": "jobs.read", INQUIRIES: "relationships.read"}  # by folder


def file_routes(files: FileAddresses, access: Access) -> list[BaseRoute]:
    async def fetch(request: Request) -> Response:
        path = request.path_params["path"]
        if not PATH.fullmatch(path):
            raise Failure("NOT_FOUND", "no_such_file")
        name, seconds = files.check(path, request.query_params)
        caller = await access.named(name)
        if caller is None:
            raise Failure("FORBIDDEN", "file_caller")
        exchange_of(request.scope).caller = caller
        require(caller.permissions, [PERMISSIONS[path.partition("/")[0]]])
        try:
            file = await asyncio.to_thread(open_beneath, files.folder, path)
        except OSError:
            raise Failure("NOT_FOUND", "no_such_file") from None
        return FileAnswer(file, path, seconds)

    return [Route("/files/{path:path}", fetch, methods=["GET"])]


class FileAnswer(Response):
    """Sends an open file piece by piece, read in threads, and closes it."""

    def __init__(self, file: BinaryIO, path: str, seconds: int):
        self._file, standing = file, os.fstat(file.fileno())
        self._given = {"Content-Length": str(standing.st_size), "ETag": f'"{standing.st_mtime_ns:x}-{standing.st_size:x}"',
                         **headers_for(path, seconds)}
        super().__init__(headers=self._given)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            if is_known(Request(scope), self._given["ETag"]):
                kept = {name: self._given[name] for name in ("ETag", "Cache-Control", "Content-Security-Policy")}
                await Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)(scope, receive, send)
                return
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while scope["method"] == "GET" and (piece := await asyncio.to_thread(self._file.read, CHUNK)):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def headers_for(path: str, seconds: int) -> dict[str, str]:
    name = path.rpartition("/")[2]
    kind = name.rpartition(".")[2]
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f'{"inline" if kind in SHOWN else "attachment"}; filename="{name}"',
        "Content-Security-Policy": POLICY,
        "Cache-Control": f"private, max-age={seconds}",
    }


def is_known(request: Request, tag: str) -> bool:
    """Whether the browser has this very file already."""
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in asked or "*" in asked
