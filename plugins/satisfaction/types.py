"""Types of satisfaction: the run, and the groups that it compared."""

from typing import Annotated

import strawberry

from guanxi import AnalysisRun, Connection, CustomerConnection, Node, column, from_summary, key, many, one, translated
from plugins.satisfaction.figures.drivers import SatisfactionDrivers, SatisfactionTrend, drivers, trend
from plugins.satisfaction.figures.groups import (
    SatisfactionComparison,
    SatisfactionOutcome,
    TwoWayComparison,
    comparisons,
    outcome,
    together,
)
from plugins.satisfaction.figures.ordinal import OrdinalModel, ordinal
from plugins.satisfaction.figures.questions import LikertItem, SatisfactionScale, items, scales
from plugins.satisfaction.models import GroupRow, MemberRow
from plugins.satisfaction.names import PERSONAL, READ

HERE = "plugins.satisfaction.types"
LazyRun = Annotated["SatisfactionRun", strawberry.lazy(HERE)]


@strawberry.type(description="Responses that have something in common.")
class SatisfactionGroup(Node):
    id: strawberry.ID = key(GroupRow.id, code="sf", requires=READ)
    factor: int = column(GroupRow.factor, "Of which factor of the run, from 0.", filter="operators", order=True)
    label: str = translated(GroupRow.label_en, GroupRow.label_zh, "What they have in common, in the caller's language.")
    size: int = column(GroupRow.size, "How many responses.", filter="operators", order=True)
    mean: float = column(GroupRow.mean, "What they say on average of what was compared.", filter="operators", order=True)
    standard_deviation: float | None = column(GroupRow.deviation, "Between them; null for one.")
    mean_lower: float | None = column(GroupRow.low, "Where the interval of the mean begins.")
    mean_upper: float | None = column(GroupRow.high, "Where it ends.")
    median: float = column(GroupRow.median, "The median.")
    low_scoring: bool = column(GroupRow.low_scoring, "Whether the interval lies below the mean of all.", filter="value")
    members: CustomerConnection | None = many(None, "The customers in it, as far as they are known.",
                                              through=(MemberRow.group_id, MemberRow.customer_id), requires=PERSONAL)
    run: LazyRun = one(GroupRow.run_id, "The run that compared it.")


SatisfactionGroupConnection = Connection[SatisfactionGroup]


@strawberry.type(description="A run that evaluated a survey.")
class SatisfactionRun(AnalysisRun):
    responses: int | None = from_summary("responses", "How many responses it looked at, of each customer the latest.")
    repeated_count: int | None = from_summary("repeated", "How many earlier responses of the same customers are in the trend only.")
    customer_count: int | None = from_summary("customers", "How many customers these are of.")
    anonymous_count: int | None = from_summary("nobodys", "How many are of nobody known.")
    confidence: float | None = from_summary("confidence", "How sure its intervals are.")
    outcome: SatisfactionOutcome | None = from_summary("overall", "What groups were compared by.", outcome)
    items: list[LikertItem] | None = from_summary("items", "The questions, in the survey's order or as they were asked for.", items)
    scales: list[SatisfactionScale] | None = from_summary("scales", "The scales that they make, all together last.", scales)
    comparisons: list[SatisfactionComparison] | None = from_summary("comparisons", "One for each factor.", comparisons)
    together: TwoWayComparison | None = from_summary("together", "Both factors together; null for fewer than two.", together)
    ordinal_model: OrdinalModel | None = from_summary("ordinal", (
        "The overall question by the factors, as ordered answers; null without an overall question or factors."), ordinal)
    drivers: SatisfactionDrivers | None = from_summary("drivers", "What goes along with the overall question; null without one.", drivers)
    trend: SatisfactionTrend | None = from_summary("trend", "How satisfaction went from wave to wave.", trend)
    groups: SatisfactionGroupConnection | None = many(GroupRow.run_id, "The groups that its factors made, the lowest mean first.",
                                                      default_order=[(GroupRow.mean, False)])
