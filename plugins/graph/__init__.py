"""The map of relationships: who matters to whom, who holds together, who is at odds, who might work with whom, and the ways between."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanxi import Analysis, Feature, Filter, Inquiry, Order, Problem, Storage, hook
from plugins.graph import fields as of_customers
from plugins.graph.limits import Limits
from plugins.graph.map import fields as of_map
from plugins.graph.map import inquiries as maps
from plugins.graph.metrics.analysis import graph_metrics
from plugins.graph.models import Tables
from plugins.graph.offering import FEATURES
from plugins.graph.partners import analysis as partners
from plugins.graph.partners import fields as of_partners
from plugins.graph.paths import fields as of_paths
from plugins.graph.paths import inquiries as paths

REQUIRES_API = ">=1.0,<2"
LIBRARIES = ("igraph", "scipy", "numpy", "pyarrow", "matplotlib", "networkx")
ANALYSES = (graph_metrics, *partners.ANALYSES)
INQUIRIES = (*maps.INQUIRIES, *paths.INQUIRIES)
CONTRIBUTED = (of_customers.FIELDS, of_map.FIELDS, of_partners.FIELDS, of_paths.FIELDS)


@hook
def settings() -> type[Limits]:
    return Limits


@hook
def storage() -> Storage:
    return Storage(Tables.metadata, Path(__file__).parent / "migrations")


@hook
def analyses(settings: Limits) -> list[Analysis[Any]]:
    return [made(settings) for made in ANALYSES]


@hook
def inquiries() -> Iterable[Inquiry]:
    return INQUIRIES


@hook
def features() -> Iterable[Feature]:
    return FEATURES


@hook
def fields() -> Mapping[type, Mapping[str, Any]]:
    types = {type_ for contributed in CONTRIBUTED for type_ in contributed}
    return {type_: {name: made for contributed in CONTRIBUTED for name, made in contributed.get(type_, {}).items()} for type_ in types}


@hook
def filters() -> Iterable[Filter]:
    return of_customers.FILTERS


@hook
def orders() -> Iterable[Order]:
    return of_customers.ORDERS


@hook
def check() -> Iterator[Problem]:
    for library in LIBRARIES:
        if find_spec(library) is None:
            yield Problem(f"The library {library} is missing, so no network can be measured: install guanxi[analytics].")
