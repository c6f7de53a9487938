"""Whether our packages are ours: another distribution may bring one of the same name and overwrite it without a word."""

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

OURS = ("guanxi", "plugins", "schema", "server")
HERE = Path(__file__).resolve().parent.parent
ADVICE = "Install Guanxi in an environment of its own: pipx, uv tool, or a new virtual environment."


def foreign_packages() -> list[str]:
    """A sentence for each package that is not ours. Quick enough for every start."""
    import schema

    places = {name: place_of(name) for name in OURS}
    strange = {name: place for name, place in places.items() if place != HERE / name}
    found = [f"The package {name} is taken from {place}, not from Guanxi. {ADVICE}" for name, place in strange.items()]
    if getattr(schema, "MARK", None) != "guanxi":
        found.append(f"The package schema in {HERE} is another distribution's. {ADVICE}")
    return found


def place_of(name: str) -> Path | None:
    """Found and not imported: `guanxi` brings much with it, and what another `schema` lacks."""
    found = find_spec(name)
    return Path(found.origin).resolve().parent if found and found.origin else None


def shared_packages() -> list[str]:
    """A sentence for each distribution that brings a package of the same name as one of ours: files of the two are mixed."""
    owners = packages_distributions()
    return [f"The distribution {owner} brings a package {name} too. {ADVICE}"
            for name in OURS for owner in sorted(set(owners.get(name, ()))) if owner.lower() != "guanxi"]
