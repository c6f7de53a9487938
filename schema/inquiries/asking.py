"""Asking the warm process from within a resolver, and giving out what it left to be fetched."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.analyses.parameters import to_json
from schema.context import Context
from schema.errors import RequestError
from schema.inquiries.contract import Question
from schema.querying.failing import declined

INPUT = ("input",)


async def inquire(context: Context, plugin: str, name: str, given: Mapping[str, Any], where: Mapping[str, Any] | None = None,
                  as_of: datetime.datetime | None = None, *, at: Sequence[str] = INPUT, features: Sequence[str] = ()) -> Any:
    """What the inquiry `name` of this plugin answers to `given`, which becomes JSON: enums their names, moments and decimals text.

    `where`: filters of Customer as graphql-core coerced them; the snapshot holds only those customers then, and whoever may not filter
    a list so gets FORBIDDEN. `as_of`: the moment for which ties hold, else now. `at` is where in the field's arguments `given` stands.
    `features`: names of those that the snapshot is to know; whether the caller may see them is the resolver's to say.

    Raises GraphQL errors: INVALID (with `path`, beginning with `at`), INSUFFICIENT_DATA, TIMED_OUT, OUT_OF_MEMORY, BUSY, WORKER_DIED
    and PLUGIN_ERROR; UNAVAILABLE where no server runs.
    """
    question = Question(plugin, name, to_json(given), where, as_of, tuple(features))
    if holds_nul(question.given) or holds_nul(to_json(where)):
        raise RequestError("BAD_USER_INPUT", "nul")
    try:
        return await context.inquiries.answer(question, context.caller, context.language)
    except (InvalidParameters, InsufficientData) as error:
        raise declined(error, *at) from error


def holds_nul(value: Any) -> bool:
    """Whether a text in JSON holds the character that no database takes."""
    if isinstance(value, Mapping):
        return any(holds_nul(inner) for inner in value.values())
    return any(map(holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def file_address(context: Context, path: str) -> str:
    """Under which address the caller may fetch a file for a while: `path` is what `Desk.draw` or `Desk.write` returned."""
    return context.files.address(path, context.caller)
