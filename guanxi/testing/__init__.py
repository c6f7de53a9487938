"""For tests of plugins: a server with exactly the plugins that a test names, snapshots without a database, and `check_plugin`.

The pytest plugin that comes with Guanxi has it all as fixtures: see docs/plugins/testing.md. Production code has no use for it.
"""

from guanxi.testing.clock import Clock
from guanxi.testing.data import EMPTY, ISLANDS, NOW, SHOP, SINGLE, DataSet, Person, Product, Purchase, Review, Tie, Visit
from guanxi.testing.scale import Finding, Level, Scale, check_plugin
from guanxi.testing.server import Answer, NotServing, Refused, Run, Server, opened
from guanxi.testing.snapshots import snapshot

__all__ = [
    "EMPTY",
    "ISLANDS",
    "NOW",
    "SHOP",
    "SINGLE",
    "Answer",
    "Clock",
    "DataSet",
    "Finding",
    "Level",
    "NotServing",
    "Person",
    "Product",
    "Purchase",
    "Refused",
    "Review",
    "Run",
    "Scale",
    "Server",
    "Tie",
    "Visit",
    "check_plugin",
    "opened",
    "snapshot",
]
