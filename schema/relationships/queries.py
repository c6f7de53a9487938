"""Root fields about relationships."""

import strawberry

from schema.querying.declare import listed, lookup, many
from schema.relationships.filters import AS_OF
from schema.relationships.types import Relationship, RelationshipConnection, RelationshipKind


@strawberry.type
class RelationshipQueries:
    relationship_kinds: list[RelationshipKind] | None = listed(None, "All kinds of relationship.")
    relationship: Relationship | None = lookup("A relationship by its id.")
    relationships: RelationshipConnection | None = many(None, "Relationships.", narrowings={"asOf": AS_OF})
