"""Which plugins serve in a test: those that are named, those that they need, and no other that happens to be installed."""

from collections.abc import Mapping, Sequence
from typing import Any

from plugins.manager import Choices, installed_names, needed_by


def only(plugins: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> Choices:
    """`plugins`: names of installed ones, files or modules."""
    known = installed_names()
    named = [name for name in with_needs(plugins) if name in known]
    return Choices(load=[one for one in plugins if one not in known], allow=named,
                   disabled=[name for name in known if name not in named], settings=settings)


def with_needs(plugins: Sequence[str]) -> list[str]:
    """And what they need, and what that needs, as far as there is such a thing."""
    found = list(dict.fromkeys(plugins))
    for one in found:  # it grows while it is walked
        found += [name for name in needed_by(one) if name not in found]
    return found
