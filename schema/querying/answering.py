"""Fields that a function answers: `raw` on a root, `streamed` on the subscription root.

Such a function is given graphql-core's coerced arguments (inputs as dicts with GraphQL names, enums as members), because the inputs
of a schema are made for it and Strawberry's classes know only some of their keys.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.types.arguments import StrawberryArgument

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.context import Context
from schema.errors import ErrorCode, Refused, problem, user_errors
from schema.permissions import require
from schema.querying.declare import Declaration, make


@dataclass(frozen=True, kw_only=True)
class Raw(Declaration):
    """`resolve(context, **arguments)` answers; with a `payload`, a refusal becomes its `userErrors`, also one in a plugin's own
    words. With `entities` it is given the
    schema's declared types as `entities` too."""

    resolve: Callable[..., Awaitable[Any]]
    payload: Callable[..., Any] | None = None
    entities: bool = False

    async def answer(self, context: Context, arguments: dict[str, Any]) -> Any:
        require(context.caller.permissions, self.requires)
        try:
            return await self.resolve(context, **arguments)
        except Refused as refused:
            if self.payload is None:
                raise
            return self.payload(user_errors=user_errors(refused, context.language))
        except (InvalidParameters, InsufficientData) as error:
            if self.payload is None:
                raise
            return self.payload(user_errors=user_errors(in_own_words(error), context.language))


def in_own_words(error: InvalidParameters | InsufficientData) -> Refused:
    if isinstance(error, InvalidParameters):
        return Refused(problem(ErrorCode.INVALID, "parameters", "input", *error.path, reason=str(error)))
    return Refused(problem(ErrorCode.INSUFFICIENT_DATA, "parameters", "input", reason=str(error)))


@dataclass(frozen=True, kw_only=True)
class Streamed(Declaration):
    """`stream(context, **arguments)` yields the number of a record whenever there is something new to say of it."""

    stream: Callable[..., AsyncIterator[int]]

    async def events(self, context: Context, arguments: dict[str, Any]) -> AsyncIterator[int]:
        async for number in self.stream(context, **arguments):
            await look_again(context)
            yield number
            await look_again(context)  # no transaction is held open between events


async def look_again(context: Context) -> None:
    """What is read next is as of now."""
    await context.reader.renew()
    context.loaders.clear()


def raw(resolve: Callable[..., Awaitable[Any]], description: str, *, payload: Callable[..., Any] | None = None,
        arguments: Sequence[StrawberryArgument] = (), requires: Sequence[str] = (), cost: int = 1, type_: Any = None,
        entities: bool = False) -> Any:
    """A field of a root, answered by an async function of the context and the arguments under their GraphQL names.

    `payload(user_errors=[...])` makes the answer of a refused mutation. `type_` is the field's type where no annotation says it. With
    `entities` the function is given the schema's declared types under that name.
    """
    declaration = Raw(resolve=resolve, payload=payload, entities=entities, requires=tuple(requires))
    return make(declaration, description, cost=cost, arguments=arguments, type_=type_)


def streamed(stream: Callable[..., AsyncIterator[int]], description: str, *, arguments: Sequence[StrawberryArgument] = (),
             requires: Sequence[str] = (), cost: int = 1) -> Any:
    """A subscription to records: an async generator of their numbers. Each is answered like any record of the field's type, as it is
    at that moment and as far as the caller may see it."""
    made = make(Streamed(stream=stream, requires=tuple(requires)), description, cost=cost, arguments=arguments)
    made.is_subscription = True
    return made
