"""The specification's CollectFields: which fields a selection asks of one object type, fragments and conditions considered."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLSchema
from graphql.execution.values import VariableValues, get_directive_values
from graphql.language import FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective


class Collector:
    """For one operation and one set of values of the variables that @skip and @include read."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode],
                 variables: VariableValues):
        self.schema, self.operation, self.fragments, self.variables = schema, operation, fragments, variables

    def fields(self, type_: Any, nodes: Iterable[Any]) -> dict[str, list[FieldNode]]:
        """Response key -> the field's nodes, in the order of the answer."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self._walk(type_, node.selection_set, found, seen)
        return found

    def _walk(self, type_: Any, selections: SelectionSetNode, found: dict[str, list[FieldNode]], seen: set[str]) -> None:
        for selection in selections.selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                found.setdefault(selection.alias.value if selection.alias else selection.name.value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if self._fits(type_, selection):
                    self._walk(type_, selection.selection_set, found, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                if self._fits(type_, fragment):
                    self._walk(type_, fragment.selection_set, found, seen)

    def _included(self, node: Any) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _fits(self, type_: Any, node: Any) -> bool:
        if not node.type_condition or node.type_condition.name.value == type_.name:
            return True
        other: Any = self.schema.type_map[node.type_condition.name.value]
        return other is not type_ and hasattr(other, "resolve_type") and self.schema.is_sub_type(other, type_)
