"""From the text of a query to a document that may be executed: parsed, within the limits, valid. The last ones used are kept."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    parse,
    specified_rules,
    validate,
)
from graphql.language import Visitor, visit
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.compose import Schema
from server.graphql.costs import Prices
from server.graphql.failures import Failure, Rejected
from server.graphql.limits import Measure, check, exceeded

if TYPE_CHECKING:
    from server.settings import Limits  # pydantic is not needed to serve

KEPT = 500  # documents
KEPT_TOKENS = 100_000  # words and signs in them; one takes about 400 bytes of memory
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


@dataclass(frozen=True)
class Operation:
    """One operation of a checked document."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    measure: Measure

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def kind(self) -> OperationType:
        return self.node.operation


Checked = dict[str | None, Operation]


class Documents:
    """The checked documents of one application."""

    def __init__(self, schema: Schema, limits: "Limits"):
        self._schema = schema._schema  # noqa: SLF001  Strawberry has no other way to graphql-core's schema
        self._prices, self._limits = Prices(self._schema), limits
        self._kept: OrderedDict[str, tuple[Checked, int]] = OrderedDict()
        self._tokens = 0

    def operation(self, text: str, name: str | None, *, hints: bool) -> Operation:
        """The operation of that name, or the only one. `hints`: whether errors may suggest names of the schema.

        Raises Failure or Rejected.
        """
        operations = self._checked(text, hints)
        if name is None and len(operations) > 1:
            raise Failure("BAD_REQUEST", "which_operation")
        found = next(iter(operations.values()), None) if name is None else operations.get(name)
        if found is None:
            raise Failure("BAD_REQUEST", "no_operation")
        return found

    def _checked(self, text: str, hints: bool) -> Checked:
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text][0]
        document = read(text, self._limits)
        try:
            operations = self._check(document, hints)
        except RecursionError:  # fragments that lead on to fragments, a few hundred of them
            raise exceeded("depth", self._limits.depth + 1, self._limits.depth) from None
        self._keep(text, operations, document.token_count)
        return operations

    def _check(self, document: DocumentNode, hints: bool) -> Checked:
        measures = check(document, self._schema, self._prices, self._limits)
        errors = validate(self._schema, document, RULES, hide_suggestions=not hints)
        if errors:
            raise Rejected("GRAPHQL_VALIDATION_FAILED", errors)
        nodes = {node.name.value if node.name else None: node for node in document.definitions if isinstance(node, OperationDefinitionNode)}
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        return {name: Operation(document, node, fragments, measures[name]) for name, node in nodes.items()}

    def _keep(self, text: str, operations: Checked, tokens: int) -> None:
        self._kept[text] = operations, tokens
        self._tokens += tokens
        while len(self._kept) > KEPT or self._tokens > KEPT_TOKENS:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._tokens -= dropped


def read(text: str, limits: "Limits") -> DocumentNode:
    """Parse, within the limits on length and tokens."""
    if len(text) > limits.document:
        raise exceeded("document", len(text), limits.document)
    try:
        document = parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        if "contains more than" in error.message:
            raise exceeded("tokens", limits.tokens + 1, limits.tokens) from None
        raise Rejected("GRAPHQL_PARSE_FAILED", [error]) from None
    except GraphQLError as error:
        raise Rejected("GRAPHQL_PARSE_FAILED", [error]) from None
    if "\\u" in text and any("\0" in value for value in texts_of(document)):
        raise Failure("BAD_USER_INPUT", "nul")
    return document


def texts_of(document: DocumentNode) -> Iterator[str]:
    collector = _Texts()
    visit(document, collector)
    return iter(collector.found)


class _Texts(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        self.found.append(node.value)
