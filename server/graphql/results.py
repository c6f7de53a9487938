"""From what graphql-core returns to what is sent: each error with its code, in the caller's language, without internals."""

from typing import Any

from graphql import GraphQLError
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from schema.errors import RequestError
from server.exchange import Exchange
from server.graphql.failures import Rejected, code_of, document_of, formatted, internal
from server.logs import report


def answer_of(result: ExecutionResult, exchange: Exchange) -> GraphQLHTTPResponse:
    """The body of the answer. Raises when nothing was executed, because the variables do not fit."""
    answer: GraphQLHTTPResponse = {"data": result.data}
    if result.errors:
        if result.data is None and any(error.path is None for error in result.errors):
            raise not_executed(result.errors, exchange)
        errors = [worded(error, exchange) for error in result.errors]
        exchange.note(*(error["extensions"]["code"] for error in errors))
        answer = {"errors": list(errors), "data": result.data}
    if result.extensions:
        answer["extensions"] = result.extensions
    return answer


def refused(error: Exception, exchange: Exchange) -> dict[str, Any]:
    """The error document for what was raised."""
    failure = failure_of(error, exchange)
    exchange.note(code_of(failure))
    return document_of(failure, exchange.language)


def failure_of(error: Exception, exchange: Exchange) -> RequestError | Rejected:
    """What the caller may be told. What nobody expected is logged."""
    cause = error.original_error if isinstance(error, GraphQLError) and error.original_error else error
    if isinstance(cause, RequestError | Rejected):
        return cause
    report(cause, exchange.request_id, exchange.operation)
    return internal(exchange.request_id)


def not_executed(errors: list[GraphQLError], exchange: Exchange) -> RequestError | Rejected:
    if all(is_about_input(error) for error in errors) and not isinstance(errors[0].original_error, RequestError):
        return Rejected("BAD_USER_INPUT", errors)
    return failure_of(errors[0], exchange)


def worded(error: GraphQLError, exchange: Exchange) -> dict[str, Any]:
    cause = error.original_error or error
    if isinstance(cause, RequestError):
        return {**error.formatted, "message": cause.text(exchange.language), "extensions": cause.extensions}
    if is_about_input(error):
        return formatted(error, "BAD_USER_INPUT")
    report(cause, exchange.request_id, exchange.operation)
    unexpected = internal(exchange.request_id)
    return {**error.formatted, "message": unexpected.text(exchange.language), "extensions": unexpected.extensions}


def is_about_input(error: GraphQLError) -> bool:
    """graphql-core points at a place in the document when variables or arguments do not fit; a broken resolver points at none."""
    if error.path is None:
        return bool(error.nodes)
    return isinstance(error.original_error, GraphQLError) and bool(error.original_error.nodes)
