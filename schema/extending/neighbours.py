"""What a plugin may use of others that it depends on: their types, to add fields to, and their scores, to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from strawberry.types.base import StrawberryContainer, get_object_definition
from strawberry.types.lazy_type import LazyType

from schema.analyses.scores import ScoreOf, score_of
from schema.extending.contribution import Contribution


@dataclass(frozen=True)
class Neighbour:
    """A plugin that another one named in `DEPENDS`.

    `types`: the object types that its fields and runs lead to, the core's among them, by their GraphQL names. `scores`: what `score`
    made, by the Python name of the customers' field that shows it.
    """

    name: str
    version: str
    types: Mapping[str, type] = field(default_factory=dict)
    scores: Mapping[str, ScoreOf] = field(default_factory=dict)


def neighbour_of(one: Contribution) -> Neighbour:
    fields = [(name, made) for given in one.fields.values() for name, made in given.items()]
    scores = {name: found for name, made in fields if (found := score_of(made)) is not None}
    return Neighbour(one.plugin, one.version, types_of(one), scores)


def types_of(one: Contribution) -> dict[str, type]:
    """By walking from field to field, without building a schema."""
    found: dict[str, type] = {}
    waiting = [made.type for given in one.fields.values() for made in given.values()] + [analysis.run for analysis in one.analyses]
    for type_ in waiting:  # it grows while it is walked
        origin = unwrapped(type_)
        definition = get_object_definition(origin) if isinstance(origin, type) else None
        if definition is not None and not definition.is_input and definition.name not in found:
            found[definition.name] = definition.origin
            waiting += list(led_to(definition))
    return found


def led_to(definition: Any) -> Iterator[Any]:
    for one in definition.fields:
        try:
            yield one.type
        except Exception:  # noqa: BLE001, S112  what a type refers to may be known to a whole schema only
            continue


def unwrapped(type_: Any) -> Any:
    while True:
        if isinstance(type_, StrawberryContainer):
            type_ = type_.of_type
        elif isinstance(type_, LazyType):
            type_ = type_.resolve_type()
        else:
            return getattr(type_, "origin", type_) if not isinstance(type_, type) else type_
