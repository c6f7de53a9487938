"""How Guanxi says no: expected refusals of a mutation as `userErrors`, everything else as a GraphQL error with a code."""

import enum
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import GraphQLError

from schema.messages import say


@strawberry.enum(description="Why a mutation, or a row of an import, was refused.")
class ErrorCode(enum.Enum):
    INVALID = strawberry.enum_value("INVALID", description="The value is not of the right form or out of bounds.")
    REQUIRED = strawberry.enum_value("REQUIRED", description="A value is missing.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="What the value names does not exist.")
    DUPLICATE = strawberry.enum_value("DUPLICATE", description="Something with the same natural key exists already.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="It was changed meanwhile, or two statements contradict each other.")
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="The caller lacks a permission.")
    LIMIT_EXCEEDED = strawberry.enum_value("LIMIT_EXCEEDED", description="More than the stated bound.")
    INSUFFICIENT_DATA = strawberry.enum_value("INSUFFICIENT_DATA", description="There is not enough data to answer.")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code, a message of the catalogue with its parameters, and where in the input."""

    code: ErrorCode
    message: str
    path: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        return say(self.message, language, **self.parameters)


class Refused(Exception):
    """A change that must not happen. Raised inside the change function, it rolls everything back and becomes `userErrors`."""

    def __init__(self, *problems: Problem):
        super().__init__(", ".join(f"{p.code.name} {p.message}" for p in problems))
        self.problems = problems


def problem(code: ErrorCode, message: str, *path: str, **parameters: Any) -> Problem:
    return Problem(code, message, path, parameters)


class RequestError(GraphQLError):
    """A request that cannot be answered: top-level error with `extensions.code`. `words` picks the caller's language later."""

    def __init__(self, code: str, message: str, **parameters: Any):
        super().__init__(say(message, "en", **parameters), extensions={"code": code})
        self.key, self.parameters = message, parameters

    def text(self, language: str) -> str:
        return say(self.key, language, **self.parameters)


@strawberry.type(description="One reason why a mutation did nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="The reason, for programs.")
    message: str = strawberry.field(description="The reason, for people, in the language asked for.")
    path: list[str] = strawberry.field(description="Where in the input, from its root.")
    plugin_code: str | None = strawberry.field(default=None, description="A finer reason given by a plugin.")


def user_errors(refused: Refused, language: str) -> list[UserError]:
    return [UserError(code=p.code, message=p.text(language), path=list(p.path), plugin_code=None) for p in refused.problems]
