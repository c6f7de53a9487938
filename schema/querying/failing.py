"""What stands where a value would be that cannot be shown, and how a plugin's failure stays with the one field that failed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLLeafType, GraphQLList, GraphQLNonNull, GraphQLObjectType, is_leaf_type

from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.context import Context
from schema.errors import RequestError
from schema.querying.records import fits

LONGEST = 5.0  # seconds that a plugin may take to load a field for a page
logger = logging.getLogger("guanxi")


class PluginError(RequestError):
    """A plugin failed to answer. What went wrong is for the log."""

    def __init__(self, plugin: str):
        super().__init__("PLUGIN_ERROR", "plugin_error", plugin=plugin)
        self.extensions = {"code": "PLUGIN_ERROR", "plugin": plugin}


class Declined(RequestError):
    """A plugin says no in words of its own, and where in the arguments when it is about those."""

    def __init__(self, code: str, text: str, path: Sequence[str] = ()):
        super().__init__(code, "parameters", reason=text)
        self.extensions = {"code": code, **({"path": list(path)} if path else {})}


def declined(error: InvalidParameters | InsufficientData, *at: str) -> Declined:
    """`at`: where in the arguments the input stands that the error is about."""
    if isinstance(error, InvalidParameters):
        return Declined("INVALID", str(error), (*at, *error.path))
    return Declined("INSUFFICIENT_DATA", str(error))


def explained(error: Exception, plugin: str, place: str) -> GraphQLError:
    """What is said of an exception that a plugin's resolver raised. One that nobody meant for the caller is logged."""
    if isinstance(error, GraphQLError):
        return error
    if isinstance(error, InvalidParameters | InsufficientData):
        return declined(error)
    tell(plugin, place, error)
    return PluginError(plugin)


@dataclass(frozen=True)
class Withheld:
    """Stands where the value would be; the field's resolver raises the error."""

    error: Callable[[], RequestError]


def forbidden(permissions: Sequence[str]) -> Withheld:
    return Withheld(lambda: RequestError("FORBIDDEN", "forbidden", permissions=", ".join(permissions)))


def refused(refusal: RequestError) -> Withheld:
    return Withheld(lambda: refusal)


def tell(plugin: str, place: str, error: BaseException) -> None:
    logger.error("the plugin %s failed in %s", plugin, place, exc_info=error)


@dataclass(frozen=True)
class Guard:
    """Around a plugin's function for one field of a plan: an exception, a value of another type or a long wait gives null there and
    an error, and one line in the log however many rows there are."""

    plugin: str
    place: str
    type: Any
    told: set[tuple[str, ...]] = field(default_factory=set)

    def broken(self, error: BaseException) -> Withheld:
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        kind = self.plugin, self.place, type(error).__qualname__, str(frame.tb_lineno if frame else 0)
        if kind not in self.told:
            self.told.add(kind)
            tell(self.plugin, self.place, error)
        return Withheld(lambda: PluginError(self.plugin))

    def value(self, value: Any) -> Any:
        try:
            check_value(self.type, value)
        except Exception as error:  # noqa: BLE001  (GraphQL's own types raise what they like)
            return self.broken(error)
        return value

    def function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def safely(*given: Any) -> Any:
            try:
                return self.value(function(*given))
            except Exception as error:  # noqa: BLE001  (whatever a plugin raises)
                return self.broken(error)

        return safely

    async def load(self, load: Callable[..., Awaitable[Mapping[Any, Any]]], context: Context, keys: Sequence[Any],
                   arguments: Mapping[str, Any]) -> Mapping[Any, Any]:
        try:
            async with asyncio.timeout(LONGEST):
                found = await load(context, keys, **arguments)
            return {key: self.value(found[key]) for key in keys if key in found}
        except RequestError as refusal:
            return dict.fromkeys(keys, refused(refusal))
        except (InvalidParameters, InsufficientData) as error:
            return dict.fromkeys(keys, refused(declined(error)))
        except Exception as error:  # noqa: BLE001  (whatever a plugin raises)
            await context.reader.renew()  # a statement that failed or was stopped would take those after it with it
            return dict.fromkeys(keys, self.broken(error))


def check_answer(type_: Any, value: Any) -> None:
    """Raises TypeError, whatever GraphQL's own types raise: that is for whoever asked, and this is not their fault."""
    try:
        check_value(type_, value)
    except Exception as error:
        raise TypeError(f"it is no {type_}") from error


def check_value(type_: Any, value: Any) -> None:
    """Raises when a value is none of this GraphQL type."""
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            raise TypeError(f"null is no {type_}")
        check_value(type_.of_type, value)
    elif value is None:
        return
    elif isinstance(type_, GraphQLList):
        if not isinstance(value, list | tuple):
            raise TypeError(f"{type(value).__name__} is no list")
        for one in value:
            check_value(type_.of_type, one)
    elif is_leaf_type(type_):
        leaf: GraphQLLeafType = type_
        leaf.serialize(value)
    elif isinstance(type_, GraphQLObjectType) and not fits(value, type_.extensions["strawberry-definition"].origin):
        raise TypeError(f"{type(value).__name__} is no {type_}")
