"""What the plugin adds to customers, to `Query`, and to what customers are filtered and sorted by."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from sqlalchemy import BigInteger, String, bindparam, cast, literal, select
from sqlalchemy.sql import ColumnElement

from guanxi import (
    Customer,
    Filter,
    InsufficientData,
    InvalidParameters,
    OpaqueId,
    Order,
    Query,
    SortDirection,
    argument,
    id_number,
    inquire,
    operator_input,
    published,
    question,
    raw,
    read_input,
    score,
)
from guanxi.tables import JobRow
from plugins.propensity.models import ModelRow, ScoreRow
from plugins.propensity.names import NAME, OF_CATEGORY, OF_PRODUCT, READ, SLOT
from plugins.propensity.scoring import FORETELL
from plugins.propensity.start import PropensityRunStartInput
from plugins.propensity.types import PurchaseForecast

MOST_ASKED = 1000
PRODUCT = "About this product; left out: about anything, or about the category."
CATEGORY = "About products of this category; left out: about anything, or about the product."
RUN = "The run to answer from, whatever it is about; left out: the published one."

PurchaseProbabilityFilter: Any = operator_input(
    "PurchaseProbabilityFilter", float, "gt gte lt lte isNull", "Conditions on a purchase probability; all of them must hold.",
    productId=(strawberry.ID, PRODUCT), category=(str, CATEGORY), runId=(strawberry.ID, RUN))


@strawberry.input(description="Sorts by a purchase probability. Who has none comes last either way.")
class PurchaseProbabilityOrder:
    direction: SortDirection = strawberry.field(description="Which way.")
    product_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=PRODUCT)
    category: str | None = strawberry.field(default=strawberry.UNSET, description=CATEGORY)
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=RUN)


def of_product(operand: Any) -> ColumnElement[Any]:
    number = cast(operand.parameter("productId", OpaqueId("p", "Product")), BigInteger)
    return literal(OF_PRODUCT, String()).concat(cast(number, String))


def of_category(operand: Any) -> ColumnElement[Any]:
    return literal(OF_CATEGORY, String()).concat(cast(operand.parameter("category", String()), String))


PROBABILITY = score(
    ScoreRow, analysis=NAME, slot=SLOT, requires=READ, slots={"productId": of_product, "category": of_category},
    arguments=[argument("product_id", strawberry.ID | None, PRODUCT), argument("category", str | None, CATEGORY)],
    description="How probable it is that the customer buys within the run's days, from 0 to 1; null for whom the run is not about.")


@strawberry.input(description="Who is to be told of by which model.")
class PurchaseForecastsInput:
    customer_ids: list[strawberry.ID] = strawberry.field(description="The customers, at most 1,000.")
    product_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=PRODUCT)
    category: str | None = strawberry.field(default=strawberry.UNSET, description=CATEGORY)
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The run whose model tells; left out: the published one."))

    def __post_init__(self) -> None:
        if not 1 <= len(self.customer_ids) <= MOST_ASKED:
            raise InvalidParameters(f"customerIds takes from 1 to {MOST_ASKED:,} ids, not {len(self.customer_ids):,}.", "customerIds")

    @property
    def slot(self) -> str:
        if self.product_id:
            return f"{OF_PRODUCT}{id_number(self.product_id, 'p', 'Product')}"
        return f"{OF_CATEGORY}{self.category}" if self.category else SLOT


@cache
def model_of(dialect: str, given: bool) -> Any:
    wanted = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else published(NAME, bindparam("slot", type_=String()))
    query = select(JobRow.parameters, ModelRow.content).join(ModelRow, ModelRow.run_id == JobRow.id)
    return question(query.where(JobRow.id == wanted, JobRow.kind == NAME, JobRow.status == "SUCCEEDED"), dialect)


async def forecasts(context: Any, input: dict[str, Any]) -> list[PurchaseForecast]:
    import orjson

    given = read_input(PurchaseForecastsInput, input, ("input",))
    numbers = [id_number(id_, "c", "Customer") for id_ in given.customer_ids]
    asked = {"run": given.run_id} if given.run_id else {"slot": given.slot}
    found = await model_of(context.dialect, bool(given.run_id)).ask(context, asked)
    if not found:
        raise InsufficientData("No run of purchase probabilities about this that has succeeded is published, or has this id.")
    (parameters, content), = found
    start = read_input(PropensityRunStartInput, parameters)
    told = await inquire(context, NAME, FORETELL, {"parameters": parameters, "model": orjson.loads(content), "customers": numbers},
                         features=start.chosen)
    return [PurchaseForecast(customer_id=number, probability=one) for number, one in zip(numbers, told, strict=True)]


FIELDS: Mapping[type, Mapping[str, Any]] = {
    Customer: {"purchase_probability": PROBABILITY.field},
    Query: {"purchase_forecasts": raw(
        forecasts, "How probable it is that customers buy as everything is now, by the model of a finished run, without a new one.",
        requires=READ, cost=20, arguments=[argument("input", PurchaseForecastsInput, "Who, and by which model.")],
        type_=list[PurchaseForecast] | None)},
}
ABOUT = "By how probable it is that they buy."
FILTERS: tuple[Filter, ...] = (PROBABILITY.filter(SLOT, ABOUT, PurchaseProbabilityFilter),)
ORDERS: tuple[Order, ...] = (PROBABILITY.order(SLOT, ABOUT, PurchaseProbabilityOrder),)
