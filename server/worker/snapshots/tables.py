"""What a snapshot can hold: each table with its columns, and how each column is read from each database.

No column tells who somebody is. ADBC takes the type of a column of SQLite from its first rows, so what SQLite gives must be of one
type from the first row on: a text that may be missing has to be coalesced.
"""

import hashlib
import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from schema.rows import SCALE

MOMENT = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Column:
    name: str
    type: pa.DataType
    sqlite: str  # an expression of SQL
    postgresql: str
    mariadb: str = ""  # where it is not as on SQLite


@dataclass(frozen=True)
class Table:
    """`kind` is what data_versions calls the records that it is made of; `source` is what follows FROM."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    source: str
    order: str

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    def query(self, dialect: str) -> str:
        shown = ", ".join(f"{getattr(column, dialect) or column.sqlite} AS {column.name}" for column in self.columns)
        if dialect == "mariadb":
            return re.sub(r"\bkey\b", '"key"', f"SELECT {shown} FROM {self.source} ORDER BY {self.order}")  # noqa: S608  the word is reserved
        return f"SELECT {shown} FROM {self.source} ORDER BY {self.order}"  # noqa: S608  all of it stands in this file

    @property
    def definition(self) -> str:
        """Changes when what the table holds is read in another way: files of an earlier release are not taken for ours."""
        return hashlib.sha256("\n".join([self.query("sqlite"), self.query("postgresql"), str(self.schema)]).encode()).hexdigest()


def column(name: str, type_: pa.DataType) -> Column:
    return Column(name, type_, name, name)


def given(name: str, type_: pa.DataType, expression: str) -> Column:
    """The same expression for either database."""
    return Column(name, type_, expression, expression)


def flag(name: str) -> Column:
    return Column(name, pa.bool_(), name, name)


def moment(name: str) -> Column:
    """SQLite keeps RFC 3339 text in UTC, which Arrow reads twice as fast as SQL could; a missing one is an empty text until then."""
    return Column(name, MOMENT, f"coalesce({name}, '')", name)


def sign() -> Column:
    number = "CASE sign WHEN 'POSITIVE' THEN 1 WHEN 'NEGATIVE' THEN -1 ELSE 0 END"
    return Column("sign", pa.int8(), number, f"({number})::smallint")


def amount(name: str, expression: str) -> Column:
    """Money as a number: exact whole ten-thousandths become the nearest float of units, the same on both databases."""
    return Column(name, pa.float64(), f"{expression} / {SCALE}.0", f"({expression})::double precision / {SCALE}.0",
                  f"CAST({expression} AS double) / {SCALE}e0")


def reference(name: str, expression: str) -> Column:
    """The number of a record, 0 for none: numbers begin at 1."""
    return given(name, pa.int64(), f"coalesce({expression}, 0)")


def unknown(name: str, expression: str, otherwise: int) -> Column:
    """A whole number, or what stands for one that is not known."""
    return given(name, pa.int64(), f"coalesce({expression}, {otherwise})")


def words(name: str, expression: str | None = None) -> Column:
    return given(name, pa.string(), f"coalesce({expression or name}, '')")


def listed(name: str) -> Column:
    """JSON as it was written, "" for none."""
    return Column(name, pa.string(), f"CASE WHEN {name} IS NULL THEN '' ELSE {name} END", f"coalesce({name}::text, '')")


def last(name: str, expression: str) -> Column:
    return Column(name, MOMENT, f"coalesce(max({expression}), '')", f"max({expression})")


PURCHASED = "CASE WHEN kind = 'PURCHASE' THEN 1 ELSE 0 END"
TRAITS = (
    "SELECT customer_id, 'tag' AS trait, name AS value FROM customer_tags",
    "SELECT id, 'industry', industry FROM customers WHERE industry <> ''",
    "SELECT customer_id, 'country', country FROM addresses WHERE country <> ''",
    "SELECT customer_id, 'city', city FROM addresses WHERE city <> ''",
)
OF_TRANSACTION = (reference("customer_id", "customer_id"), column("kind", pa.string()), moment("occurred_at"),
                  given("currency", pa.string(), "total_currency"))
BORN = Column("birth_year", pa.int64(), "coalesce(CAST(substr(birth_date, 1, 4) AS integer), 0)",
              "coalesce(extract(year from birth_date)::bigint, 0)", "coalesce(year(birth_date), 0)")
INCOME = Column("income", pa.float64(), f"coalesce(income_amount / {SCALE}.0, -1.0)",
                f"coalesce((income_amount)::double precision / {SCALE}.0, -1.0)",
                f"coalesce(CAST(income_amount AS double) / {SCALE}e0, -1e0)")
LEVEL = "(SELECT key FROM service_levels WHERE service_levels.id = service_level_id)"
TAGS = "(SELECT count(*) FROM customer_tags WHERE customer_tags.customer_id = customers.id)"
PREFERRED = "row_number() OVER (PARTITION BY customer_id ORDER BY preferred DESC, id)"
HOME = f"(SELECT customer_id, region, city, country, {PREFERRED} AS place FROM addresses) AS homes WHERE place = 1"  # noqa: S608
# What customers can be grouped by, each group of a customer once: the address is the preferred one.
GROUPS = (
    ("SELECT customer_id, 'SEGMENT' AS attribute, name AS value FROM segment_members JOIN segments ON segments.id = segment_id "
     "WHERE until IS NULL"),
    "SELECT id, 'KIND', kind FROM customers",
    "SELECT id, 'GENDER', gender FROM customers WHERE gender <> ''",
    "SELECT id, 'EDUCATION_LEVEL', education_level FROM customers WHERE education_level <> ''",
    "SELECT id, 'INDUSTRY', industry FROM customers WHERE industry <> ''",
    "SELECT customers.id, 'SERVICE_LEVEL', key FROM customers JOIN service_levels ON service_levels.id = service_level_id",
    *(f"SELECT customer_id, '{name.upper()}', {name} FROM {HOME} AND {name} <> ''" for name in ("region", "city", "country")),  # noqa: S608
)
LATEST = "row_number() OVER (PARTITION BY customer_id, purpose ORDER BY recorded_at DESC, id DESC)"

TABLES = {table.name: table for table in (
    Table("customers", "customer", (column("id", pa.int64()), column("kind", pa.string()), moment("created_at")), "customers", "id"),
    Table("relationships", "relationship",
          (column("id", pa.int64()), column("from_id", pa.int64()), column("to_id", pa.int64()), column("kind_id", pa.int64()),
           flag("directed"), sign(), column("weight", pa.float64()), moment("valid_from"), moment("valid_to")), "relationships", "id"),
    Table("relationshipKinds", "relationshipKind", (column("id", pa.int64()), column("key", pa.string())), "relationship_kinds", "id"),
    # The latest word of each customer on each purpose, whatever the channel.
    Table("consents", "customer", (column("customer_id", pa.int64()), column("purpose", pa.string()), flag("granted")),
          f"(SELECT customer_id, purpose, granted, {LATEST} AS place FROM consents WHERE channel IS NULL) AS words WHERE place = 1",  # noqa: S608
          "customer_id, purpose"),
    # What each customer bought, by currency: how often, what was paid net of returns and cancellations, and when last.
    Table("behaviour", "transaction",
          (column("customer_id", pa.int64()), given("currency", pa.string(), "total_currency"),
           given("purchase_count", pa.int64(), f"sum({PURCHASED})"), amount("purchase_total", "sum(total_amount)"),
           last("last_purchase_at", "CASE WHEN kind = 'PURCHASE' THEN occurred_at END")),
          "transactions WHERE customer_id IS NOT NULL GROUP BY customer_id, total_currency", "customer_id, total_currency"),
    Table("transactions", "transaction", (column("id", pa.int64()), *OF_TRANSACTION, amount("total", "total_amount")),
          "transactions", "id"),
    # Each line with what its transaction says, so that nobody has to join them; in the order of transactions.
    Table("transactionLines", "transaction",
          (column("transaction_id", pa.int64()), column("product_id", pa.int64()), *OF_TRANSACTION,
           amount("quantity", "quantity"), amount("amount", "amount")),
          "transaction_lines JOIN transactions ON transactions.id = transaction_id", "transaction_id, position"),
    Table("products", "product",
          (column("id", pa.int64()), column("sku", pa.string()), column("name", pa.string()),
           given("category", pa.string(), "coalesce(category, '')")), "products", "id"),
    Table("browseEvents", "browseEvent",
          (column("customer_id", pa.int64()), reference("product_id", "product_id"), moment("started_at"),
           given("seconds", pa.int64(), "coalesce(duration_seconds, 0)")), "browse_events", "customer_id, started_at, id"),
    Table("reviews", "review",
          (column("customer_id", pa.int64()), reference("product_id", "product_id"), column("score", pa.int64()), moment("created_at")),
          "reviews", "customer_id, created_at, id"),
    # What customers are like, without anything that tells who one of them is: of a birthday, the year.
    Table("demographics", "customer",
          (given("customer_id", pa.int64(), "id"), BORN, words("education_level"), INCOME, words("income_currency"), words("industry"),
           unknown("employee_count", "employee_count", -1), words("service_level", LEVEL), given("tag_count", pa.int64(), TAGS)),
          "customers", "id"),
    # Who is in which segment now.
    Table("segmentMembers", "segment", (column("segment_id", pa.int64()), given("segment", pa.string(), "name"),
                                        column("customer_id", pa.int64())),
          "segment_members JOIN segments ON segments.id = segment_id WHERE until IS NULL", "segment_id, customer_id"),
    # What customers may have in common, each trait of a customer once.
    Table("traits", "customer", (column("customer_id", pa.int64()), column("trait", pa.string()), column("value", pa.string())),
          f"({' UNION '.join(TRAITS)}) AS traits", "customer_id, trait, value"),
    # It follows from customers, segments and service levels, which have versions of their own: it is read anew for each run.
    Table("customerGroups", "customerGroups",
          (column("customer_id", pa.int64()), column("attribute", pa.string()), column("value", pa.string())),
          f"({' UNION '.join(GROUPS)}) AS memberships", "customer_id, attribute, value"),
    Table("surveyQuestions", "survey",
          (column("id", pa.int64()), column("survey_id", pa.int64()), column("key", pa.string()), column("position", pa.int64()),
           column("kind", pa.string()), words("text_en"), words("text_zh"), column("scale_min", pa.int64()),
           column("scale_max", pa.int64()), flag("reverse_scored"), words("scale"), listed("labels_en"), listed("labels_zh")),
          "survey_questions", "survey_id, position"),
    Table("surveyResponses", "surveyResponse",
          (column("id", pa.int64()), column("survey_id", pa.int64()), reference("customer_id", "customer_id"), column("wave", pa.string()),
           moment("submitted_at")), "survey_responses", "id"),
    Table("surveyAnswers", "surveyResponse",
          (column("response_id", pa.int64()), column("question_id", pa.int64()), column("value", pa.int16())), "survey_answers",
          "response_id, question_id"),
)}


def fitted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """What a database gave, in the types of the table."""
    return pa.record_batch([_fitted(column, field.type) for column, field in zip(batch.columns, schema, strict=True)], schema=schema)


def _fitted(column: pa.Array, type_: pa.DataType) -> pa.Array:
    if type_ == MOMENT and pa.types.is_string(column.type):
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    return column.cast(type_)
