"""Service levels are made and changed."""

import re
from typing import Any

from sqlalchemy import select

from schema.changes.change import Change
from schema.checking import Faults, checked_text, longest
from schema.customers.inputs import ServiceLevelSaveInput
from schema.customers.models import ServiceLevelRow
from schema.errors import ErrorCode

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)
MINUTES = ("firstResponseMinutes", "first_response_minutes"), ("resolutionMinutes", "resolution_minutes")


def save_level(work: Change, given: ServiceLevelSaveInput) -> dict[str, Any]:
    faults = Faults()
    if not KEY.fullmatch(given.key):
        faults.at("key").add(ErrorCode.INVALID, "kind_key")
        faults.refuse()  # the key says what the rest is compared with
    stored = select(ServiceLevelRow).where(ServiceLevelRow.key == given.key).with_for_update(key_share=True)
    row = work.session.scalar(stored) or ServiceLevelRow(key=given.key)
    for name, value in (checked_names(given, faults) | checked_minutes(given, faults)).items():
        setattr(row, name, value)
    if not (row.name_en or row.name_zh):
        faults.at("name").add(ErrorCode.REQUIRED, "required")
    faults.refuse()
    work.session.add(row)
    work.session.flush()
    return {"level": row.id}


def checked_names(given: ServiceLevelSaveInput, faults: Faults) -> dict[str, str | None]:
    most = longest(ServiceLevelRow.name_en)
    stated = {language: name for language in ("en", "zh") if (name := getattr(given.name, language))}
    return {f"name_{language}": checked_text(name.value, most, faults.at("name", language)) for language, name in stated.items()}


def checked_minutes(given: ServiceLevelSaveInput, faults: Faults) -> dict[str, int | None]:
    minutes = {}
    for name, column in MINUTES:
        stated = getattr(given, column)
        if stated is not None:
            minutes[column] = stated.value
            if stated.value is not None and stated.value < 1:
                faults.at(name).add(ErrorCode.INVALID, "at_least", name=name, least=1)
    return minutes
