"""Nothing in the schema is reached without a permission: no root field, no record, no filter or order key that would tell of one."""

from collections.abc import Iterator
from typing import Any

from graphql import get_named_type

from schema.compose import Schema
from schema.directives import Requires
from schema.querying.declare import declared
from schema.querying.entities import Entity, Filter, Order

# Root fields that anybody signed in may ask.
OPEN = {
    "viewer": "tells callers about themselves only",
    "node": "guarded by the type that the id names",
    "nodes": "guarded by the types that the ids name",
}
# Filter and order keys that no field is named after: the field they speak of.
SPEAK_OF = {
    "AssociationRule.antecedentCategory": "antecedent",
    "AssociationRule.antecedentSku": "antecedent",
    "AssociationRule.consequentCategory": "consequent",
    "AssociationRule.consequentSku": "consequent",
    "BrowseEvent.productId": "product",
    "Customer.clusterDistance": "cluster",
    "Customer.clusterId": "cluster",
    "Customer.communityId": "community",
    "Customer.conflictId": "conflict",
    "Customer.country": "addresses",
    "Customer.externalId": "externalIds",
    "Customer.id": "id",
    "Customer.lastPurchaseAt": "behaviour",
    "Customer.ownerId": "owner",
    "Customer.purchaseTotal": "behaviour",
    "Customer.relatedTo": "relationships",
    "Customer.search": "name",
    "Customer.segmentId": "segments",
    "Customer.tag": "tags",
    "Customer.strongComponentId": "strongComponent",
    "Customer.weakComponentId": "weakComponent",
    "Relationship.origin": "provenance",
    "Relationship.otherId": "from",
    "Review.productId": "product",
    "Staff.departmentId": "department",
    "SurveyResponse.customerId": "customer",
    "SurveyResponse.surveyId": "survey",
    "Transaction.customerId": "customer",
    "Transaction.productId": "lines",
}


def complaints(schema: Schema) -> list[str]:
    """What can be reached without a permission, as `Type.field: sentence`."""
    return [*_open_roots(schema), *_open_mutations(schema), *_open_records(schema), *_open_keys(schema)]


def guards(schema: Schema, type_: Any) -> frozenset[str]:
    """What every way to records of this type needs: for a connection, what its nodes need."""
    inner: Any = get_named_type(type_)
    if "nodes" in getattr(inner, "fields", {}):
        inner = get_named_type(inner.fields["nodes"].type)
    found = schema.entities.by_name.get(inner.name)
    variant = schema.entities.variants.get(inner.name)
    if variant:
        found = schema.entities.by_name[variant.members[0].__name__]
    return frozenset(found.requires) if found else frozenset()


def needs(schema: Schema, entity: Entity, name: str) -> frozenset[str]:
    """What reading this field of a record needs, beside the record itself."""
    declaration = entity.fields[name]
    type_: Any = schema._schema.type_map[entity.name]  # noqa: SLF001  Strawberry shows no other
    return frozenset(declaration.requires if declaration else ()) | guards(schema, type_.fields[name].type)


def _open_roots(schema: Schema) -> Iterator[str]:
    query = schema._schema.query_type  # noqa: SLF001
    assert query
    for name, field in query.fields.items():
        declaration = declared(field.extensions["strawberry-definition"])
        if name not in OPEN and not (declaration and (declaration.requires or guards(schema, field.type))):
            yield f"Query.{name}: can be asked without any permission"


def _open_mutations(schema: Schema) -> Iterator[str]:
    mutation = schema._schema.mutation_type  # noqa: SLF001
    for name, field in (mutation.fields if mutation else {}).items():
        marks = field.extensions["strawberry-definition"].directives
        if not any(isinstance(one, Requires) and one.permissions for one in marks):
            yield f"Mutation.{name}: can be done without any permission"


def _open_records(schema: Schema) -> Iterator[str]:
    """A type with ids is guarded itself, for node(id) leads to it. A type without is guarded by every field that leads to it."""
    for entity in schema.entities.by_name.values():
        if entity.code:
            if not entity.requires:
                yield f"{entity.name}: its records can be read without any permission"
        else:
            yield from (f"{place}: leads to {entity.name}, and neither needs a permission" for place in _open_ways(schema, entity.name))
        for name, declaration in entity.fields.items():
            if declaration is None and name != "cursor":
                yield f"{entity.name}.{name}: is not declared, so nothing checks who may see it"


def _open_ways(schema: Schema, name: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The fields from which records of this type can be had without any permission."""
    for parent, place, field in _ways(schema, name):
        declaration = declared(field.extensions["strawberry-definition"])
        if parent in seen or (declaration and declaration.requires):
            continue
        entity = schema.entities.by_name.get(parent)
        if entity and entity.requires:
            continue
        if entity or parent not in ("Query", "Mutation"):
            yield from _open_ways(schema, parent, seen | {name})
        else:
            yield place


def _ways(schema: Schema, name: str) -> Iterator[tuple[str, str, Any]]:
    """(type, Type.field, field) of every field that shows this type, by itself, in a union or through an interface."""
    types: Any = schema._schema.type_map  # noqa: SLF001
    shown = {name, *(t.name for t in types.values() if name in {m.name for m in getattr(t, "types", ())})}
    shown |= {i.name for i in types[name].interfaces} - {"Node"}
    for type_ in types.values():
        fields = getattr(type_, "fields", {}) if not type_.name.startswith("__") and hasattr(type_, "interfaces") else {}
        for key, field in fields.items():
            if get_named_type(field.type).name in shown:
                yield type_.name, f"{type_.name}.{key}", field


def _open_keys(schema: Schema) -> Iterator[str]:
    for entity in schema.entities.by_name.values():
        keys: list[tuple[str, Filter | Order]] = [*entity.filters.items(), *entity.orders.items()]
        for name, key in keys:
            field = SPEAK_OF.get(f"{entity.name}.{name}", name)
            if field not in entity.fields:
                yield f"{entity.name}.{name}: a filter or order key must be named after a field, or be in the table of what keys speak of"
            elif lacking := needs(schema, entity, field) - set(key.requires) - set(entity.requires):
                yield f"{entity.name}.{name}: filters or sorts by {field} without what reading it needs: {', '.join(sorted(lacking))}"
