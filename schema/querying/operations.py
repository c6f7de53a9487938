"""The operations that were asked lately, each with what was compiled for it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode
from graphql.language import VariableNode, Visitor, visit

from schema.querying.coercing import Unusual
from schema.querying.variables import Variables

KEPT_OPERATIONS, KEPT_CHARACTERS = 500, 500_000  # operations of a schema, and how long their texts are altogether
KEPT_PLANS = 64  # plans, and levels, of an operation


@dataclass
class Operation:
    """One query text and operation name. What is compiled for it hangs on the caller's permissions and language, and on the values of
    the variables that @skip and @include read."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    variables: Variables | None  # None: graphql-core says what is wrong with them
    levels: dict[Any, Any] = field(default_factory=dict)
    plans: dict[Any, Any] = field(default_factory=dict)
    told: set[tuple[str, ...]] = field(default_factory=set)  # failures of plugins that the log holds already


def keep(kept: dict[Any, Any], key: Any, what: Any) -> Any:
    """Bounded: clients may vary what belongs to the key."""
    if len(kept) >= KEPT_PLANS:
        kept.clear()
    kept[key] = what
    return what


class Operations:
    """Those of one schema; the one that was asked longest ago is dropped first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()
        self._characters = 0

    def of(self, schema: GraphQLSchema, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Operation:
        assert node.loc
        key = node.loc.source.body, node.name.value if node.name else None
        found = self.kept.get(key)
        if found is None:
            conditions = condition_variables((node, *fragments.values()))
            found = self.kept[key] = Operation(node, fragments, conditions, variables_of(schema, node))
            self._make_room(len(key[0]))
        self.kept.move_to_end(key)
        return found

    def _make_room(self, more: int) -> None:
        self._characters += more
        while len(self.kept) > 1 and (len(self.kept) > KEPT_OPERATIONS or self._characters > KEPT_CHARACTERS):
            (text, _), _ = self.kept.popitem(last=False)
            self._characters -= len(text)


def variables_of(schema: GraphQLSchema, node: OperationDefinitionNode) -> Variables | None:
    try:
        return Variables(schema, node.variable_definitions or ())
    except Unusual:
        return None


def condition_variables(nodes: Iterable[Any]) -> tuple[str, ...]:
    """The variables that conditions read."""
    found: dict[str, None] = {}

    class Find(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            found.update((a.value.name.value, None) for a in node.arguments if isinstance(a.value, VariableNode))

    for node in nodes:
        visit(node, Find())
    return tuple(found)
