"""What lifetime values add to customers: fields, and keys to filter and sort by."""

from collections.abc import Mapping
from typing import Any

from guanxi import Customer, Filter, Order, money_score, score
from plugins.value.lifetime.start import CHURN_RISK, EXPECTED_PURCHASES, LIFETIME_VALUE, NAME
from plugins.value.models import LifetimeRow, ScoreRow

READ = ("commerce.read",)

VALUE = money_score(LifetimeRow, analysis=NAME, slot=LIFETIME_VALUE, requires=READ, description=(
    "What the customer's purchases within the run's horizon are worth today."))
RISK = score(ScoreRow, analysis=NAME, slot=CHURN_RISK, match={"metric": CHURN_RISK}, requires=READ, description=(
    "How probable it is that the customer has left for good, from 0 to 1: 1 less the probability of being still there."))
PURCHASES = score(ScoreRow, analysis=NAME, slot=EXPECTED_PURCHASES, match={"metric": EXPECTED_PURCHASES}, requires=READ, description=(
    "On how many days the customer will buy within the run's horizon, on average."))

FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {
    "lifetime_value": VALUE.field, "churn_risk": RISK.field, "expected_purchases": PURCHASES.field}}
FILTERS: tuple[Filter, ...] = (
    VALUE.filter(LIFETIME_VALUE, "By what they are worth."), RISK.filter(CHURN_RISK, "By how probable it is that they have left."),
    PURCHASES.filter(EXPECTED_PURCHASES, "By how often they will buy."))
ORDERS: tuple[Order, ...] = (
    VALUE.order(LIFETIME_VALUE, "By what they are worth."), RISK.order(CHURN_RISK, "By how probable it is that they have left."),
    PURCHASES.order(EXPECTED_PURCHASES, "By how often they will buy."))
