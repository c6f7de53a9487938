"""Types of next purchases: what is told of a customer, and the run that tells it."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry

from guanxi import AnalysisRun, column, derived, from_summary, one
from plugins.forecast.next_purchase.models import NextPurchaseRow
from plugins.forecast.next_purchase.start import NextPurchaseCategoryModel, NextPurchaseDateModel

HERE = "plugins.forecast.next_purchase.types"
LazyRun = Annotated["NextPurchaseRun", strawberry.lazy(HERE)]


@strawberry.type(description="How probable it is that a purchase is mostly of a category.")
class CategoryProbability:
    category: str = strawberry.field(description="The category of products.")
    probability: float = strawberry.field(description="From 0 to 1.")


def categories(kept: str) -> list[CategoryProbability]:
    return [CategoryProbability(**given) for given in json.loads(kept)]


@strawberry.type(description="When a customer is expected to buy next, and of which category.")
class NextPurchase:
    expected_at: datetime.datetime | None = column(NextPurchaseRow.expected_at, (
        "The moment before which they are as likely to buy as after it; null where that is further off than the past tells of."))
    lower80: datetime.datetime | None = column(NextPurchaseRow.lower80, "Where the interval of 80 % begins: one in ten buys earlier.")
    upper80: datetime.datetime | None = column(NextPurchaseRow.upper80, "Where it ends: one in ten buys later, or never.")
    categories: list[CategoryProbability] = derived(categories, NextPurchaseRow.categories, description=(
        "At most five, the most probable first; none where they bought nothing of a category."))
    run: LazyRun = one(NextPurchaseRow.run_id, "The run that told it: with which parameters, from which data.")


@strawberry.type(description="How many customers are expected within some days.")
class NextPurchaseSoon:
    days: int = strawberry.field(description="Within how many days.")
    count: int = strawberry.field(description="How many customers.")


def soon(kept: Sequence[Mapping[str, int]]) -> list[NextPurchaseSoon]:
    return [NextPurchaseSoon(**given) for given in kept]


@strawberry.type(description="A run that told when customers buy next, and of which category.")
class NextPurchaseRun(AnalysisRun):
    as_of: datetime.datetime | None = from_summary("asOf", "The moment from which it looks ahead.", datetime.datetime.fromisoformat)
    date_model: NextPurchaseDateModel | None = from_summary("dateModel", "What tells when.", NextPurchaseDateModel.__getitem__)
    category_model: NextPurchaseCategoryModel | None = from_summary("categoryModel", (
        "What tells of which category; null where no product has one."), NextPurchaseCategoryModel.__getitem__)
    customer_count: int | None = from_summary("customerCount", "How many customers it looked at.")
    scored_count: int | None = from_summary("scoredCount", "How many had bought something: of these it tells.")
    dated_count: int | None = from_summary("datedCount", "How many of them have a date.")
    soon: list[NextPurchaseSoon] | None = from_summary("soon", "How many are expected within 7, 30 and 90 days.", soon)
    test_since: datetime.datetime | None = from_summary("testSince", "When the days begin that were hidden for the test.",
                                                        datetime.datetime.fromisoformat)
    test_days: float | None = from_summary("testDays", "How many days were hidden.")
    tested_count: int | None = from_summary("testedCount", "How many customers had bought before them.")
    bought_count: int | None = from_summary("boughtCount", "How many of these bought in them.")
    category_tested_count: int | None = from_summary("categoryTestedCount", "Of how many of these the category was compared.")
    category_names: list[str] | None = from_summary("categories", "The categories that are told apart, those of the most purchases first.")
