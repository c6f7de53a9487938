"""Types of lifetime values: the run, its models' parameters, and how well it foretold."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from guanxi import AnalysisRun, Money, from_summary
from plugins.value.figures import amount
from plugins.value.lifetime.start import PurchaseModel


@strawberry.type(description="A parameter of a model: given as `fitted` to another run, with the others, it gives the same model.")
class LifetimeModelParameter:
    name: str = strawberry.field(description="What it is called: r, alpha, a, b of the purchases; p, q, v of what is paid.")
    value: float = strawberry.field(description="The likeliest value, or what was given.")
    error: float | None = strawberry.field(description="Its standard error; null where it was given, or the data does not tell.")
    low: float | None = strawberry.field(description="Where the 95 % interval begins.")
    high: float | None = strawberry.field(description="Where the 95 % interval ends.")


@strawberry.type(description="What customers did in the days that were hidden from the models, or were guessed to do.")
class LifetimeHoldoutTotal:
    purchases: float = strawberry.field(description="On how many days they bought, added up over customers.")
    value: Money = strawberry.field(description="What they paid, net of returns and cancellations.")


@strawberry.type(description="How far guesses were off.")
class LifetimeHoldoutErrors:
    mean_error: float = strawberry.field(description="By how many days with a purchase, on average over customers.")
    root_mean_square: float = strawberry.field(description="The same by squares: large errors count for more.")
    mean_value_error: float = strawberry.field(description="By how much money, on average over customers.")


@strawberry.type(description="Customers who had come back equally often before the hidden days: means of what they did in these.")
class LifetimeHoldoutGroup:
    repeats: int = strawberry.field(description="How often they had come back; 7 stands for 7 or more.")
    count: int = strawberry.field(description="How many customers.")
    actual: float = strawberry.field(description="On how many days they bought.")
    expected: float = strawberry.field(description="On how many the models expected.")
    naive: float = strawberry.field(description="On how many it would have been had each gone on as before.")


@strawberry.type(description=(
    "The models, fitted to what came before some days, beside what happened in these; and beside a naive guess: each goes on as before."))
class LifetimeHoldout:
    since: datetime.datetime = strawberry.field(description="When the hidden days begin.")
    days: int = strawberry.field(description="How many there are.")
    customer_count: int = strawberry.field(description="How many customers had bought before.")
    actual: LifetimeHoldoutTotal = strawberry.field(description="What happened.")
    expected: LifetimeHoldoutTotal = strawberry.field(description="What the models expected.")
    naive: LifetimeHoldoutTotal = strawberry.field(description="What the naive guess says.")
    model_errors: LifetimeHoldoutErrors = strawberry.field(description="How far the models were off.")
    naive_errors: LifetimeHoldoutErrors = strawberry.field(description="How far the naive guess was off.")
    by_repeats: list[LifetimeHoldoutGroup] = strawberry.field(description="By how often customers had come back: at most eight groups.")


def parameters(found: Sequence[Mapping[str, Any]]) -> list[LifetimeModelParameter]:
    return [LifetimeModelParameter(**one) for one in found]


def total(found: Mapping[str, Any]) -> LifetimeHoldoutTotal:
    return LifetimeHoldoutTotal(purchases=found["purchases"], value=amount(found["value"]))


def errors(found: Mapping[str, float]) -> LifetimeHoldoutErrors:
    return LifetimeHoldoutErrors(mean_error=found["meanError"], root_mean_square=found["rootMeanSquare"],
                                 mean_value_error=found["meanValueError"])


def holdout(found: Mapping[str, Any]) -> LifetimeHoldout:
    return LifetimeHoldout(
        since=datetime.datetime.fromisoformat(found["since"]), days=found["days"], customer_count=found["customerCount"],
        actual=total(found["actual"]), expected=total(found["expected"]), naive=total(found["naive"]),
        model_errors=errors(found["model"]), naive_errors=errors(found["rival"]),
        by_repeats=[LifetimeHoldoutGroup(**one) for one in found["byRepeats"]])


@strawberry.type(description="A run that worked out what customers are worth, and who may have left.")
class LifetimeValueRun(AnalysisRun):
    model: PurchaseModel | None = from_summary("model", "How customers are thought to buy until they leave.", PurchaseModel.__getitem__)
    horizon_days: int | None = from_summary("horizonDays", "How many days it looked ahead.")
    as_of: datetime.datetime | None = from_summary("asOf", "The moment from which it looked back and ahead.",
                                                   datetime.datetime.fromisoformat)
    currency: str | None = from_summary("currency", "The currency of its amounts.")
    customer_count: int | None = from_summary("customerCount", "How many customers it looked at: scored and unscored ones.")
    scored_count: int | None = from_summary("scoredCount", "How many had bought, and have scores.")
    unscored_count: int | None = from_summary("unscoredCount", "How many have none: the next three counts add up to it.")
    never_bought_count: int | None = from_summary("neverBoughtCount", "How many never bought anything.")
    other_currency_count: int | None = from_summary("otherCurrencyCount", "How many bought in other currencies only.")
    other_time_count: int | None = from_summary("otherTimeCount", "How many bought in the currency, but only after `asOf`.")
    came_back_count: int | None = from_summary("cameBackCount", "How many bought on two days or more.")
    paying_count: int | None = from_summary("payingCount", "How many of these paid something: the gamma-gamma model is about them.")
    other_currency_transactions: int | None = from_summary("otherCurrencyTransactions", (
        "How many transactions were left out because they are in other currencies."))
    later_transactions: int | None = from_summary("laterTransactions", "How many were left out because they came after `asOf`.")
    model_parameters: list[LifetimeModelParameter] | None = from_summary(
        "modelParameters", "The seven parameters of the models.", parameters)
    log_likelihood: float | None = from_summary("logLikelihood", (
        "The logarithm of how likely the purchases are under the model; null where it was given. The higher of two models fits better."))
    spending_log_likelihood: float | None = from_summary("spendingLogLikelihood", "The same of what was paid, under the gamma-gamma model.")
    mean_spending: Money | None = from_summary("meanSpending", "What customers pay on a day with purchases, on average.", amount)
    correlation: float | None = from_summary("correlation", (
        "Between how often customers come back and what they pay: the models take it to be 0. Null where either does not vary."))
    mean_alive: float | None = from_summary("meanAlive", "How probable it is that a customer is still there, on average.")
    expected_purchases: float | None = from_summary("expectedPurchases", "On how many days customers will buy within the horizon, in all.")
    total: Money | None = from_summary("total", "What all customers are worth together.", amount)
    holdout: LifetimeHoldout | None = from_summary("holdout", "How well the models foretold; null when that was not looked at.", holdout)
