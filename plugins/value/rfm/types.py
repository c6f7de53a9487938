"""Types of RFM: a customer's scores, the run, its segments, and what its scores stand for."""

import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from guanxi import AnalysisRun, Money, column, computed, from_summary, money, one
from plugins.value.figures import amount
from plugins.value.models import RfmRow
from plugins.value.rfm.segments import RfmSegment, label

HERE = "plugins.value.rfm.types"
LazyRun = Annotated["RfmRun", strawberry.lazy(HERE)]
Info = strawberry.Info[Any, None]


async def labels(context: Any, segments: Sequence[Any]) -> Mapping[Any, str]:
    """By segment, as the database keeps it or as Python knows it."""
    return {one: label(one if isinstance(one, RfmSegment) else RfmSegment[one], context.language) for one in segments}


@strawberry.type(description="How recently, how often and for how much a customer bought, as one run scored it against the others.")
class RfmScore:
    recency_days: int = column(RfmRow.recency_days, "How many whole days before the run's moment the last purchase was.")
    frequency: int = column(RfmRow.frequency, (
        "How many purchases there were in the run's window; returns and cancellations are not counted."))
    monetary: Money = money(RfmRow.monetary, RfmRow.currency, "What was paid in the window, net of returns and cancellations.")
    recency_score: int = column(RfmRow.recency_score, "From 1 to 5, for those who bought last.")
    frequency_score: int = column(RfmRow.frequency_score, "From 1 to 5, for those who bought most often.")
    monetary_score: int = column(RfmRow.monetary_score, "From 1 to 5, for those who paid most.")
    segment: RfmSegment = column(RfmRow.segment, "What recency and frequency say of the customer.")
    label: str | None = computed(labels, "What the segment is called, in the caller's language.", column=RfmRow.segment)
    run: LazyRun = one(RfmRow.run_id, "The run that gave it: with which parameters, from which data.")


def called(root: strawberry.Parent["RfmSegmentSummary"], info: Info) -> str:
    return label(root.segment, info.context.language)


@strawberry.type(description="A segment in a run: how many customers are in it, and what they paid.")
class RfmSegmentSummary:
    segment: RfmSegment = strawberry.field(description="Which one.")
    label: str = strawberry.field(resolver=called, description="What it is called, in the caller's language.")
    count: int = strawberry.field(description="How many customers were in it when the run ended.")
    total: Money = strawberry.field(description="What they paid in the window, net of returns and cancellations.")
    mean_recency_days: float | None = strawberry.field(description=(
        "How many days ago they bought last, on average; null without customers."))
    mean_frequency: float | None = strawberry.field(description="How often they bought, on average; null without customers.")


@strawberry.enum(description="What is scored.")
class RfmMeasure(enum.Enum):
    RECENCY = strawberry.enum_value("RECENCY", description="Days since the last purchase: the fewer, the higher the score.")
    FREQUENCY = strawberry.enum_value("FREQUENCY", description="How many purchases.")
    MONETARY = strawberry.enum_value("MONETARY", description="What was paid, in units of the run's currency.")


@strawberry.type(description="What a score stands for in a run.")
class RfmScoreRange:
    measure: RfmMeasure = strawberry.field(description="Of what.")
    score: int = strawberry.field(description="From 1 to 5.")
    count: int = strawberry.field(description="How many customers have it.")
    lowest: float = strawberry.field(description="The lowest value with this score.")
    highest: float = strawberry.field(description="The highest value with this score.")


def segments(found: Sequence[Mapping[str, Any]]) -> list[RfmSegmentSummary]:
    return [RfmSegmentSummary(segment=RfmSegment[one["segment"]], count=one["count"], total=amount(one["total"]),
                              mean_recency_days=one["meanRecencyDays"], mean_frequency=one["meanFrequency"]) for one in found]


def ranges(found: Sequence[Mapping[str, Any]]) -> list[RfmScoreRange]:
    return [RfmScoreRange(measure=RfmMeasure[one["measure"]], **{name: one[name] for name in ("score", "count", "lowest", "highest")})
            for one in found]


@strawberry.type(description="A run that scored customers by recency, frequency and amount.")
class RfmRun(AnalysisRun):
    as_of: datetime.datetime | None = from_summary("asOf", "The moment from which it looked back.", datetime.datetime.fromisoformat)
    since: datetime.datetime | None = from_summary("since", "Where its window begins; null when it has no beginning.",
                                                   datetime.datetime.fromisoformat)
    currency: str | None = from_summary("currency", "The currency of its amounts.")
    customer_count: int | None = from_summary("customerCount", "How many customers it looked at: scored and unscored ones.")
    scored_count: int | None = from_summary("scoredCount", "How many bought in the window, and have scores.")
    unscored_count: int | None = from_summary("unscoredCount", "How many have none: the next three counts add up to it.")
    never_bought_count: int | None = from_summary("neverBoughtCount", "How many never bought anything.")
    other_currency_count: int | None = from_summary("otherCurrencyCount", "How many bought in other currencies only.")
    other_time_count: int | None = from_summary("otherTimeCount", "How many bought in the currency, but only before or after the window.")
    purchase_count: int | None = from_summary("purchaseCount", "How many purchases were counted.")
    total: Money | None = from_summary("total", "What was paid in the window, net of returns and cancellations.", amount)
    other_currency_transactions: int | None = from_summary("otherCurrencyTransactions", (
        "How many transactions were left out because they are in other currencies."))
    later_transactions: int | None = from_summary("laterTransactions", "How many were left out because they came after `asOf`.")
    segments: list[RfmSegmentSummary] | None = from_summary("segments", "The ten segments, each with who is in it.", segments)
    scores: list[RfmScoreRange] | None = from_summary("scores", "What each score stands for: at most 15 of them.", ranges)
