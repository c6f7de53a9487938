"""From variables in nobody's words to the bodies that each server is sent."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.serving.queries import DOCUMENTS, MARK, PAGE, Asked, variables
from bench.serving.servers import BASE, Server, ask


def data(server: Server, document: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the server answers to one operation. Raises SystemExit for errors."""
    answer = json.loads(ask(server, json.dumps({"query": document, "variables": given}).encode()))
    if answer.get("errors"):
        raise SystemExit(f"{server.name} answers with errors: {answer['errors']}\nto {document}\nwith {given}")
    found: dict[str, Any] = answer["data"]
    return found


def spelled(server: Server, number: int) -> str:
    return f"c_{number}" if server.ours else str(number)


OUR_CURSORS = "query ($ids: [ID!]!) { customers(where: {id: {in: $ids}}, first: 1000) { edges { cursor node { id } } } }"
BASE_CURSOR = "query ($id: BigInt!) { customers(condition: {rowId: $id}, first: 1) { pageInfo { endCursor } } }"


def cursors(server: Server, numbers: list[int]) -> dict[int, str]:
    """Where pages begin, as each server writes it: asked of it as a client that turns pages learns it."""
    if server.ours:
        edges = data(server, OUR_CURSORS, {"ids": [spelled(server, number) for number in set(numbers)]})["customers"]["edges"]
        return {int(edge["node"]["id"].removeprefix("c_")): edge["cursor"] for edge in edges}
    if server.name == BASE:
        return {number: data(server, BASE_CURSOR, {"id": str(number)})["customers"]["pageInfo"]["endCursor"] for number in set(numbers)}
    return {number: str(number) for number in numbers}


def bodies(server: Server, query: str, customers: int) -> list[bytes]:
    asked = variables(query, customers)
    starts = cursors(server, [one.after for one in asked]) if query in PAGE else {}
    document = DOCUMENTS[server.name][query]
    each = [{"query": document, "operationName": query, "variables": given(server, query, one, starts)} for one in asked]
    return [json.dumps(body).encode() for body in each]


def given(server: Server, query: str, asked: Asked, starts: Mapping[int, str]) -> dict[str, Any]:
    match query:
        case "Q1":
            return {"id": spelled(server, asked.id)}
        case "Q5":
            return {"id": spelled(server, asked.id), "employees": MARK}
    page = {"first": PAGE[query], "after": starts[asked.after]}
    return page | ({"least": asked.least} if query == "Q4" else {})


def write_bodies(folder: Path, server: Server, query: str, customers: int) -> Path:
    """A file with a body a line, for the load generator."""
    path = folder / f"{query}.{server.name}"
    path.write_bytes(b"\n".join(bodies(server, query, customers)) + b"\n")
    return path
