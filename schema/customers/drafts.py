"""What an input says a customer should be, checked as far as that goes without the database."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from strawberry import ID, Some
from strawberry.utils.str_converters import to_camel_case

from schema.checking import Faults, checked_id, checked_list, checked_text, distinct, longest, required_text, said
from schema.customers.contacts import PHONES, normal_value
from schema.customers.inputs import (
    AddressInput,
    ContactPointInput,
    CustomerCreateInput,
    CustomerDetailsInput,
    CustomerUpdateInput,
    OrganizationDetailsInput,
    PersonDetailsInput,
)
from schema.customers.models import AddressRow, Channel, ContactPointRow, CustomerKind, CustomerRow, ExternalIdRow, ServiceLevelRow, TagRow
from schema.customers.queries import ExternalIdInput
from schema.errors import ErrorCode
from schema.money import MoneyInput
from schema.quality.importing.currencies import CURRENCIES
from schema.rows import utc_now

C = CustomerRow
PERSON = ("given_name", "family_name", "birth_date", "gender", "education_level", "income_amount", "income_currency")
ORGANIZATION = ("legal_name", "registration_number", "industry", "employee_count")
PERSON_TEXTS = (C.given_name, C.family_name, C.gender, C.education_level)
ORGANIZATION_TEXTS = (C.legal_name, C.registration_number, C.industry)
ADDRESS_TEXTS = (AddressRow.line, AddressRow.city, AddressRow.region, AddressRow.postal_code, AddressRow.country)
MOST = {"externalIds": 10, "contactPoints": 20, "addresses": 10, "tags": 100}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
FEWEST_DIGITS = 3
EARLIEST_ZONE = datetime.timedelta(hours=14)  # where a day begins first


@dataclass(frozen=True)
class ExternalId:
    source: str
    value: str
    place: Faults = field(compare=False)


@dataclass(frozen=True)
class ContactPoint:
    channel: Channel
    value: str
    normal_value: str
    preferred: bool
    place: Faults = field(compare=False)


@dataclass
class Draft:
    """A column that is missing, and tags that are None, stay as they are. Everything else is to be there."""

    place: Faults
    columns: dict[str, Any] = field(default_factory=dict)
    level: Some[str | None] | None = None  # the key of a service level
    owner: Some[int | None] | None = None
    external_ids: Sequence[ExternalId] = ()
    contact_points: Sequence[ContactPoint] = ()
    addresses: Sequence[dict[str, Any]] = ()
    tags: Sequence[str] | None = None


def draft_customer(given: CustomerCreateInput, place: Faults) -> Draft:
    draft = Draft(place, checked_details(given.details, place.at("details")))
    draft.columns["name"] = required_text(given.name, longest(C.name), place.at("name"))
    draft.external_ids = checked_external_ids(said(given.external_ids), place.at("externalIds"))
    draft.contact_points = checked_contact_points(said(given.contact_points), place.at("contactPoints"))
    draft.addresses = checked_addresses(said(given.addresses), place.at("addresses"))
    tags = said(given.tags)
    draft.tags = checked_tags(tags or (), place.at("tags"))
    draft_references(draft, given.service_level, given.owner_id)
    return draft


def draft_update(given: CustomerUpdateInput, place: Faults) -> Draft:
    draft = Draft(place)
    if given.name:
        draft.columns["name"] = required_text(given.name.value, longest(C.name), place.at("name"))
    if given.details:
        details = given.details.value
        draft.columns |= checked_details(details, place.at("details")) if details else dict.fromkeys((*PERSON, *ORGANIZATION))
    if given.tags:
        draft.tags = checked_tags(given.tags.value or (), place.at("tags"))
    draft_references(draft, given.service_level, given.owner_id)
    return draft


def draft_references(draft: Draft, level: Some[str | None] | None, owner: Some[ID | None] | None) -> None:
    if level:
        draft.level = Some(checked_text(level.value, longest(ServiceLevelRow.key), draft.place.at("serviceLevel")))
    if owner:
        draft.owner = Some(None if owner.value is None else checked_id(owner.value, "s", "Staff", draft.place.at("ownerId")))


def checked_details(given: CustomerDetailsInput, place: Faults) -> dict[str, Any]:
    """The columns of the kind that are given, and those of the other kind, which become NULL."""
    if given.person:
        columns = checked_person(given.person.value, place.at("person"))
        return dict.fromkeys(ORGANIZATION) | {"kind": CustomerKind.PERSON} | columns
    assert given.organization, "GraphQL lets exactly one of them through"
    columns = checked_organization(given.organization.value, place.at("organization"))
    return dict.fromkeys(PERSON) | {"kind": CustomerKind.ORGANIZATION} | columns


def checked_person(given: PersonDetailsInput, place: Faults) -> dict[str, Any]:
    columns = checked_texts(given, PERSON_TEXTS, place)
    if given.birth_date:
        columns["birth_date"] = given.birth_date.value
        if given.birth_date.value and given.birth_date.value > (utc_now() + EARLIEST_ZONE).date():
            place.at("birthDate").add(ErrorCode.INVALID, "birth_date")
    if given.income:
        columns |= checked_income(given.income.value, place.at("income"))
    return columns


def checked_organization(given: OrganizationDetailsInput, place: Faults) -> dict[str, Any]:
    columns = checked_texts(given, ORGANIZATION_TEXTS, place)
    if given.employee_count:
        columns["employee_count"] = given.employee_count.value
        if (given.employee_count.value or 0) < 0:
            place.at("employeeCount").add(ErrorCode.INVALID, "at_least", name="employeeCount", least=0)
    return columns


def checked_texts(given: Any, columns: Sequence[InstrumentedAttribute[str | None]], place: Faults) -> dict[str, Any]:
    """The texts among an input's fields that were given, by column."""
    stated = {column: value for column in columns if (value := getattr(given, column.key))}
    return {column.key: checked_text(value.value, longest(column), place.at(to_camel_case(column.key)))
            for column, value in stated.items()}


def checked_income(given: MoneyInput | None, place: Faults) -> dict[str, Any]:
    if given is None:
        return {"income_amount": None, "income_currency": None}
    currency = given.currency.strip().upper()
    if currency not in CURRENCIES:
        place.at("currency").add(ErrorCode.INVALID, "currency", value=given.currency[:20])
    if given.amount < 0:
        place.at("amount").add(ErrorCode.INVALID, "at_least", name="amount", least=0)
    return {"income_amount": given.amount, "income_currency": currency}


def checked_external_ids(given: Sequence[ExternalIdInput] | None, place: Faults) -> list[ExternalId]:
    found = []
    for index, one in enumerate(checked_list(given, MOST["externalIds"], place)):
        at = place.at(index)
        source = required_text(one.source, longest(ExternalIdRow.source), at.at("source"))
        found.append(ExternalId(source, required_text(one.value, longest(ExternalIdRow.value), at.at("value")), at.at("value")))
    return distinct(found, lambda one: (one.source, one.value), lambda one: one.place)


def checked_contact_points(given: Sequence[ContactPointInput] | None, place: Faults) -> list[ContactPoint]:
    found = [checked_contact_point(one, place.at(index)) for index, one in enumerate(checked_list(given, MOST["contactPoints"], place))]
    return distinct(found, lambda one: (one.channel, one.normal_value), lambda one: one.place)


def checked_contact_point(given: ContactPointInput, place: Faults) -> ContactPoint:
    at, most = place.at("value"), longest(ContactPointRow.value)
    value = required_text(given.value, most, at)
    normal = normal_value(given.channel, value)
    if len(normal) > most >= len(value):  # one character may stand for several
        at.add(ErrorCode.LIMIT_EXCEEDED, "too_long", most=most, given=len(normal))
    if value and given.channel is Channel.EMAIL and not EMAIL.fullmatch(normal):
        at.add(ErrorCode.INVALID, "email_form")
    if value and given.channel in PHONES and len(normal.lstrip("+")) < FEWEST_DIGITS:
        at.add(ErrorCode.INVALID, "phone_form", least=FEWEST_DIGITS)
    return ContactPoint(given.channel, value, normal, given.preferred, at)


def checked_addresses(given: Sequence[AddressInput] | None, place: Faults) -> list[dict[str, Any]]:
    return [checked_address(one, place.at(index)) for index, one in enumerate(checked_list(given, MOST["addresses"], place))]


def checked_address(given: AddressInput, place: Faults) -> dict[str, Any]:
    parts = checked_texts(given, ADDRESS_TEXTS, place)
    if not any(parts.values()):
        place.add(ErrorCode.REQUIRED, "address_empty")
    return dict.fromkeys(column.key for column in ADDRESS_TEXTS) | parts | {"preferred": given.preferred}


def checked_tags(given: Sequence[str], place: Faults) -> list[str]:
    """Each once."""
    tags = checked_list(given, MOST["tags"], place)
    return list(dict.fromkeys(required_text(tag, longest(TagRow.name), place.at(index)) for index, tag in enumerate(tags)))
