"""The root field `shortestPath`."""

from collections.abc import Mapping
from typing import Any

from guanxi import Query, argument, inquire, raw, read_input
from plugins.graph.paths.input import ShortestPathInput
from plugins.graph.paths.inquiries import NAME
from plugins.graph.paths.types import CustomerPath

PLUGIN = "graph"
READ = ["customers.read", "relationships.read"]
COST = 30


async def shortest_path(context: Any, input: Mapping[str, Any]) -> CustomerPath:
    network = read_input(ShortestPathInput, input, ("input",)).network
    found = await inquire(context, PLUGIN, NAME, input, network.where, network.as_of or None)
    return CustomerPath(found=found["found"], length=found["length"], hops=found["hops"], customer_ids=found["customers"],
                        relationship_ids=found["relationships"])


FIELDS: Mapping[type, Mapping[str, Any]] = {Query: {
    "shortest_path": raw(
        shortest_path, "The shortest path from one customer to another through the network of relationships. Of equally short ones, that "
        "of the fewest relationships; of these, that of the smallest ids.",
        arguments=[argument("input", ShortestPathInput, "From whom to whom, and how.")], requires=READ, cost=COST,
        type_=CustomerPath | None),
}}
