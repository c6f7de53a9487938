"""What may be imported: the fields of each target, as they are called in the API, and how their text is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from schema.commerce.models import TransactionKind
from schema.customers.models import CustomerKind
from schema.jobs.models import ImportTarget
from schema.quality.importing import values
from schema.quality.importing.values import Converter
from schema.relationships.models import RelationshipSign

CONTENT = 65_536  # characters of a review


@dataclass(frozen=True)
class Reading:
    """How the text of a file is meant where the text itself does not say."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    date_format: str | None = None
    empty: frozenset[str] = frozenset()  # words that mean "no value"


@dataclass(frozen=True)
class Field:
    name: str
    converter: Callable[[Reading], Converter]
    needed: bool = False  # a column or a constant must give it
    required: bool = False  # and no cell may be empty
    aliases: tuple[str, ...] = ()


def plain(name: str, convert: Converter, *aliases: str) -> Field:
    return Field(name, lambda _: convert, aliases=aliases)


def needed(name: str, convert: Converter) -> Field:
    return Field(name, lambda _: convert, needed=True, required=True)


def moment(name: str, *, required: bool = False) -> Field:
    return Field(name, lambda reading: values.instant(reading.zone, reading.date_format), required, required)


KEY, SKU, NAME = values.text(200), values.text(100), values.text(400)

CUSTOMERS = (
    needed("externalId", KEY), needed("name", NAME), plain("kind", values.member(CustomerKind)),
    plain("email", values.email), plain("phone", values.phone),
    plain("address", values.text(400), "line"), plain("city", values.text(200)), plain("region", values.text(200)),
    plain("postalCode", values.text(32)), plain("country", values.text(100)),
    plain("tags", values.tags), plain("serviceLevel", values.text(64)), plain("owner", values.text(64)),
    plain("givenName", values.text(200)), plain("familyName", values.text(200)),
    Field("birthDate", lambda reading: values.date(reading.date_format)),
    plain("gender", values.text(32)), plain("educationLevel", values.text(64)),
    plain("incomeAmount", values.amount), plain("incomeCurrency", values.currency),
    plain("legalName", values.text(400)), plain("registrationNumber", values.text(64)), plain("industry", values.text(200)),
    plain("employeeCount", values.whole(0, 2_000_000_000)),
)

# The customers that --create-missing makes.
NEWCOMERS = (plain("customerKind", values.member(CustomerKind)), plain("customerName", NAME), plain("customerCountry", values.text(100)))

RELATIONSHIPS = (
    needed("from", KEY), needed("to", KEY), needed("kind", values.text(64)),
    plain("weight", values.real()), plain("sign", values.member(RelationshipSign)), plain("rating", values.scaled),
    moment("validFrom"), moment("validTo"), plain("confidence", values.real(1.0)),
    *NEWCOMERS[:2],
)

PRODUCTS = (
    needed("sku", SKU), needed("name", NAME), plain("category", values.text(200)),
    plain("price", values.amount), plain("currency", values.currency),
)

TRANSACTIONS = (
    needed("externalId", KEY), plain("customer", KEY), moment("occurredAt", required=True),
    needed("sku", SKU), plain("productName", NAME),
    needed("quantity", values.scaled), needed("unitPrice", values.scaled), needed("currency", values.currency),
    plain("discount", values.scaled), plain("category", values.text(200)), plain("kind", values.member(TransactionKind)), *NEWCOMERS,
)

BROWSE_EVENTS = (
    plain("externalId", KEY), needed("customer", KEY), plain("sku", SKU), moment("startedAt", required=True),
    plain("durationSeconds", values.whole(0, 2_000_000_000)), *NEWCOMERS,
)

REVIEWS = (
    plain("externalId", KEY), needed("customer", KEY), plain("sku", SKU), needed("score", values.whole(1, 5)),
    plain("content", values.text(CONTENT)), moment("createdAt"), plain("purchased", values.truth), *NEWCOMERS,
)

# And beside these a column for each question of the survey.
SURVEY_RESPONSES = (
    needed("survey", values.text(64)), plain("externalId", KEY), plain("customer", KEY), moment("submittedAt"),
    plain("wave", values.text(64)), *NEWCOMERS,
)

FIELDS: dict[ImportTarget, tuple[Field, ...]] = {
    ImportTarget.CUSTOMERS: CUSTOMERS, ImportTarget.RELATIONSHIPS: RELATIONSHIPS, ImportTarget.PRODUCTS: PRODUCTS,
    ImportTarget.TRANSACTIONS: TRANSACTIONS, ImportTarget.BROWSE_EVENTS: BROWSE_EVENTS, ImportTarget.REVIEWS: REVIEWS,
    ImportTarget.SURVEY_RESPONSES: SURVEY_RESPONSES,
}
