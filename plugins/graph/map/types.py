"""A map of relationships as GraphQL shows it. Its picture and its file are made when they are asked for."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from guanxi import Customer, ImageFormat, Relationship, file_address, inquire, referred
from plugins.graph.map.input import GraphFormat
from plugins.graph.map.inquiries import FILE, PICTURE
from plugins.graph.map.published import known_of

PLUGIN = "graph"
Form = Annotated[ImageFormat, strawberry.argument(description="In which form.")]
FileForm = Annotated[GraphFormat, strawberry.argument(description="In which format.")]
Anonymised = Annotated[bool, strawberry.argument(description="Whether customers are called by their ids instead of their names.")]


async def picture_url(root: strawberry.Parent["RelationshipMap"], info: strawberry.Info, format: Form = ImageFormat.SVG) -> str | None:
    """The layout that was asked for, or the force-directed one."""
    context: Any = info.context
    drawn = {**root.found, **await known_of(context, root.found["nodes"], ("pageRank",))}
    paths = await inquire(context, PLUGIN, PICTURE, drawn)
    return file_address(context, paths[format.name.lower()])


async def file_url(root: strawberry.Parent["RelationshipMap"], info: strawberry.Info, format: FileForm, anonymised: Anonymised = True
                   ) -> str | None:
    context: Any = info.context
    known = await known_of(context, root.found["nodes"])
    path = await inquire(context, PLUGIN, FILE, {**root.found, **known, "format": format.name, "anonymised": anonymised})
    return file_address(context, path)


@strawberry.type(description="A customer on a map.")
class MapNode:
    customer_id: strawberry.Private[int]
    customer: Customer | None = referred("customer_id", "The customer.")
    depth: int = strawberry.field(description="How many relationships away from the nearest root; 0 without roots.")
    x: float | None = strawberry.field(description="How far to the right it stands, from -1 to 1; null without a layout.")
    y: float | None = strawberry.field(description="How far up it stands, from -1 to 1; null without a layout.")


@strawberry.type(description="A part of the network of relationships, small enough to be drawn.")
class RelationshipMap:
    found: strawberry.Private[Mapping[str, Any]]  # what the inquiry answered, with the layout and the seed
    relationship_ids: strawberry.Private[list[int]]
    nodes: list[MapNode] = strawberry.field(description="The customers, the nearest first, then those whose relationships weigh most.")
    edges: list[Relationship] | None = referred("relationship_ids", (
        "The relationships between them, at most 10,000, those that weigh most first."))
    total_nodes: int = strawberry.field(description="How many customers there would be without a bound.")
    total_edges: int = strawberry.field(description="How many relationships there would be between all of those.")
    truncated: bool = strawberry.field(description="Whether there are more customers or relationships than are shown.")
    as_of: datetime.datetime = strawberry.field(description="The moment at which the relationships held.")
    picture_url: str | None = strawberry.field(resolver=picture_url, description=(
        "Where to fetch a picture of it, for a while: names, signs as colours and line styles, weights as widths, communities as colours, "
        "and a legend in the caller's language. A map without a layout is drawn force-directed."))
    file_url: str | None = strawberry.field(resolver=file_url, description=(
        "Where to fetch it as a file for Gephi and its like, for a while, with places, colours, and the published scores that the caller "
        "may see."))
