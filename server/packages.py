"""Whether our packages are ours: another distribution may bring one of the same name and overwrite it without a word."""

import importlib
from importlib.metadata import packages_distributions
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
    file = importlib.import_module(name).__file__
    return Path(file).resolve().parent if file else None


def shared_packages() -> list[str]:
    """A sentence for each distribution that brings a package of the same name as one of ours: files of the two are mixed."""
    owners = packages_distributions()
    return [f"The distribution {owner} brings a package {name} too. {ADVICE}"
            for name in OURS for owner in sorted(set(owners.get(name, ()))) if owner.lower() != "guanxi"]
