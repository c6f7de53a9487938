"""A kind of relationship is made, or changed by its key."""

import re
from collections.abc import Collection
from typing import Any

import strawberry
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults, checked_text, longest
from schema.customers.models import CustomerKind
from schema.errors import ErrorCode
from schema.labels import LabelInput
from schema.relationships.inputs import RelationshipKindSaveInput
from schema.relationships.models import RelationshipKindRow, RelationshipRow, RelationshipSign

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
LANGUAGES = ("en", "zh")
NO_LABEL = LabelInput(en=strawberry.Some(None), zh=strawberry.Some(None))


def save(work: Change, wanted: RelationshipKindSaveInput) -> dict[str, Any]:
    session, faults = work.session, Faults()
    if not KEY.fullmatch(wanted.key):
        faults.at("key").add(ErrorCode.INVALID, "kind_key")
        faults.refuse()
    row = session.scalar(select(RelationshipKindRow).where(RelationshipKindRow.key == wanted.key).with_for_update(key_share=True))
    if row is None:
        row = RelationshipKindRow(key=wanted.key, default_sign=RelationshipSign.POSITIVE)
    elif wanted.directed != row.directed and in_use(session, row):
        faults.at("directed").add(ErrorCode.CONFLICT, "kind_in_use")
    row.directed = wanted.directed
    set_all_labels(faults, row, wanted)
    if wanted.default_sign is not None:
        row.default_sign = wanted.default_sign.value or RelationshipSign.POSITIVE
    if wanted.from_kinds is not None:
        row.from_person, row.from_organization = who(faults.at("fromKinds"), wanted.from_kinds.value)
    if wanted.to_kinds is not None:
        row.to_person, row.to_organization = who(faults.at("toKinds"), wanted.to_kinds.value)
    faults.refuse()
    session.add(row)
    session.flush()
    return {"relationship_kind": row.id}


def in_use(session: Session, kind: RelationshipKindRow) -> bool:
    """Whether there are, or were, relationships of it: each keeps the direction of its kind, and so do its ends."""
    return bool(session.scalar(select(exists().where(RelationshipRow.kind_id == kind.id))))


def set_all_labels(faults: Faults, row: RelationshipKindRow, wanted: RelationshipKindSaveInput) -> None:
    set_labels(faults.at("label"), row, "label", wanted.label)
    if row.label_en is None and row.label_zh is None:
        faults.at("label").add(ErrorCode.REQUIRED, "required")
    if wanted.inverse_label is not None:
        set_labels(faults.at("inverseLabel"), row, "inverse_label", wanted.inverse_label.value or NO_LABEL)


def set_labels(faults: Faults, row: RelationshipKindRow, column: str, label: LabelInput) -> None:
    for language in LANGUAGES:
        given: strawberry.Some[str | None] | None = getattr(label, language)
        if given is not None:
            setattr(row, f"{column}_{language}", checked_text(given.value, longest(RelationshipKindRow.label_en), faults.at(language)))


def who(faults: Faults, allowed: Collection[CustomerKind] | None) -> tuple[bool, bool]:
    """Whether persons and organisations may stand at this end; everybody when nothing is said."""
    if allowed is None:
        return True, True
    if not allowed:
        faults.add(ErrorCode.INVALID, "kind_nobody")
    return CustomerKind.PERSON in allowed, CustomerKind.ORGANIZATION in allowed
