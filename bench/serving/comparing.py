"""Answers of different servers in one form, and whether they say the same."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.serving.queries import MARK
from bench.serving.servers import BASE, Server, ask

SAMPLE = 25  # answers to each query that are compared
MOMENTS = ("createdAt", "updatedAt")
Row = dict[str, Any]


def rows(server: Server, query: str, data: Mapping[str, Any]) -> list[Row]:
    """The customers of an answer, in order, with flat fields in our words."""
    found = next(iter(data.values()))
    if query == "Q5" and (server.ours or server.name == BASE):
        found = found["customer"]
    if isinstance(found, dict) and "nodes" in found:
        found = found["nodes"]
    read = ours if server.ours else base if server.name == BASE else by_hand
    return [normal(read(row)) for row in (found if isinstance(found, list) else [found])]


def ours(row: Row) -> Row:
    flat: Row = {name: value for name, value in row.items() if name not in ("details", "relationships")} | row.get("details", {})
    flat["id"] = flat["id"].removeprefix("c_")
    if "relationships" in row:
        flat["relationships"] = [(edge["node"]["weight"], edge["other"]["name"]) for edge in row["relationships"]["edges"]]
    return flat


def base(row: Row) -> Row:
    flat = {name: value for name, value in row.items() if name not in ("rowId", "relationshipEnds")} | {"id": row["rowId"]}
    if "relationshipEnds" in row:
        flat["relationships"] = [(end["relationship"]["weight"], end["other"]["name"]) for end in row["relationshipEnds"]["nodes"]]
    return flat


def by_hand(row: Row) -> Row:
    ties = {"relationships": [(tie["weight"], tie["other"]["name"]) for tie in row["relationships"]]} if "relationships" in row else {}
    return row | ties


def normal(row: Row) -> Row:
    moments = {name: datetime.datetime.fromisoformat(row[name]) for name in MOMENTS if name in row}
    return row | moments | {"id": int(row["id"])}


def compare(query: str, servers: Mapping[str, Server], bodies: Mapping[str, Path]) -> int:
    """How many rows were the same with everybody. Raises SystemExit when one was not, naming it and both sides."""
    first: tuple[Server, list[list[Row]]] | None = None
    for name, path in bodies.items():
        server = servers[name]
        told = answers(server, query, path)
        if first is None:
            first = server, told
        for number, (one, other) in enumerate(zip(first[1], told, strict=True)):
            if one != other:
                raise SystemExit(f"{query}, request {number}: {difference(first[0].name, one, name, other)}")
    assert first
    return sum(map(len, first[1]))


def answers(server: Server, query: str, path: Path) -> list[list[Row]]:
    """The same number stands in every mutation while answers are compared."""
    texts = [ask(server, body.replace(str(MARK).encode(), b"31415")) for body in path.read_bytes().splitlines()[:SAMPLE]]
    server.smallest[query] = min(map(len, texts))
    for text in texts:
        if b'"errors":' in text:
            raise SystemExit(f"{server.name} answers {query} with errors: {text[:500]!r}")
    found = [rows(server, query, json.loads(text)["data"]) for text in texts]
    if not all(found):
        raise SystemExit(f"{server.name} answers {query} with an empty page: there is nothing to compare")
    return found


def difference(one: str, left: list[Row], other: str, right: list[Row]) -> str:
    if len(left) != len(right):
        return f"{one} has {len(left)} rows, {other} {len(right)}"
    return next(f"{one} says {a}, {other} {b}" for a, b in zip(left, right, strict=True) if a != b)
