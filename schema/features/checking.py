"""Whether a run may read the features that it asks for: they exist, the caller may see them, and a run answers for each that needs one."""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import select

from schema.analyses.models import PublishedRunRow
from schema.checking import Faults
from schema.context import Context
from schema.errors import ErrorCode
from schema.features.contract import Feature
from schema.permissions import missing
from schema.querying.reading import Question, question

Wanted = Mapping[tuple[str, ...], str]  # names of features by where in the input they stand


async def check_features(context: Context, wanted: Wanted, faults: Faults) -> list[Feature]:
    """The features, each once. What is wrong with them is added to `faults`."""
    known, found = context.catalogue.features, {}
    answering = set(await published(context.dialect).ask(context, {})) if wanted else set()
    for path, name in wanted.items():
        place, feature = faults.at(*path), known.get(name)
        if feature is None:
            place.add(ErrorCode.INVALID, "feature_unknown", name=name[:60], known=", ".join(near(name, known)))
        elif lacking := missing(context.caller.permissions, feature.requires):
            place.add(ErrorCode.FORBIDDEN, "forbidden", permissions=", ".join(lacking))
        elif feature.from_run and (feature.from_run.analysis, feature.from_run.slot) not in answering:
            place.add(ErrorCode.INSUFFICIENT_DATA, "feature_unpublished", name=name, analysis=feature.from_run.analysis)
        else:
            found[name] = feature
    return list(found.values())


@cache
def published(dialect: str) -> Question:
    return question(select(PublishedRunRow.kind, PublishedRunRow.slot), dialect)


def near(name: str, known: Iterable[str]) -> list[str]:
    """Names that may have been meant; else all there are."""
    return difflib.get_close_matches(name, known, 3, 0.5) or sorted(known)


def tables_of(features: Iterable[Feature]) -> tuple[str, ...]:
    """The tables of a snapshot that these are computed from."""
    return tuple(dict.fromkeys(table for one in features for table in one.needs))
