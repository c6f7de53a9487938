"""How a request fails: each failure becomes a GraphQL error document with a code and an HTTP status."""

from typing import Any

from graphql import GraphQLError

from schema.errors import RequestError

STATUS = {
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "BAD_USER_INPUT": 400,
    "BAD_REQUEST": 400,
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "COST_EXCEEDED": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "UNAVAILABLE": 503,
}
# What a document or its variables are at fault for. GraphQL over HTTP answers these with 200 in the older media type.
OF_THE_OPERATION = frozenset({"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "PERSISTED_QUERY_NOT_FOUND",
                              "COST_EXCEEDED"})

LONGEST = 500  # characters of a message


class Failure(RequestError):
    """A request that is not executed. `more` joins the code in `extensions`."""

    def __init__(self, code: str, message: str, *, status: int | None = None, headers: dict[str, str] | None = None,
                 more: dict[str, Any] | None = None, **parameters: Any):
        super().__init__(code, message, **parameters)
        self.extensions = {"code": code, **(more or {})}
        self.status, self.headers = status or STATUS[code], headers or {}


class Rejected(Exception):
    """A document that graphql-core does not accept: its errors, all under one code."""

    def __init__(self, code: str, errors: list[GraphQLError]):
        super().__init__(code)
        self.code, self.errors = code, errors


def status_of(failure: RequestError | Rejected) -> int:
    if isinstance(failure, Failure):
        return failure.status
    return STATUS[code_of(failure)]


def internal(request_id: str) -> Failure:
    """What is said of an exception that nobody expected: nothing but where to look for it."""
    return Failure("INTERNAL_SERVER_ERROR", "internal", request=request_id, more={"requestId": request_id})


def code_of(failure: RequestError | Rejected) -> str:
    return failure.code if isinstance(failure, Rejected) else str((failure.extensions or {})["code"])


def headers_of(failure: RequestError | Rejected) -> dict[str, str]:
    return failure.headers if isinstance(failure, Failure) else {}


def document_of(failure: RequestError | Rejected, language: str) -> dict[str, Any]:
    """The GraphQL error document. It has no `data`: nothing was executed."""
    if isinstance(failure, RequestError):
        return {"errors": [{"message": failure.text(language), "extensions": failure.extensions}]}
    return {"errors": [formatted(error, failure.code) for error in failure.errors]}


def formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    """graphql-core repeats what it does not understand; a message need not be as long as the document."""
    message = error.message if len(error.message) <= LONGEST else error.message[:LONGEST] + "…"
    return {**error.formatted, "message": message, "extensions": {"code": code}}
