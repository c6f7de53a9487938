"""How large an operation is, found in one walk that is linear in the document, before graphql-core validates it.

Each fragment is measured once and its measure added wherever it is spread, so that fragments which double each other cost
nothing to refuse. The rule knows no types but those that prices need: a document that makes no sense is measured all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from server.graphql.costs import Cost, Prices
from server.graphql.failures import Failure

if TYPE_CHECKING:
    from server.settings import Limits  # pydantic is not needed to serve

INTROSPECTION = ("__schema", "__type")


@dataclass
class Measure:
    """The size of a selection set, its fragments included."""

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0
    root_fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: Cost = field(default_factory=Cost)
    only_introspection: bool = True

    def include(self, other: "Measure") -> None:
        """Add a fragment: what it selects stands at this level."""
        self.root_fields += other.root_fields
        self.only_introspection &= other.only_introspection
        self.cost.add((1,), other.cost)
        self._grow(other, 0)

    def descend(self, other: "Measure") -> None:
        """Add what is selected in a field of this level."""
        self._grow(other, 1)

    def _grow(self, other: "Measure", levels: int) -> None:
        self.depth = max(self.depth, other.depth + levels)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives


class Ruler:
    """Measures the operations of one document."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, prices: Prices):
        self._schema, self._prices = schema, prices
        self._fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self._measured: dict[str, Measure] = {}
        self._defaults: Mapping[str, ValueNode] = {}

    def measure(self, operation: OperationDefinitionNode) -> Measure:
        # A variable's default belongs to its operation, and with it the sizes of pages in fragments.
        self._measured, self._defaults = {}, defaults_of(operation)
        root = self._schema.get_root_type(operation.operation)
        result = self._selections(operation.selection_set, root.name if root else None)
        result.directives += len(operation.directives or ())
        result.directives += sum(len(variable.directives or ()) for variable in operation.variable_definitions or ())
        return result

    def _selections(self, selected: SelectionSetNode, parent: str | None) -> Measure:
        result = Measure()
        for node in selected.selections:
            result.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                self._field(node, parent, result)
            elif isinstance(node, InlineFragmentNode):
                inner = node.type_condition.name.value if node.type_condition else parent
                result.include(self._selections(node.selection_set, inner))
            elif isinstance(node, FragmentSpreadNode):
                result.include(self._fragment(node.name.value))
        return result

    def _field(self, node: FieldNode, parent: str | None, result: Measure) -> None:
        name = node.name.value
        price = self._prices.of(parent, name)
        result.fields += 1
        result.root_fields += 1
        result.aliases += node.alias is not None
        result.only_introspection &= name in (*INTROSPECTION, "__typename")
        result.depth = max(result.depth, 1)
        result.cost.constant += price.weight
        if node.selection_set is None:
            return
        inner = self._selections(node.selection_set, price.target)
        if name in INTROSPECTION:
            inner.introspection_depth, inner.depth = 1 + inner.depth, 0
        else:
            result.cost.add(price.sizes(node, self._defaults), inner.cost)
        result.descend(inner)

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = Measure()  # a fragment that spreads itself adds nothing; validation will refuse it
            node = self._fragments.get(name)
            if node is not None:
                measured = self._selections(node.selection_set, node.type_condition.name.value)
                measured.directives += len(node.directives or ())
                self._measured[name] = measured
        return self._measured[name]

    def repeats(self, operation: OperationDefinitionNode, most: int) -> int:
        """Pairs of fields that share one place in the answer, which graphql-core compares one by one. Counting ends above `most`.

        Walks what the operation expands to, so call it only when `measure` has found that to be small enough.
        """
        pairs, places = 0, [[operation.selection_set]]
        while places and pairs <= most:
            together = self._together(places.pop())
            pairs += sum(len(nodes) * (len(nodes) - 1) // 2 for nodes in together.values())
            inner = ([node.selection_set for node in nodes if node.selection_set] for nodes in together.values())
            places.extend(sets for sets in inner if sets)
        return pairs

    def _together(self, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields of these selection sets by their name in the answer. A fragment counts once, as when it is executed."""
        result: dict[str, list[FieldNode]] = {}
        waiting, seen = list(sets), set()
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    result.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen and node.name.value in self._fragments:
                    seen.add(node.name.value)
                    waiting.append(self._fragments[node.name.value].selection_set)
        return result


def defaults_of(operation: OperationDefinitionNode) -> dict[str, ValueNode]:
    return {node.variable.name.value: node.default_value for node in operation.variable_definitions or () if node.default_value is not None}


def exceeded(limit: str, given: int, most: int) -> Failure:
    more = {"limit": limit, "value": given, "maximum": most}
    return Failure("COST_EXCEEDED", "cost_exceeded", limit=limit, given=given, most=most, more=more)


def check(document: DocumentNode, schema: GraphQLSchema, prices: Prices, limits: "Limits") -> dict[str | None, Measure]:
    """The measure of each operation by its name. Raises COST_EXCEEDED for the first limit that is broken; cost waits for variables."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > limits.operations:
        raise exceeded("operations", len(operations), limits.operations)
    ruler, result = Ruler(document, schema, prices), {}
    for operation in operations:
        measure = ruler.measure(operation)
        check_measure(measure, limits)
        repeats = ruler.repeats(operation, limits.repeats)
        if repeats > limits.repeats:
            raise exceeded("repeats", repeats, limits.repeats)
        result[operation.name.value if operation.name else None] = measure
    return result


def check_measure(measure: Measure, limits: "Limits") -> None:
    for key, limit in (("depth", "depth"), ("introspection_depth", "introspectionDepth"), ("root_fields", "rootFields"),
                       ("aliases", "aliases"), ("directives", "directives"), ("fields", "fields")):
        given, most = getattr(measure, key), getattr(limits, key)
        if given > most:
            raise exceeded(limit, given, most)


def check_cost(measure: Measure, variables: Mapping[str, Any], limits: "Limits") -> int:
    """What the operation costs with these variables. Raises COST_EXCEEDED."""
    cost = measure.cost.total(variables)
    if cost > limits.cost:
        raise exceeded("cost", cost, limits.cost)
    return cost
