"""What forecasts add to customers, products, segments and `Query`: the series of each in the published run."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Enum, FromClause, String, and_, bindparam, case, literal, select

from guanxi import (
    Customer,
    OpaqueId,
    Product,
    Query,
    Segment,
    argument,
    given_or_published,
    joined,
    lookup,
    published,
    question,
    run_argument,
)
from guanxi.tables import JobRow
from plugins.forecast.models import SeriesRow
from plugins.forecast.start import NAME, ForecastBy, ForecastTarget, slot
from plugins.forecast.types import READ, ForecastSeries

NAMED = Enum(ForecastTarget, native_enum=False, create_constraint=False)  # as its name
TARGET = argument("target", ForecastTarget, "What is forecast.")


def answering(wanted: ColumnElement[Any], by: ForecastBy, of: Callable[[str], ColumnElement[Any]]) -> ColumnElement[Any]:
    """The run that answers for a target: each target has its own. `of` gives the run of a slot."""
    return case(*[(wanted == literal(target.name, String()), of(slot(by, target))) for target in ForecastTarget])


def of(by: ForecastBy, column: str) -> Any:
    """A field that shows the series of the record it belongs to."""

    def belongs(here: FromClause, there: FromClause, operand: Any) -> ColumnElement[bool]:
        wanted = operand.parameter("target", NAMED)
        run = answering(wanted, by, lambda place: given_or_published(operand, NAME, place))
        return and_(there.c[column] == here.c.id, there.c.target == wanted, there.c.run_id == run)

    return joined(SeriesRow, belongs, "What is expected of it, by the published run or another one; null where there is none.",
                  type_=ForecastSeries | None, arguments=[TARGET, run_argument()], requires=READ)


@cache
def finding(dialect: str, by: ForecastBy, *, given: bool) -> Any:
    """The number of the series of the total, or of a category."""
    row, wanted = SeriesRow, bindparam("target", type_=String())
    run: Any = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else answering(wanted, by, partial(published, NAME))
    about = and_(row.category.is_(None), row.customer_id.is_(None), row.product_id.is_(None), row.segment_id.is_(None))
    if by is ForecastBy.CATEGORY:
        about = row.category == bindparam("category", type_=String())
    query = select(row.id).join(JobRow, JobRow.id == row.run_id).where(
        row.run_id == run, JobRow.kind == NAME, JobRow.status == "SUCCEEDED", row.target == wanted, about)
    return question(query, dialect)


async def find(context: Any, target: ForecastTarget, category: str | None = None, runId: str | None = None) -> int | None:  # noqa: N803  as the arguments are called in GraphQL
    by = ForecastBy.TOTAL if category is None else ForecastBy.CATEGORY
    given = {"target": target.name, "category": category, "run": runId}
    rows = await finding(context.dialect, by, given=runId is not None).ask(context, given)
    return rows[0][0] if rows else None


FIELDS: Mapping[type, Mapping[str, Any]] = {
    Customer: {"forecast": of(ForecastBy.CUSTOMER, "customer_id")},
    Product: {"forecast": of(ForecastBy.PRODUCT, "product_id")},
    Segment: {"forecast": of(ForecastBy.SEGMENT, "segment_id")},
    Query: {"forecast": lookup(
        "What is expected in all, or of a category of products; null where there is no such series.", find=find,
        type_=ForecastSeries | None, arguments=[
            TARGET, argument("category", str | None, "The category of products; left out: all together."), run_argument()])},
}
