"""Who comes after whom: plugins that depend on others follow them; otherwise the order stays as it is."""

from collections.abc import Iterator, Mapping, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from schema.extending.catalogue import KnownPlugin, PluginStatus

Needs = Mapping[str, str]  # names of plugins, and ranges of their versions


def needs_of(name: str, given: object) -> Needs:
    """What a module says in `DEPENDS`. Raises ValueError in words."""
    if not isinstance(given, Mapping) or not all(isinstance(part, str) for pair in given.items() for part in pair):
        raise ValueError('Its DEPENDS has to name plugins and ranges of their versions, such as {"graph": ">=0.1"}, and does not.')
    for other, versions in given.items():
        try:
            SpecifierSet(versions)
        except InvalidSpecifier:
            raise ValueError(f"Its DEPENDS says “{versions}” of {other}, and that is no range of versions, such as >=0.1.") from None
    if name in given:
        raise ValueError("Its DEPENDS names itself: take that out.")
    return dict(given)


def in_order(needs: Mapping[str, Needs]) -> tuple[list[str], dict[str, list[str]]]:
    """The names so that each follows those it needs, and for each that is part of a circle the circle, beginning with it.

    Whoever only depends on a circle follows at the end: its own needs will not serve, and that is said of it then.
    """
    placed: list[str] = []
    waiting = list(needs)
    while ready := [name for name in waiting if all(other in placed or other not in needs for other in needs[name])]:
        placed.append(ready[0])
        waiting.remove(ready[0])
    circles = {name: circle for name in waiting if (circle := circle_from(name, needs))}
    return [*placed, *[name for name in waiting if name not in circles]], circles


def circle_from(name: str, needs: Mapping[str, Needs]) -> list[str] | None:
    """The shortest way from a plugin through its needs back to it."""
    ways: list[list[str]] = [[name]]
    seen: set[str] = set()
    for way in ways:  # it grows while it is walked
        for other in needs.get(way[-1], ()):
            if other == name:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return None


def circular(circle: Sequence[str]) -> str:
    return f"It needs {', which needs '.join(circle[1:])}, which needs it: none of them can come first. Take one of them out of DEPENDS."


def lacking(needs: Needs, known: Sequence[KnownPlugin]) -> Iterator[str]:
    """A sentence for each plugin that is needed and cannot be had. `known` stand as they do now."""
    for name, versions in needs.items():
        found = [one for one in known if one.name == name]
        serving = next((one for one in found if one.status is PluginStatus.ACTIVE), None)
        if not found:
            yield f"It needs the plugin {name}, which is not installed: install it."
        elif serving is None:
            yield not_serving(name, found[0].status)
        elif not SpecifierSet(versions).contains(serving.version or "0", prereleases=True):
            yield f"It needs the plugin {name} {versions}, and this is {serving.version or '0'}: install another version of one of them."


def not_serving(name: str, status: PluginStatus) -> str:
    return f"It needs the plugin {name}, which does not serve ({status.name}): “guanxi plugins show {name}” says why."
