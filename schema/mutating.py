"""What every mutation shares: its permission, its cost, and expected refusals as `userErrors` of its payload."""

import enum
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from schema.directives import Cost, Requires
from schema.errors import Refused, user_errors
from schema.permissions import require

MUTATION_COST = 10


@strawberry.enum(description="What happens when some of many rows are wrong.")
class ErrorPolicy(enum.Enum):
    REJECT_EVERYTHING = strawberry.enum_value("REJECT_EVERYTHING", description="Nothing is written.")
    REJECT_FAILED_ROWS = strawberry.enum_value("REJECT_FAILED_ROWS", description="The rows without faults are written.")


class Mutating(FieldExtension):
    """Checks the permission, and turns `Refused` into the payload's `userErrors`."""

    def __init__(self, payload: Callable[..., Any], requires: Sequence[str]):
        self.payload, self.requires = payload, requires

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        context = info.context
        require(context.caller.permissions, self.requires)
        try:
            return await next_(source, info, **arguments)
        except Refused as refused:
            return self.payload(user_errors=user_errors(refused, context.language))


def mutation(payload: type, *, requires: Sequence[str], description: str,
             cost: int = MUTATION_COST) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """A mutation: an async function of `info` and `input` that returns the payload. All fields of a payload but `user_errors`
    have defaults, so that a refusal is a payload with nothing else in it."""

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        return strawberry.mutation(resolver, description=description, extensions=[Mutating(payload, requires)],
                                   directives=[Cost(weight=cost, multipliers=[]), Requires(permissions=list(requires))])

    return declare


def no_errors() -> Any:
    """The field that every payload has."""
    return strawberry.field(default_factory=list, description="Why nothing was done; empty when it was done.")


