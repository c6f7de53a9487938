"""What the server adds to a request's context: the reader it opens, and the operation that was checked beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass

from strawberry.extensions import SchemaExtension

from schema.context import Context
from server.database.readers import PooledReader
from server.graphql.documents import Operation


@dataclass
class RequestContext(Context):
    """The context of a request over HTTP."""

    reader: PooledReader
    operation: Operation | None = None


class Prepared(SchemaExtension):
    """Hands Strawberry the document that was parsed and validated already."""

    def on_operation(self) -> Iterator[None]:
        execution = self.execution_context
        execution.graphql_document = execution.context.operation.document
        execution.validation_rules = ()
        yield
