"""The root field `relationshipMap`."""

import datetime
from collections.abc import Mapping
from typing import Any

from guanxi import Query, argument, inquire, raw, read_input
from plugins.graph.map.input import MapLayout, RelationshipMapInput
from plugins.graph.map.inquiries import MAP
from plugins.graph.map.types import PLUGIN, MapNode, RelationshipMap

READ = ["customers.read", "relationships.read"]
COST = 50


async def relationship_map(context: Any, input: Mapping[str, Any]) -> RelationshipMap:
    asked = read_input(RelationshipMapInput, input, ("input",))
    found = await inquire(context, PLUGIN, MAP, input, asked.where, asked.as_of or None)
    return shown(found, asked)


def shown(found: Mapping[str, Any], asked: RelationshipMapInput) -> RelationshipMap:
    points = found["points"] or [(None, None)] * len(found["nodes"])
    nodes = [MapNode(customer_id=customer, depth=depth, x=x, y=y)
             for customer, depth, (x, y) in zip(found["nodes"], found["depths"], points, strict=True)]
    layout = MapLayout.FORCE_DIRECTED if asked.layout is MapLayout.NONE else asked.layout
    truncated = found["totalNodes"] > len(nodes) or found["totalEdges"] > len(found["relationships"])
    return RelationshipMap(
        found={**found, "layout": layout.name, "seed": asked.seed}, relationship_ids=found["relationships"], nodes=nodes,
        total_nodes=found["totalNodes"], total_edges=found["totalEdges"], truncated=truncated,
        as_of=datetime.datetime.fromisoformat(found["asOf"]))


FIELDS: Mapping[type, Mapping[str, Any]] = {Query: {
    "relationship_map": raw(
        relationship_map, "A part of the network of relationships, around customers or of a selection: bounded, with honest totals, places "
        "for a drawing, a picture and a file.",
        arguments=[argument("input", RelationshipMapInput, "Which part, and how it is laid out.")], requires=READ, cost=COST,
        type_=RelationshipMap | None),
}}
